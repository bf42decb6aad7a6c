using System.Buffers;
using System.Text;

namespace Davy.Detection;

/// <summary>Finds text that stands in base64 (RFC 4648, either alphabet, padded or not) in another text.</summary>
static class Base64Text
{
    /// <summary>The shortest run that is tried, in characters: <c>./xmrig</c>. Nearly all words of that length are no text in base64.</summary>
    public const int MinRun = 10;

    static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_");
    static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

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

    static string? Decode(ReadOnlySpan<char> run)
    {
        if (!BeginsAsText(run)) return null;

        // One character over says nothing: six bits are no byte.
        if (run.Length % 4 == 1) run = run[..^1];

        var padded = new char[(run.Length + 3) / 4 * 4];
        padded.AsSpan(run.Length).Fill('=');
        run.Replace(padded, '-', '+');
        padded.AsSpan().Replace('_', '/');

        var bytes = new byte[padded.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(padded, bytes, out var count)) return null;

        try
        {
            var text = Strict.GetString(bytes, 0, count);
            foreach (var character in text)
            {
                if (char.IsControl(character) && character is not ('\n' or '\r' or '\t')) return null;
            }

            return text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
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
