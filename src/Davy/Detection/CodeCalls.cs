using System.Collections.Frozen;

namespace Davy.Detection;

/// <summary>Finds the texts that a program of another language than the shell's gives to a shell: <c>os.system('…')</c>, <c>execSync("…")</c>.</summary>
static class CodeCalls
{
    /// <summary>How far before a text the name of the call is sought, in characters.</summary>
    const int MaxBefore = 64;

    static readonly FrozenSet<string> Calls = FrozenSet.Create("system", "popen", "Popen", "run", "call", "check_call", "check_output", "getoutput", "exec", "execv", "execvp", "execl",
        "execlp", "spawn", "spawnSync", "execSync", "execFile", "execFileSync", "shell_exec", "passthru", "proc_open");

    /// <summary>What code must name to have such calls: <c>exec</c> of JavaScript is a search too. Perl, PHP and Ruby have them always.</summary>
    static readonly string[] Modules = ["subprocess", "os.", "import os", "child_process", "commands", "Bun."];

    /// <summary>Whether a program runs code that is given in an argument.</summary>
    public static bool IsInterpreter(string name) => name is "node" or "nodejs" or "bun" or "deno" || name.StartsWith("python") || HasCallsAlways(name);

    /// <summary>The texts in quotes that are given to such a call.</summary>
    /// <param name="interpreter">The program that runs the code.</param>
    /// <param name="code">The code.</param>
    public static IEnumerable<ShellWord> In(string interpreter, ShellWord code)
    {
        if (!HasCallsAlways(interpreter) && !Modules.Any(code.Value.Contains)) yield break;

        for (var start = 0; start < code.Value.Length; start++)
        {
            if (code.Value[start] is not (('\'' or '"' or '`') and var quote)) continue;

            var end = code.Value.IndexOf(quote, start + 1);
            if (end < 0) yield break;
            if (IsGiven(code.Value.AsSpan(Math.Max(0, start - MaxBefore), Math.Min(MaxBefore, start)))) yield return code.Slice(start + 1, end - start - 1);
            start = end;
        }
    }

    static bool HasCallsAlways(string interpreter) => interpreter is "perl" or "ruby" || interpreter.StartsWith("php");

    static bool IsGiven(ReadOnlySpan<char> before)
    {
        var call = before.TrimEnd(" \t\r\n([");
        var name = call.Length;
        while (name > 0 && (char.IsAsciiLetterOrDigit(call[name - 1]) || call[name - 1] == '_')) name--;
        return Calls.Contains(call[name..].ToString());
    }
}
