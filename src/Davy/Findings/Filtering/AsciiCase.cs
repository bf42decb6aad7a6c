namespace Davy.Findings.Filtering;

/// <summary>Case of ASCII letters alone: the one folding that .NET, SQLite and PostgreSQL do alike, whatever the language of the machine.</summary>
static class AsciiCase
{
    /// <summary>The text with A to Z in lower case, and every other character as it is.</summary>
    public static string Lower(string text) =>
        text.AsSpan().ContainsAnyInRange('A', 'Z')
            ? string.Create(text.Length, text, static (lower, from) =>
            {
                for (var at = 0; at < from.Length; at++) lower[at] = char.IsAsciiLetterUpper(from[at]) ? (char)(from[at] | 0x20) : from[at];
            })
            : text;
}
