using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Davy.Logs;

/// <summary>
/// Passes many lines at once that are records and hold no hint: each begins with its opening brace and ends with its closing one, the next begins at once with another, and no
/// seam stands on it. <see cref="WholeLine"/> would say the same of each of them; what is written otherwise is left to it.
/// </summary>
static class PlainLines
{
    /// <summary>Passes lines.</summary>
    /// <param name="text">The text from an opening brace on before which only white space stands on its line.</param>
    /// <param name="longest">The longest line that may be passed.</param>
    /// <param name="passed">How many bytes were passed: up to the opening brace of a line that may hold a hint, is written otherwise, or does not end in the text.</param>
    /// <returns>How many lines were passed.</returns>
    public static int Pass(ReadOnlySpan<byte> text, int longest, out int passed)
    {
        var skim = new Skim();
        for (; ; skim.Block += Vector256<byte>.Count)
        {
            var places = PassRegular(text, longest, ref skim);
            for (; places != 0; places &= places - 1)
            {
                var at = skim.Block + BitOperations.TrailingZeroCount(places);
                var found = Landmarks.At(text, at);
                if (found is Landmark.None) continue;
                if (found is Landmark.LineFeed && IsRegular(text, at) && at - skim.Start <= longest)
                {
                    (skim.Start, skim.Lines) = (at + 1, skim.Lines + 1);
                    continue;
                }

                passed = skim.Start;
                return skim.Lines;
            }

            if (skim.Block + Landmarks.LookedAt <= text.Length) continue;
            passed = skim.Start;
            return skim.Lines;
        }
    }

    /// <summary>Goes on as long as nothing but regular ends of lines is met. It calls nothing, so that the tables stay in registers.</summary>
    /// <returns>The places of the block at which something else may stand, or stands; none at the end of the text.</returns>
    static uint PassRegular(ReadOnlySpan<byte> text, int longest, ref Skim skim)
    {
        ref var begin = ref MemoryMarshal.GetReference(text);
        var tables = Landmarks.All;
        var (first, second, third) = (tables.First, tables.Second, tables.Third);
        var (block, start, lines) = (skim.Block, skim.Start, skim.Lines);
        uint places = 0;
        for (; block + Landmarks.LookedAt <= text.Length; block += Vector256<byte>.Count)
        {
            var bytes = Vector256.LoadUnsafe(ref begin, (nuint)block);
            var rows = first.RowsOf(bytes) & second.RowsOf(Vector256.LoadUnsafe(ref begin, (nuint)block + 1)) & third.RowsOf(Vector256.LoadUnsafe(ref begin, (nuint)block + 2));
            if (rows == Vector256<byte>.Zero) continue;

            places = ~Vector256.Equals(rows, Vector256<byte>.Zero).ExtractMostSignificantBits();
            if (places != Vector256.Equals(bytes, Vector256.Create((byte)'\n')).ExtractMostSignificantBits()) break;

            for (; places != 0; places &= places - 1)
            {
                var feed = block + BitOperations.TrailingZeroCount(places);
                if (text[feed - 1] != '}' || text[feed + 1] != '{' || feed - start > longest) break;
                (start, lines) = (feed + 1, lines + 1);
            }

            if (places != 0) break;
        }

        skim = new() { Block = block, Start = start, Lines = lines };
        return places;
    }

    /// <summary>Whether a line ends with its brace, but for a carriage return, and another begins.</summary>
    static bool IsRegular(ReadOnlySpan<byte> text, int feed) =>
        text[feed + 1] == '{' && (text[feed - 1] == '}' || (text[feed - 1] == '\r' && text[feed - 2] == '}'));

    /// <summary>How far it has come.</summary>
    struct Skim
    {
        /// <summary>The first of the 32 places that are looked at.</summary>
        public int Block;

        /// <summary>The opening brace of the line.</summary>
        public int Start;

        /// <summary>How many lines were passed.</summary>
        public int Lines;
    }
}
