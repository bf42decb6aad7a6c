using System.Globalization;
using System.Text;

namespace Davy.Outbound;

/// <summary>What another machine said, made fit for a log and an error: one line, bounded, without characters that steer a terminal or turn the direction of writing.</summary>
public static class Excerpt
{
    /// <summary>Makes it of bytes.</summary>
    /// <param name="utf8">The bytes; what is not UTF-8 becomes U+FFFD.</param>
    /// <param name="most">The most characters.</param>
    public static string Of(ReadOnlySpan<byte> utf8, int most) => Of(Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, most * 4)]), most);

    /// <summary>Makes it of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The most characters.</param>
    public static string Of(string text, int most)
    {
        StringBuilder line = new(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= most) return line.Append('…').ToString();

            if (Rune.IsWhiteSpace(rune)) line.Append(' ');
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned) line.Append('?');
            else line.Append(rune);
        }

        return line.ToString().Trim();
    }
}
