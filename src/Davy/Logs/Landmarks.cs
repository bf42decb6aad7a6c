using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    /// <summary>A line feed.</summary>
    LineFeed,
}

/// <summary>Finds landmarks, at the speed at which memory can be read.</summary>
static class Landmarks
{
    /// <summary>The most bytes that must be seen to know a landmark.</summary>
    public const int Longest = MostBlanks + 2;

    const int MostBlanks = 32;
    const string Any = "any";

    /// <summary>How much is loaded to look at 32 places: two bytes beyond.</summary>
    public const int LookedAt = 32 + 2;

    /// <summary>
    /// By which two or three bytes each landmark is told, in the way of Teddy (https://github.com/BurntSushi/aho-corasick/tree/master/src/packed/teddy): a bit for each of the
    /// rows, and for each of the three bytes a table by its lower and one by its upper half of the rows that it fits. One look finds all of them at 32 places at once.
    /// </summary>
    public static readonly Tables All;

    static readonly Tables HintsAlone;

    static Landmarks()
    {
        (string First, string Second, string Third)[] hints =
        [
            ("n", ".", "g"), // run.googleapis.com
            ("g", ".", "k"), // serving.knative.dev
            ("\"", "d", "a"), // "data", "data_base64"
            ("h", "S", "t"), // "launchStage"
            ("\\", "u", "0"),
        ];
        HintsAlone = new(hints);
        All = new([
            .. hints,
            ("}", "{", Any),
            ("}", " \t\r", Any),
            ("\n", Any, Any),
        ]);
    }

    /// <summary>Whether a text holds a hint.</summary>
    public static bool HoldsHint(ReadOnlySpan<byte> text)
    {
        for (var at = 0; ; at++)
        {
            if (Next(text, ref at, HintsAlone) is (Landmark.None or Landmark.Hint) and var found) return found is Landmark.Hint;
        }
    }

    /// <summary>Finds the next landmark.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the search begins, and where the landmark begins; the end of the text where there is none.</param>
    public static Landmark Next(ReadOnlySpan<byte> text, ref int at) => Next(text, ref at, All);

    static Landmark Next(ReadOnlySpan<byte> text, ref int at, in Tables tables)
    {
        for (var block = at; ; block += Vector256<byte>.Count)
        {
            for (var places = Places(text, ref block, tables); places != 0; places &= places - 1)
            {
                at = block + BitOperations.TrailingZeroCount(places);
                if (At(text, at) is not Landmark.None and var found) return found;
            }

            if (block + LookedAt <= text.Length) continue;
            for (at = block; at < text.Length; at++)
            {
                if (At(text, at) is not Landmark.None and var found) return found;
            }

            return Landmark.None;
        }
    }

    /// <summary>
    /// Goes to the next 32 places at which a landmark may begin; none where the rest is shorter. It stands by itself so that the tables stay in registers, and loads by
    /// reference, which was measured a sixth faster than by slices; the loop's bound keeps the loads within the text.
    /// </summary>
    static uint Places(ReadOnlySpan<byte> text, ref int block, in Tables tables)
    {
        ref var start = ref MemoryMarshal.GetReference(text);
        var (first, second, third) = (tables.First, tables.Second, tables.Third);
        var at = block;
        uint places = 0;
        for (; at + LookedAt <= text.Length; at += Vector256<byte>.Count)
        {
            var rows = first.RowsOf(Vector256.LoadUnsafe(ref start, (nuint)at)) & second.RowsOf(Vector256.LoadUnsafe(ref start, (nuint)at + 1)) & third.RowsOf(Vector256.LoadUnsafe(ref start, (nuint)at + 2));
            if (rows == Vector256<byte>.Zero) continue;

            places = ~Vector256.Equals(rows, Vector256<byte>.Zero).ExtractMostSignificantBits();
            break;
        }

        block = at;
        return places;
    }

    /// <summary>The landmark that begins at a place.</summary>
    public static Landmark At(ReadOnlySpan<byte> text, int at) => text[at] switch
    {
        (byte)'\n' => Landmark.LineFeed,
        (byte)'n' when Stands(text, at - 2, "run.googleapis.com"u8) => Landmark.Hint,
        (byte)'g' when Stands(text, at - 6, "serving.knative.dev"u8) => Landmark.Hint,
        (byte)'"' when Stands(text, at, "\"data\""u8) || Stands(text, at, "\"data_base64\""u8) => Landmark.Hint,
        (byte)'h' when Stands(text, at - 6, "\"launchStage\""u8) => Landmark.Hint,
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

    /// <summary>The tables of some rows, one for each of the three bytes.</summary>
    public readonly struct Tables(IReadOnlyCollection<(string First, string Second, string Third)> rows)
    {
        public readonly HalfByteTables First = new(rows.Select(row => row.First));
        public readonly HalfByteTables Second = new(rows.Select(row => row.Second));
        public readonly HalfByteTables Third = new(rows.Select(row => row.Third));
    }

    /// <summary>Which rows a byte fits, by its two halves; a byte may fit a row that it does not belong to, never the other way about.</summary>
    public readonly struct HalfByteTables
    {
        readonly Vector256<byte> _byLower;
        readonly Vector256<byte> _byUpper;

        /// <summary>Makes the tables.</summary>
        /// <param name="rows">The characters of each row, at most eight rows.</param>
        public HalfByteTables(IEnumerable<string> rows)
        {
            Span<byte> lower = stackalloc byte[16];
            Span<byte> upper = stackalloc byte[16];
            lower.Clear();
            upper.Clear();
            foreach (var (row, characters) in rows.Index())
            {
                for (var value = 0; value <= byte.MaxValue; value++)
                {
                    if (characters != Any && !characters.Contains((char)value)) continue;
                    lower[value & 0xF] |= (byte)(1 << row);
                    upper[value >> 4] |= (byte)(1 << row);
                }
            }

            (_byLower, _byUpper) = (Twice(lower), Twice(upper));
        }

        /// <summary>The rows of 32 bytes.</summary>
        public Vector256<byte> RowsOf(Vector256<byte> bytes)
        {
            var half = Vector256.Create((byte)0xF);
            return LookUp(_byLower, bytes & half) & LookUp(_byUpper, Vector256.ShiftRightLogical(bytes.AsUInt16(), 4).AsByte() & half);
        }

        static Vector256<byte> Twice(ReadOnlySpan<byte> table) => Vector256.Create(Vector128.Create(table), Vector128.Create(table));

        static Vector256<byte> LookUp(Vector256<byte> table, Vector256<byte> places) => Avx2.IsSupported
            ? Avx2.Shuffle(table, places)
            : Vector256.Create(Vector128.ShuffleNative(table.GetLower(), places.GetLower()), Vector128.ShuffleNative(table.GetUpper(), places.GetUpper()));
    }
}
