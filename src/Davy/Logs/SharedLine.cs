using System.Numerics;
using System.Runtime.Intrinsics;

namespace Davy.Logs;

/// <summary>Finds where one object may end and the next begin on the same line. Within valid JSON such a place stands only in a string.</summary>
static class SharedLine
{
    /// <summary>The most bytes that must be seen to know such a place.</summary>
    public const int LongestSeam = MostBlanks + 2;

    const int MostBlanks = 32;

    /// <summary>The first such place: <c>}</c> and <c>{</c> with nothing but blanks between, or with more blanks than are looked at; -1 where there is none.</summary>
    public static int IndexOfSeam(ReadOnlySpan<byte> text)
    {
        var at = 0;
        for (; at + Vector256<byte>.Count + 1 <= text.Length; at += Vector256<byte>.Count)
        {
            var first = Vector256.Create(text[at..]);
            var second = Vector256.Create(text[(at + 1)..]);
            var seams = Is(first, '}') & (Is(second, '{') | (Vector256.LessThanOrEqual(second, Vector256.Create((byte)' ')) & ~Is(second, '\n')));
            for (var places = seams.ExtractMostSignificantBits(); places != 0; places &= places - 1)
            {
                var place = at + BitOperations.TrailingZeroCount(places);
                if (IsSeam(text[place..])) return place;
            }
        }

        for (; at < text.Length; at++)
        {
            if (text[at] == '}' && IsSeam(text[at..])) return at;
        }

        return -1;
    }

    static Vector256<byte> Is(Vector256<byte> bytes, char value) => Vector256.Equals(bytes, Vector256.Create((byte)value));

    static bool IsSeam(ReadOnlySpan<byte> text)
    {
        var next = 1;
        while (next < text.Length && next <= MostBlanks && text[next] is (byte)' ' or (byte)'\t' or (byte)'\r') next++;
        return next > MostBlanks || (next < text.Length && text[next] == '{');
    }
}
