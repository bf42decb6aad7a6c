using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Davy.Indicators;

namespace Davy.Inspection;

/// <summary>
/// Finds many texts at once, whatever their case, 32 bytes a step: of each text four bytes in a row are looked for by the halves of those bytes in eight buckets
/// (the way that Hyperscan calls Teddy, https://www.usenix.org/conference/nsdi19/presentation/wang-xiang), and what answers is compared whole.
/// Of each text the four bytes are taken that are rarest in files.
/// </summary>
sealed class LiteralSearch
{
    const int Window = 4;
    const int Buckets = 8;
    const int NarrowBuckets = 7;
    const int TableBits = 12;

    static readonly byte[] Folded = [.. Enumerable.Range(0, 256).Select(value => value is >= 'A' and <= 'Z' ? (byte)(value | 0x20) : (byte)value)];

    readonly Vector256<byte>[] _low = new Vector256<byte>[Window];
    readonly Vector256<byte>[] _high = new Vector256<byte>[Window];
    readonly Needle[] _needles;
    readonly short[] _heads = new short[1 << TableBits];

    /// <summary>Prepares a search.</summary>
    /// <param name="literals">The texts, of four bytes at least.</param>
    public LiteralSearch(IReadOnlyList<MiningString> literals)
    {
        _needles = new Needle[literals.Count];
        Array.Fill(_heads, (short)-1);
        for (var i = 0; i < literals.Count; i++)
        {
            byte[] bytes = [.. literals[i].Bytes.Span];
            byte[] folded = [.. bytes.Select(value => Folded[value])];
            var at = RarestWindow(folded);
            var slot = Slot(MemoryMarshal.Read<uint>(folded.AsSpan(at)));
            _needles[i] = new(folded, literals[i].IsCase ? bytes : null, at, literals[i].IsWord, _heads[slot]);
            _heads[slot] = (short)i;
            Longest = Math.Max(Longest, bytes.Length);
        }

        var low = new byte[Window][];
        var high = new byte[Window][];
        for (var k = 0; k < Window; k++) (low[k], high[k]) = (new byte[16], new byte[16]);

        // Neighbours in the order share most of their bytes, and so a bucket lets little else through. UTF-16, with its zeros, shares nothing with the others.
        var order = Enumerable.Range(0, _needles.Length).OrderBy(i => IsWide(_needles[i])).ThenBy(i => Convert.ToHexString(_needles[i].Folded.AsSpan(_needles[i].At, Window)), StringComparer.Ordinal).ToList();
        var narrow = order.Count(i => !IsWide(_needles[i]));
        for (var i = 0; i < order.Count; i++)
        {
            var needle = _needles[order[i]];
            var bucket = (byte)(1 << (i < narrow ? i * NarrowBuckets / narrow : NarrowBuckets + ((i - narrow) * (Buckets - NarrowBuckets) / (order.Count - narrow))));
            for (var k = 0; k < Window; k++)
            {
                var value = needle.Folded[needle.At + k];
                low[k][value & 15] |= bucket;
                high[k][value >> 4] |= bucket;
                if (value is >= (byte)'a' and <= (byte)'z') high[k][(value >> 4) ^ 2] |= bucket;
            }
        }

        for (var k = 0; k < Window; k++)
        {
            (_low[k], _high[k]) = (Vector256.Create(Vector128.Create(low[k]), Vector128.Create(low[k])), Vector256.Create(Vector128.Create(high[k]), Vector128.Create(high[k])));
        }
    }

    /// <summary>The longest text, in bytes.</summary>
    public int Longest { get; }

    /// <summary>Finds the texts that lie whole in the data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="isBegin">Whether nothing stands before it; else a word at its first byte is not taken.</param>
    /// <param name="isEnd">Whether nothing follows it; else a word at its last byte is not taken.</param>
    /// <param name="hits">Takes what is found.</param>
    public void Find(ReadOnlySpan<byte> data, bool isBegin, bool isEnd, LiteralHits hits)
    {
        var i = 0;
        if (Avx2.IsSupported)
        {
            ref var start = ref MemoryMarshal.GetReference(data);
            var half = Vector256.Create((byte)15);
            var (low0, low1, low2, low3) = (_low[0], _low[1], _low[2], _low[3]);
            var (high0, high1, high2, high3) = (_high[0], _high[1], _high[2], _high[3]);
            for (; i <= data.Length - Vector256<byte>.Count - Window; i += Vector256<byte>.Count)
            {
                // All four bytes at once: whether the first two answer is a coin's toss in a text, and a branch that is guessed wrong costs more than to look up the others.
                var v0 = Vector256.LoadUnsafe(ref start, (nuint)i);
                var v1 = Vector256.LoadUnsafe(ref start, (nuint)i + 1);
                var v2 = Vector256.LoadUnsafe(ref start, (nuint)i + 2);
                var v3 = Vector256.LoadUnsafe(ref start, (nuint)i + 3);
                var m = Avx2.Shuffle(low0, v0 & half) & Avx2.Shuffle(high0, (v0.AsUInt16() >>> 4).AsByte() & half)
                    & Avx2.Shuffle(low1, v1 & half) & Avx2.Shuffle(high1, (v1.AsUInt16() >>> 4).AsByte() & half)
                    & Avx2.Shuffle(low2, v2 & half) & Avx2.Shuffle(high2, (v2.AsUInt16() >>> 4).AsByte() & half)
                    & Avx2.Shuffle(low3, v3 & half) & Avx2.Shuffle(high3, (v3.AsUInt16() >>> 4).AsByte() & half);
                if (m == Vector256<byte>.Zero) continue;

                for (var answers = ~Vector256.Equals(m, Vector256<byte>.Zero).ExtractMostSignificantBits(); answers != 0; answers &= answers - 1)
                {
                    Compare(data, i + BitOperations.TrailingZeroCount(answers), isBegin, isEnd, hits);
                }
            }
        }

        for (; i <= data.Length - Window; i++) Compare(data, i, isBegin, isEnd, hits);
    }

    void Compare(ReadOnlySpan<byte> data, int at, bool isBegin, bool isEnd, LiteralHits hits)
    {
        for (var i = _heads[Slot(Fold(MemoryMarshal.Read<uint>(data[at..])))]; i >= 0; i = _needles[i].Next)
        {
            if (hits.Has(i)) continue;
            ref readonly var needle = ref _needles[i];
            var start = at - needle.At;
            if (start < 0 || start + needle.Folded.Length > data.Length) continue;

            var found = data.Slice(start, needle.Folded.Length);
            if (needle.Exact is { } exact ? !found.SequenceEqual(exact) : !EqualsFolded(found, needle.Folded)) continue;
            if (needle.IsWord && !(IsFree(data, start - 1, isBegin) && IsFree(data, start + found.Length, isEnd))) continue;
            hits.Add(i, start);
        }
    }

    /// <summary>Four bytes with capital letters made small, without a step through memory, for which the processor would have to wait.</summary>
    static uint Fold(uint window)
    {
        var seven = window & 0x7F7F7F7F;
        var capitals = ((seven + (0x01010101 * (0x80 - 'A'))) ^ (seven + (0x01010101 * (0x7F - 'Z')))) & ~window & 0x80808080;
        return window | (capitals >> 2);
    }

    static bool EqualsFolded(ReadOnlySpan<byte> found, byte[] folded)
    {
        for (var i = 0; i < folded.Length; i++)
        {
            if (Folded[found[i]] != folded[i]) return false;
        }

        return true;
    }

    static bool IsFree(ReadOnlySpan<byte> data, int at, bool isOutside) => (uint)at < (uint)data.Length ? !char.IsAsciiLetter((char)data[at]) : isOutside;

    static bool IsWide(in Needle needle) => needle.Folded.AsSpan(needle.At, Window).Contains((byte)0);

    static int Slot(uint window) => (int)((window * 2654435761u) >> (32 - TableBits));

    static int RarestWindow(byte[] folded)
    {
        var (best, least) = (0, int.MaxValue);
        for (var at = 0; at + Window <= folded.Length; at++)
        {
            // Where all windows begin with a letter, a run of zeros answers to none.
            if (folded[at] == 0) continue;
            var commonness = folded.AsSpan(at, Window).ToArray().Sum(Commonness);
            if (commonness < least) (best, least) = (at, commonness);
        }

        return best;
    }

    /// <summary>How common a byte is in programs and texts, by a rough measure.</summary>
    static int Commonness(byte value) => value switch
    {
        0 => 12,
        (byte)' ' or (byte)'e' or (byte)'t' or (byte)'a' or (byte)'o' or (byte)'i' or (byte)'n' or (byte)'s' or (byte)'r' => 10,
        (byte)'l' or (byte)'d' or (byte)'c' or (byte)'u' or (byte)'m' or (byte)'p' or (byte)'f' or (byte)'_' or (byte)'.' => 7,
        >= (byte)'a' and <= (byte)'z' => 5,
        (byte)'/' or (byte)'-' or (byte)'"' or (byte)':' => 5,
        >= (byte)'0' and <= (byte)'9' => 4,
        _ => 2,
    };

    /// <summary>A text that is sought.</summary>
    readonly record struct Needle(byte[] Folded, byte[]? Exact, int At, bool IsWord, short Next);
}
