using System.Buffers;
using System.Collections.Frozen;

namespace Davy.Detection;

/// <summary>
/// Finds the simple commands of a script that kill, search for, hide or block what they name: <c>pkill xmrig</c> is said by those who fight miners
/// (and by miners who fight each other). Only the words of that very command lose their meaning: a miner started beside it is still seen.
/// </summary>
static class ShellRefusals
{
    static readonly FrozenSet<string> Verbs = FrozenSet.Create("pkill", "killall", "kill", "pgrep", "pidof", "grep", "egrep", "fgrep", "rg", "alias", "unalias", "iptables", "ip6tables", "nft",
        "ufw", "which", "command", "type", "hash", "ps", "rm", "unlink", "find", "test", "[", "[[");

    static readonly string[] Folders = ["", "/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/"];

    static readonly string[] Harmless = ["echo", "printf", "true", "false", ":", "exit"];

    static readonly SearchValues<string> Hints = SearchValues.Create(
        ["kill", "grep", "pidof", "rg ", "alias", "iptables", "ip6tables", "nft", "ufw", "which", "command", "type", "hash", "ps ", "rm", "unlink", "find", "test", "[", "0.0.0.0", "127.0.0.1"], StringComparison.Ordinal);

    /// <summary>The text with the words of each such command overwritten by line feeds.</summary>
    /// <param name="text">The text with the commands.</param>
    /// <returns>The text itself where there is none; always as long.</returns>
    public static string BlankedIn(CommandText text)
    {
        if (!text.Text.AsSpan().ContainsAny(Hints)) return text.Text;

        // Of the programs of one command the last is what is done: kill of xargs kill, job of find -exec job.
        var done = text.Commands.Invocations.GroupBy(invocation => invocation.Command).Select(programs => programs.Last()).ToList();
        var refused = RefusedVariables(done);

        char[]? blanked = null;
        foreach (var invocation in done)
        {
            // A loop over words that only refusals use: for d in …; do iptables -d $d -j DROP; done.
            var isLoop = invocation is { Name: "for", Arguments: [var variable, ..] } && refused.Contains(variable.Value);
            if (!isLoop && !IsRefusal(invocation)) continue;

            blanked ??= text.Text.ToCharArray();
            foreach (var word in invocation.Command.Words)
            {
                for (var i = 0; i < word.Value.Length; i++) blanked[word.PositionOf(i)] = '\n';
            }
        }

        return blanked is null ? text.Text : new(blanked);
    }

    /// <summary>An argument of an entrypoint is no program, and a program in a folder of its own is not the system's.</summary>
    static bool IsRefusal(Invocation invocation) => !invocation.Command.IsOfEntrypoint
        && ((Verbs.Contains(invocation.Name) && Folders.Contains(invocation.Folder) && !IsAliasOfOther(invocation)) || IsBlockedHost(invocation));

    /// <summary>An alias blocks where it only prints or fails; else it is another way to run.</summary>
    static bool IsAliasOfOther(Invocation invocation) => invocation.Name == "alias"
        && invocation.Arguments.Any(word => !Harmless.Any(word.Value[(word.Value.IndexOf('=') + 1)..].TrimStart().StartsWith));

    static bool IsBlockedHost(Invocation invocation) => invocation.Name is "echo" or "printf"
        && invocation.Arguments.FirstOrDefault(word => !word.Value.StartsWith('-'))?.Value.TrimStart() is { } printed
        && (printed.StartsWith("0.0.0.0") || printed.StartsWith("127.0.0.1"));

    static HashSet<string> RefusedVariables(IReadOnlyList<Invocation> all)
    {
        HashSet<string> refused = [], used = [];
        foreach (var invocation in all) (IsRefusal(invocation) ? refused : used).UnionWith(invocation.Command.Uses);
        refused.ExceptWith(used);
        return refused;
    }
}
