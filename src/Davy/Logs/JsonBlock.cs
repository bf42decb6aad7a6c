using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Davy.Logs;

/// <summary>What stands at each of 64 bytes of JSON, as bit masks, the first byte lowest; the way that simdjson showed (https://arxiv.org/abs/1902.08318).</summary>
readonly struct JsonBlock
{
    /// <summary>How many bytes a block has.</summary>
    public const int Size = 64;

    readonly Vector256<byte> _low;
    readonly Vector256<byte> _high;

    /// <summary>Reads 64 bytes.</summary>
    /// <param name="low">The first 32 of them.</param>
    /// <param name="high">The others.</param>
    /// <param name="carry">What the blocks before left open; brought up to date.</param>
    /// <remarks>In a loop a call would cost as much as what is done here, and so would what nobody asks for: it is computed where it is asked for.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public JsonBlock(Vector256<byte> low, Vector256<byte> high, ref Carry carry)
    {
        (_low, _high) = (low, high);
        var quotes = Places('"') & ~Escaped(Places('\\'), ref carry.IsEscaped);
        InString = OddUpTo(quotes) ^ carry.InString;
        carry.InString = (ulong)((long)InString >> (Size - 1));
    }

    /// <summary>Brackets and braces that are no part of a string.</summary>
    public ulong Brackets
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Bits(Either(_low | BracketBit, '{', '}'), Either(_high | BracketBit, '{', '}')) & ~InString;
    }

    /// <summary>The bytes of strings, with the opening quote and without the closing one.</summary>
    public ulong InString { get; }

    /// <summary>Line feeds, those in strings too.</summary>
    public ulong Newlines
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Places('\n');
    }

    /// <summary>All that is neither white space nor another control character.</summary>
    public ulong Significant
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var blank = Vector256.Create((byte)' ');
            return ~Bits(Vector256.LessThanOrEqual(_low, blank), Vector256.LessThanOrEqual(_high, blank));
        }
    }

    /// <summary>Quotes, and brackets and braces that close; those in strings too.</summary>
    public ulong QuotesAndClosing
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Places('"') | Bits(Vector256.Equals(_low | BracketBit, Vector256.Create((byte)'}')), Vector256.Equals(_high | BracketBit, Vector256.Create((byte)'}')));
    }

    /// <summary>Commas, and brackets and braces that open; those in strings too.</summary>
    public ulong CommasAndOpening
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Places(',') | Bits(Vector256.Equals(_low | BracketBit, Vector256.Create((byte)'{')), Vector256.Equals(_high | BracketBit, Vector256.Create((byte)'{')));
    }

    /// <summary>'[' and ']' differ from '{' and '}' in one bit.</summary>
    static Vector256<byte> BracketBit => Vector256.Create((byte)('[' ^ '{'));

    /// <summary>The places of a character.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Places(char value)
    {
        var wanted = Vector256.Create((byte)value);
        return Bits(Vector256.Equals(_low, wanted), Vector256.Equals(_high, wanted));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<byte> Either(Vector256<byte> bytes, char one, char other) =>
        Vector256.Equals(bytes, Vector256.Create((byte)one)) | Vector256.Equals(bytes, Vector256.Create((byte)other));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Bits(Vector256<byte> low, Vector256<byte> high) => low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);

    /// <summary>The places behind a backslash that is not itself escaped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
