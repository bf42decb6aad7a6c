namespace Davy.Detection;

/// <summary>A parameter that a script names (POSIX, Shell Command Language, section 2.6.2): <c>$NAME</c>, <c>$1</c>, <c>$@</c>, <c>${NAME:-what else}</c>. Of other forms the name alone counts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DefaultStart">Where what else begins, which a brace ends; 0 where there is nothing else.</param>
/// <param name="End">Where the script goes on.</param>
readonly record struct ShellParameter(string Name, int DefaultStart, int End)
{
    /// <summary>How far the closing brace is sought, in characters.</summary>
    const int MaxLength = 256;

    /// <summary>Whether it says what else is taken.</summary>
    public bool HasDefault => DefaultStart > 0;

    /// <summary>The parameter after a dollar sign.</summary>
    /// <param name="text">The script.</param>
    /// <param name="start">The character after the sign.</param>
    /// <returns>Null where there is none, and the sign means itself.</returns>
    public static ShellParameter? At(string text, int start)
    {
        if (start == text.Length) return null;
        if (text[start] is '@' or '*' || char.IsAsciiDigit(text[start])) return new(text[start].ToString(), 0, start + 1);
        if (text[start] != '{') return NameEnd(text, start) is var nameEnd && nameEnd > start ? new(text[start..nameEnd], 0, nameEnd) : null;

        var length = text.AsSpan(start, Math.Min(MaxLength, text.Length - start)).IndexOf('}');
        if (length < 0) return null;

        var (end, after) = (start + length + 1, NameEnd(text, start + 1));
        var name = text[(start + 1)..after];
        if (text[after] == ':') after++;
        return new(name, text[after] is '-' or '=' ? after + 1 : 0, end);
    }

    static int NameEnd(string text, int start)
    {
        while (start < text.Length && (char.IsAsciiLetterOrDigit(text[start]) || text[start] == '_')) start++;
        return start;
    }
}
