using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Davy.Detection;

/// <summary>Finds text that stands in base64 (RFC 4648, either alphabet, padded or not) in another text.</summary>
static class Base64Text
{
    /// <summary>The shortest run that is tried, in characters: <c>./xmrig</c>. Nearly all words of that length are no text in base64.</summary>
    public const int MinRun = 10;

    /// <summary>The longest run for which no memory is taken, in characters: most are words of a few letters and no text.</summary>
    const int ShortRun = 64;

    static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_");

    /// <summary>Each run that decodes to printable text.</summary>
    /// <param name="text">The text to search.</param>
    /// <returns>Where the run begins, and what it says.</returns>
    public static IEnumerable<(int Start, string Decoded)> In(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var skip = text.AsSpan(start).IndexOfAny(Alphabet);
            if (skip < 0) yield break;

            start += skip;
            var length = text.AsSpan(start).IndexOfAnyExcept(Alphabet) is var end and >= 0 ? end : text.Length - start;
            if (length >= MinRun && Decode(text.AsSpan(start, length)) is { } decoded) yield return (start, decoded);
            start += length;
        }
    }

    /// <summary>Whether a text holds such a run.</summary>
    /// <param name="text">The text to search.</param>
    public static bool IsIn(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAny(Alphabet) is var start and >= 0)
        {
            text = text[start..];
            var length = text.IndexOfAnyExcept(Alphabet) is var end and >= 0 ? end : text.Length;
            if (length >= MinRun && Decode(text[..length]) is not null) return true;
            text = text[length..];
        }

        return false;
    }

    static string? Decode(ReadOnlySpan<char> run)
    {
        if (!BeginsAsText(run)) return null;

        // One character over says nothing: six bits are no byte.
        if (run.Length % 4 == 1) run = run[..^1];

        var padded = run.Length <= ShortRun ? stackalloc char[ShortRun + 4] : new char[run.Length + 4];
        padded = padded[..((run.Length + 3) / 4 * 4)];
        padded[run.Length..].Fill('=');
        run.Replace(padded, '-', '+');
        padded.Replace('_', '/');

        var bytes = run.Length <= ShortRun ? stackalloc byte[ShortRun] : new byte[run.Length];
        if (!Convert.TryFromBase64Chars(padded, bytes, out var count) || !Utf8.IsValid(bytes[..count])) return null;

        var text = Encoding.UTF8.GetString(bytes[..count]);
        foreach (var character in text)
        {
            if (char.IsControl(character) && character is not ('\n' or '\r' or '\t')) return null;
        }

        return text;
    }

    /// <summary>Whether the first three bytes are text: most words are not, and need no more.</summary>
    static bool BeginsAsText(ReadOnlySpan<char> run)
    {
        Span<char> first = stackalloc char[4];
        run[..4].Replace(first, '-', '+');
        first.Replace('_', '/');

        Span<byte> bytes = stackalloc byte[3];
        return Convert.TryFromBase64Chars(first, bytes, out _) && (bytes[0] >= ' ' || bytes[0] is (byte)'\n' or (byte)'\r' or (byte)'\t') && bytes[0] != 0x7F;
    }
}
