namespace Davy.Detection;

/// <summary>A simple command of a script: its words, and where its input and output go.</summary>
sealed class ShellCommand
{
    /// <summary>Assignments, program and arguments, without redirections and reserved words.</summary>
    public List<ShellWord> Words { get; } = [];

    /// <summary>The files that it writes (<c>&gt;</c>).</summary>
    public List<ShellWord> Targets { get; } = [];

    /// <summary>The file that it reads (<c>&lt;</c>); null where there is none.</summary>
    public ShellWord? Source { get; set; }

    /// <summary>The text that it reads (<c>&lt;&lt;</c>, <c>&lt;&lt;&lt;</c>); null where there is none.</summary>
    public ShellWord? Input { get; set; }

    /// <summary>The command before the bar; null where there is none.</summary>
    public ShellCommand? PipedFrom { get; set; }

    /// <summary>The variables that its words hold.</summary>
    public HashSet<string> Uses { get; } = [];

    /// <summary>Whether its first word may be an argument of a program that is not named: of the image's entrypoint.</summary>
    public bool IsOfEntrypoint { get; init; }

    /// <summary>Whether there is nothing in it yet.</summary>
    public bool IsEmpty => Words.Count == 0 && Targets.Count == 0 && Source is null && Input is null;

    /// <summary>What it prints, where that can be read off: <c>echo</c>, <c>printf</c>, <c>which</c>, a <c>cat</c> of its input; else null.</summary>
    public ShellWord? Output
    {
        get
        {
            if (Words.Count == 0) return null;

            List<ShellWord> arguments = [.. Words.Skip(1).SkipWhile(word => word.Value.StartsWith('-'))];
            return Words[0].Value switch
            {
                "echo" when arguments.Count > 0 => ShellWord.Joined(arguments),
                "printf" when arguments.Count > 1 && arguments[0].Value.Contains("%s") => ShellWord.Joined([.. arguments.Skip(1)]),
                "printf" when arguments.Count > 0 => ShellWord.Joined(arguments),
                "which" or "command" or "type" when arguments.Count > 0 => arguments[^1],
                "cat" or "tee" when Input is not null => Input,
                _ => null,
            };
        }
    }

    /// <summary>What it reads, where that can be read off.</summary>
    public ShellWord? Read => Input ?? PipedFrom?.Output;

    /// <summary>Whether a word assigns a variable: <c>NAME=value</c>.</summary>
    public static bool IsAssignment(string word)
    {
        var name = word.AsSpan(0, Math.Max(0, word.IndexOf('=')));
        if (name.IsEmpty || char.IsAsciiDigit(name[0])) return false;

        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '_') return false;
        }

        return true;
    }
}
