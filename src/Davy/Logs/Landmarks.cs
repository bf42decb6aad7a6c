using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Davy.Logs;

/// <summary>What is looked for in raw JSON before its structure is.</summary>
enum Landmark
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A sign that an entry may concern Cloud Run.</summary>
    Hint,

    /// <summary>A place where one object may end and the next begin on the same line. Within valid JSON such a place stands only in a string.</summary>
    Seam,
}

/// <summary>Finds landmarks, at the speed at which memory can be read.</summary>
static class Landmarks
{
    /// <summary>The most bytes that must be seen to know a landmark.</summary>
    public const int Longest = MostBlanks + 2;

    const int MostBlanks = 32;

    /// <summary>
    /// Finds the next landmark. Each is looked for by two or three bytes that are rare together, at 32 places at once; where the machine has no vectors of 32 bytes, the runtime
    /// makes each of two of 16. (Loads by reference were measured a sixth faster than by slices; the loop's bound keeps them within the text.)
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the search begins, and where the landmark begins; the end of the text where there is none.</param>
    public static Landmark Next(ReadOnlySpan<byte> text, ref int at)
    {
        ref var start = ref MemoryMarshal.GetReference(text);
        for (; at + Vector256<byte>.Count + 2 <= text.Length; at += Vector256<byte>.Count)
        {
            var first = Vector256.LoadUnsafe(ref start, (nuint)at);
            var second = Vector256.LoadUnsafe(ref start, (nuint)at + 1);
            var third = Vector256.LoadUnsafe(ref start, (nuint)at + 2);

            // "n.g" of run.googleapis.com and "g.k" of serving.knative.dev share the dot.
            var dotted = Is(second, '.') & ((Is(first, 'n') & Is(third, 'g')) | (Is(first, 'g') & Is(third, 'k')));
            var key = Is(first, '"') & Is(third, 'a') & (Is(second, 'd') | Is(second, 'l'));
            var escape = Is(first, '\\') & Is(second, 'u');
            var seam = Is(first, '}') & (Is(second, '{') | (Vector256.LessThanOrEqual(second, Vector256.Create((byte)' ')) & ~Is(second, '\n')));
            for (var places = (dotted | key | escape | seam).ExtractMostSignificantBits(); places != 0; places &= places - 1)
            {
                var place = at + BitOperations.TrailingZeroCount(places);
                if (At(text, place) is not Landmark.None and var found)
                {
                    at = place;
                    return found;
                }
            }
        }

        for (; at < text.Length; at++)
        {
            if (At(text, at) is not Landmark.None and var found) return found;
        }

        return Landmark.None;
    }

    static Vector256<byte> Is(Vector256<byte> bytes, char value) => Vector256.Equals(bytes, Vector256.Create((byte)value));

    static Landmark At(ReadOnlySpan<byte> text, int at) => text[at] switch
    {
        (byte)'n' when Stands(text, at - 2, "run.googleapis.com"u8) => Landmark.Hint,
        (byte)'g' when Stands(text, at - 6, "serving.knative.dev"u8) => Landmark.Hint,
        (byte)'"' when Stands(text, at, "\"data\""u8) || Stands(text, at, "\"data_base64\""u8) || Stands(text, at, "\"launchStage\""u8) => Landmark.Hint,
        (byte)'\\' when Stands(text, at, "\\u00"u8) && text.Length >= at + 6 && HidesALetter(text[at + 4], text[at + 5]) => Landmark.Hint,
        (byte)'}' when IsSeam(text[at..]) => Landmark.Seam,
        _ => Landmark.None,
    };

    static bool Stands(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> what) => at >= 0 && text[at..].StartsWith(what);

    /// <summary>Whether two hexadecimal digits spell a small letter, an S, a dot, an underscore, a 4 or a 6; the escapes that ordinary logs hold (<c>\u003c</c>, <c>\u0026</c>) do not.</summary>
    static bool HidesALetter(byte high, byte low) => ((char)high, (char)(low | 0x20)) is ('6' or '7', _) or ('2', 'e') or ('5', '3' or 'f') or ('3', '4' or '6');

    /// <summary>Whether nothing but blanks stands between <c>}</c> and <c>{</c>, or more blanks than are looked at.</summary>
    static bool IsSeam(ReadOnlySpan<byte> text)
    {
        var next = 1;
        while (next < text.Length && next <= MostBlanks && text[next] is (byte)' ' or (byte)'\t' or (byte)'\r') next++;
        return next > MostBlanks || (next < text.Length && text[next] == '{');
    }
}
