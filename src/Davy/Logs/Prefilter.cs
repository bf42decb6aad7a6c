using System.Numerics;
using System.Runtime.Intrinsics;

namespace Davy.Logs;

/// <summary>
/// Sees on the raw bytes whether an entry can concern Cloud Run at all. It may let too much through, never too little: what tells is plain text of letters, dots,
/// an underscore and two digits, which JSON can hide only as <c>\u00XX</c>, and an envelope only as base64 in a field named <c>data</c> or <c>data_base64</c>.
/// </summary>
public static class Prefilter
{
    /// <summary>The most bytes that a hint has.</summary>
    internal const int LongestHint = 19;

    /// <summary>Whether an entry must be parsed.</summary>
    /// <param name="json">The entry, in an envelope or out of it; it need not be valid.</param>
    /// <returns>False only where it cannot be of Cloud Run.</returns>
    public static bool MayConcernCloudRun(ReadOnlySpan<byte> json) => IndexOfHint(json) >= 0;

    /// <summary>
    /// Where the first of the things stands that make a text concern Cloud Run; -1 where there is none. Each is looked for by two or three bytes that are rare together, at
    /// 32 places at once; where the machine has no vectors of 32 bytes, the runtime makes each of two of 16.
    /// </summary>
    internal static int IndexOfHint(ReadOnlySpan<byte> text)
    {
        var at = 0;
        for (; at + Vector256<byte>.Count + 2 <= text.Length; at += Vector256<byte>.Count)
        {
            var first = Vector256.Create(text[at..]);
            var second = Vector256.Create(text[(at + 1)..]);
            var third = Vector256.Create(text[(at + 2)..]);

            // "n.g" of run.googleapis.com and "g.k" of serving.knative.dev share the dot.
            var dotted = Is(second, '.') & ((Is(first, 'n') & Is(third, 'g')) | (Is(first, 'g') & Is(third, 'k')));
            var key = Is(first, '"') & Is(second, 'd') & Is(third, 'a');
            var escape = Is(first, '\\') & Is(second, 'u');
            for (var places = (dotted | key | escape).ExtractMostSignificantBits(); places != 0; places &= places - 1)
            {
                var place = at + BitOperations.TrailingZeroCount(places);
                if (IsHint(text, place)) return place;
            }
        }

        for (; at < text.Length; at++)
        {
            if (IsHint(text, at)) return at;
        }

        return -1;
    }

    static Vector256<byte> Is(Vector256<byte> bytes, char value) => Vector256.Equals(bytes, Vector256.Create((byte)value));

    static bool IsHint(ReadOnlySpan<byte> text, int at) => text[at] switch
    {
        (byte)'n' => Stands(text, at - 2, "run.googleapis.com"u8),
        (byte)'g' => Stands(text, at - 6, "serving.knative.dev"u8),
        (byte)'"' => Stands(text, at, "\"data\""u8) || Stands(text, at, "\"data_base64\""u8),
        (byte)'\\' => Stands(text, at, "\\u00"u8) && text.Length >= at + 6 && HidesALetter(text[at + 4], text[at + 5]),
        _ => false,
    };

    static bool Stands(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> what) => at >= 0 && text[at..].StartsWith(what);

    /// <summary>Whether two hexadecimal digits spell a small letter, a dot, an underscore, a 4 or a 6; the escapes that ordinary logs hold (<c>\u003c</c>, <c>\u0026</c>) do not.</summary>
    static bool HidesALetter(byte high, byte low) => ((char)high, (char)(low | 0x20)) is ('6' or '7', _) or ('2', 'e') or ('5', 'f') or ('3', '4' or '6');
}
