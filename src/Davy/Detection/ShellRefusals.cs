using System.Buffers;
using System.Text.RegularExpressions;

namespace Davy.Detection;

/// <summary>
/// Finds the simple commands of a script that kill, search for, hide or block what they name: <c>pkill xmrig</c> is said by those who fight miners
/// (and by miners who fight each other). Only the words of that very command lose their meaning: a miner started beside it is still seen.
/// </summary>
static class ShellRefusals
{
    static readonly SearchValues<string> Verbs = SearchValues.Create(
        ["kill", "grep", "pidof", "alias", "iptables", "ip6tables", "nft", "ufw", "which", "rm ", "rm\t", "ps ", "0.0.0.0", "127.0.0.1"], StringComparison.Ordinal);

    static readonly Lazy<Regex> Refusal = new(() => new(
        """
        ^\s*["']?(?:(?:[^\s/]*/)*(?:ba|da|a|z)?sh\s+(?:-\S+\s+)+["']?|(?:while|until|if|elif|then|do|else|!|sudo|xargs|command)\s+(?:-\S+\s+)*)*(?:(?:[^\s/"']*/)*(?:pkill|killall|kill|pgrep|pidof|[ef]?grep|alias|unalias|iptables|ip6tables|nft|ufw|which|ps|rm)\s|echo\s+["']?(?:0\.0\.0\.0|127\.0\.0\.1)\s)
        """, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));

    /// <summary>The text with each such command overwritten by line feeds.</summary>
    /// <param name="text">A command line or script.</param>
    /// <returns>The text itself where there is none; always as long.</returns>
    public static string BlankedIn(string text)
    {
        if (!text.AsSpan().ContainsAny(Verbs)) return text;

        char[]? blanked = null;
        foreach (var (start, end) in SimpleCommands(text))
        {
            if (!Refusal.Value.IsMatch(text.AsSpan(start, end - start))) continue;
            blanked ??= text.ToCharArray();
            blanked.AsSpan(start, end - start).Fill('\n');
        }

        return blanked is null ? text : new(blanked);
    }

    /// <summary>
    /// Cuts a script where one command ends and the next begins. A bar or a parenthesis in quotes is part of an expression (<c>grep 'a|b'</c>);
    /// everything else ends a command even in quotes, and the quotes of a script given to <c>-c</c> do not count: better to see too much than to let a quote hide a miner.
    /// </summary>
    static IEnumerable<(int Start, int End)> SimpleCommands(string text)
    {
        var (lastSingle, lastDouble) = (text.LastIndexOf('\''), text.LastIndexOf('"'));
        var (start, quote) = (0, '\0');
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case ';' or '&' or '\n' or '`':
                case '|' or '(' when quote == '\0' || (text[i] == '(' && i > 0 && text[i - 1] == '$'):
                    yield return (start, i);
                    (start, quote) = (i + 1, '\0');
                    break;
                case '\'' or '"' when quote == text[i]:
                    quote = '\0';
                    break;
                case '\'' or '"' when quote == '\0' && i < (text[i] == '"' ? lastDouble : lastSingle) && !text.AsSpan(0, i).EndsWith("c "):
                    quote = text[i];
                    break;
            }
        }

        yield return (start, text.Length);
    }
}
