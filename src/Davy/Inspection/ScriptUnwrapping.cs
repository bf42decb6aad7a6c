using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace Davy.Inspection;

/// <summary>Takes out of a script what stands in it in base64, also reversed, and inflates it where it is gzip or zlib: a few times over, and never more than a bounded piece.</summary>
static class ScriptUnwrapping
{
    const int MostRounds = 5;
    const int MostBytes = 4 << 20;
    const int ShortestRun = 64;

    static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=\n\\");

    /// <summary>What was wrapped in a script, the outer before the inner.</summary>
    /// <param name="script">The script.</param>
    /// <param name="isCut">Whether there was more than is unwrapped.</param>
    public static IReadOnlyList<byte[]> In(string script, out bool isCut)
    {
        List<byte[]> found = [];
        isCut = false;
        var total = 0;
        List<string> texts = [script];
        for (var round = 0; texts.Count > 0; round++)
        {
            List<string> next = [];
            foreach (var payload in texts.SelectMany(Payloads))
            {
                total += payload.Length;
                if (total >= MostBytes || round == MostRounds)
                {
                    isCut = true;
                    return found;
                }

                found.Add(payload);
                if (payload.AsSpan().IndexOf((byte)0) < 0) next.Add(Encoding.UTF8.GetString(payload));
            }

            texts = next;
        }

        return found;
    }

    static IEnumerable<byte[]> Payloads(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var skip = text.AsSpan(start).IndexOfAny(Alphabet);
            if (skip < 0) yield break;

            start += skip;
            var length = text.AsSpan(start).IndexOfAnyExcept(Alphabet) is var end and >= 0 ? end : text.Length - start;
            if (length >= ShortestRun)
            {
                var run = text.Substring(start, length).Replace("\n", "", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal);
                if (Inflated(Decoded(run)) is { } payload) yield return payload;
                else if (Inflated(Decoded(string.Concat(run.Reverse()))) is { } reversed) yield return reversed;
            }

            start += length;
        }
    }

    static byte[]? Decoded(string run)
    {
        var text = run.Trim('=').Replace('-', '+').Replace('_', '/');
        if (text.Length < ShortestRun || text.Contains('=')) return null;
        if (text.Length % 4 == 1) text = text[..^1];

        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var count) ? bytes[..count] : null;
    }

    /// <summary>Only what is compressed, a program, or a text says anything.</summary>
    static byte[]? Inflated(byte[]? bytes) => bytes switch
    {
        null or { Length: < 4 } => null,
        [0x1F, 0x8B, 8, ..] => Read(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress)),
        [0x78, 0x01 or 0x5E or 0x9C or 0xDA, ..] => Read(new ZLibStream(new MemoryStream(bytes), CompressionMode.Decompress)),
        [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] => bytes,
        _ when FileKinds.IsUnopened(bytes) => bytes,
        _ => bytes.AsSpan().ContainsAnyInRange((byte)0, (byte)8) || !System.Text.Unicode.Utf8.IsValid(bytes) ? null : bytes,
    };

    static byte[]? Read(Stream stream)
    {
        using (stream)
        {
            using MemoryStream content = new();
            var buffer = new byte[16 << 10];
            try
            {
                for (int count; content.Length < MostBytes && (count = stream.Read(buffer)) > 0;) content.Write(buffer, 0, count);
            }
            catch (InvalidDataException)
            {
            }

            return content.Length > 0 ? content.ToArray() : null;
        }
    }
}
