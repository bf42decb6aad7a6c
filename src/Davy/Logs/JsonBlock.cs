using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Davy.Logs;

/// <summary>What stands at each of 64 bytes of JSON, as bit masks, the first byte lowest; the way that simdjson showed (https://arxiv.org/abs/1902.08318).</summary>
readonly struct JsonBlock
{
    /// <summary>How many bytes a block has.</summary>
    public const int Size = 64;

    /// <summary>Reads 64 bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="carry">What the blocks before left open; brought up to date.</param>
    public JsonBlock(ReadOnlySpan<byte> bytes, ref Carry carry)
    {
        var low = Vector256.Create(bytes);
        var high = Vector256.Create(bytes[Vector256<byte>.Count..]);

        var quotes = Places(low, high, '"') & ~Escaped(Places(low, high, '\\'), ref carry.IsEscaped);
        InString = OddUpTo(quotes) ^ carry.InString;
        carry.InString = (ulong)((long)InString >> (Size - 1));

        Newlines = Places(low, high, '\n');
        var blank = Vector256.Create((byte)' ');
        Significant = ~Bits(Vector256.LessThanOrEqual(low, blank), Vector256.LessThanOrEqual(high, blank));

        // '[' and ']' differ from '{' and '}' in one bit.
        var bit = Vector256.Create((byte)('[' ^ '{'));
        Brackets = (Places(low | bit, high | bit, '{') | Places(low | bit, high | bit, '}')) & ~InString;
    }

    /// <summary>Brackets and braces that are no part of a string.</summary>
    public ulong Brackets { get; }

    /// <summary>The bytes of strings, with the opening quote and without the closing one.</summary>
    public ulong InString { get; }

    /// <summary>Line feeds, those in strings too.</summary>
    public ulong Newlines { get; }

    /// <summary>All that is neither white space nor another control character.</summary>
    public ulong Significant { get; }

    static ulong Places(Vector256<byte> low, Vector256<byte> high, char value)
    {
        var wanted = Vector256.Create((byte)value);
        return Bits(Vector256.Equals(low, wanted), Vector256.Equals(high, wanted));
    }

    static ulong Bits(Vector256<byte> low, Vector256<byte> high) => low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);

    /// <summary>The places behind a backslash that is not itself escaped.</summary>
    static ulong Escaped(ulong backslashes, ref ulong isEscaped)
    {
        var escaped = isEscaped;
        isEscaped = 0;
        for (backslashes &= ~escaped; backslashes != 0;)
        {
            var place = backslashes & (0 - backslashes);
            escaped |= place << 1;
            isEscaped = place >> (Size - 1);
            backslashes &= ~(place | (place << 1));
        }

        return escaped;
    }

    /// <summary>The places up to which an odd number of bits is set.</summary>
    static ulong OddUpTo(ulong bits)
    {
        // A product without carries with all ones is just that.
        if (Pclmulqdq.IsSupported) return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();

        for (var shift = 1; shift < Size; shift *= 2) bits ^= bits << shift;
        return bits;
    }

    /// <summary>What one block leaves open for the next.</summary>
    public struct Carry
    {
        /// <summary>All bits set where a string is open.</summary>
        public ulong InString;

        /// <summary>One where the next byte is escaped.</summary>
        public ulong IsEscaped;
    }
}
