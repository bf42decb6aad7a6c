using System.Globalization;

namespace Davy.Detection;

/// <summary>The escapes of <c>$'…'</c>.</summary>
static class ShellEscape
{
    /// <summary>The character that an escape stands for.</summary>
    /// <param name="text">The script.</param>
    /// <param name="start">Where its backslash is.</param>
    /// <returns>The character, and how long the escape is.</returns>
    public static (char Character, int Length) At(string text, int start)
    {
        if (start + 1 == text.Length) return ('\\', 1);

        return text[start + 1] switch
        {
            'n' => ('\n', 2),
            't' => ('\t', 2),
            'r' => ('\r', 2),
            'x' => Number(text, start, 2, "0123456789abcdefABCDEF", 2),
            >= '0' and <= '7' => Number(text, start, 1, "01234567", 3),
            var other => (other, 2),
        };
    }

    static (char Character, int Length) Number(string text, int start, int prefix, string digits, int most)
    {
        var (length, value) = (0, 0);
        while (length < most && start + prefix + length < text.Length && digits.Contains(text[start + prefix + length]))
        {
            value = (value * (most == 2 ? 16 : 8)) + int.Parse(text.AsSpan(start + prefix + length, 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            length++;
        }

        return length == 0 ? ('\\', 1) : ((char)(value & 0xFF), prefix + length);
    }
}
