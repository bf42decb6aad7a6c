namespace Davy.Detection;

/// <summary>How far a script was read: the command and word that are not over yet. Each <c>$(…)</c> has its own.</summary>
/// <param name="close">What ends it: <c>)</c> or <c>`</c>; NUL for the script itself.</param>
sealed class ShellFrame(char close)
{
    /// <summary>What ends it.</summary>
    public char Close => close;

    /// <summary>The word.</summary>
    public ShellWord.Builder Word { get; } = new();

    /// <summary>What the word is for.</summary>
    public WordRole Role { get; set; }

    /// <summary>The command.</summary>
    public ShellCommand Command { get; private set; } = new();

    /// <summary>The command that ended last.</summary>
    public ShellCommand? Last { get; private set; }

    /// <summary>Whether a double quote is open.</summary>
    public bool IsInQuotes { get; set; }

    /// <summary>Whether the words are elements: <c>a=(…)</c>.</summary>
    public bool IsInArray { get; set; }

    /// <summary>Whether bars and parentheses are part of an expression: <c>[[ $a =~ ^(b|c)$ ]]</c>.</summary>
    public bool IsInTest => Command.Words is [{ Value: "[[" }, ..] && Command.Words[^1].Value != "]]";

    /// <summary>Whether the words are patterns of <c>case</c>.</summary>
    public bool IsInPattern { get; set; }

    /// <summary>How many <c>case</c> are open.</summary>
    public int Cases { get; set; }

    /// <summary>How many subshells are open.</summary>
    public int Parentheses { get; set; }

    /// <summary>Puts the word where it belongs, if there is one.</summary>
    /// <returns>Where it says how a here-document ends, that; else null.</returns>
    public string? EndWord()
    {
        if (!Word.HasBegun) return null;

        var word = Word.Take();
        var role = Role;
        Role = WordRole.Argument;
        switch (role)
        {
            case WordRole.Target: Command.Targets.Add(word); break;
            case WordRole.Source: Command.Source = word; break;
            case WordRole.Input: Command.Input = word; break;
            case WordRole.Delimiter: return word.Value;
            case WordRole.Argument: AddArgument(word); break;
        }

        return null;
    }

    /// <summary>Ends the command; the next begins.</summary>
    /// <returns>The command; null where nothing was in it.</returns>
    public ShellCommand? EndCommand()
    {
        if (Command.IsEmpty) return null;

        Last = Command;
        Command = new();
        return Last;
    }

    void AddArgument(ShellWord word)
    {
        if (word.Value == "esac" && Command.Words.Count == 0)
        {
            Cases = Math.Max(0, Cases - 1);
            IsInPattern = false;
            return;
        }

        if (IsInArray || IsInPattern) return;

        if (Command.Words.Count == 0)
        {
            switch (word.Value)
            {
                case "if" or "then" or "else" or "elif" or "fi" or "while" or "until" or "do" or "done" or "!" or "{" or "}" or "coproc": return;
                case "function": Role = WordRole.Nothing; return;
            }
        }

        if (word.Value == "in" && Command.Words is [{ Value: "case" }, _, ..])
        {
            Cases++;
            IsInPattern = true;
        }

        Command.Words.Add(word);
    }
}

/// <summary>What a word of a script is for.</summary>
enum WordRole
{
    /// <summary>The program or an argument.</summary>
    Argument,

    /// <summary>The file after <c>&gt;</c>.</summary>
    Target,

    /// <summary>The file after <c>&lt;</c>.</summary>
    Source,

    /// <summary>The text after <c>&lt;&lt;&lt;</c>.</summary>
    Input,

    /// <summary>The last line of a here-document.</summary>
    Delimiter,

    /// <summary>Nothing that counts: a function's name, the number after <c>&gt;&amp;</c>.</summary>
    Nothing,
}
