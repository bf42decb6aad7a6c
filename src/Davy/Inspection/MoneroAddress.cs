using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Davy.Inspection;

/// <summary>
/// Finds addresses of Monero that are valid: base58 in blocks of 8 bytes, and the first 4 bytes of a Keccak-256 at the end
/// (https://docs.getmonero.org/public-address/standard-address/). Chance makes one in four thousand million.
/// </summary>
static class MoneroAddress
{
    const int StandardLength = 95;
    const int IntegratedLength = 106;
    const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    static readonly SearchValues<byte> Letters = SearchValues.Create(Encoding.ASCII.GetBytes(Alphabet));
    static readonly bool[] IsLetter = [.. Enumerable.Range(0, 256).Select(value => Alphabet.Contains((char)value))];

    /// <summary>How many characters of a block of 8 bytes and fewer.</summary>
    static readonly int[] BlockLengths = [0, 2, 3, 5, 6, 7, 9, 10, 11];

    /// <summary>How many bytes may have to be kept of a piece so that no address is cut.</summary>
    public const int Longest = IntegratedLength + 1;

    /// <summary>The first valid address in the data; empty for none.</summary>
    /// <param name="data">The data.</param>
    /// <param name="donations">Addresses that do not count.</param>
    /// <param name="at">Where it begins.</param>
    public static string FirstIn(ReadOnlySpan<byte> data, IReadOnlySet<string> donations, out int at)
    {
        // An address covers two places of any 47 apart, so no more of the data has to be touched.
        const int Stride = 47;
        for (var i = Stride - 1; i < data.Length; i += Stride)
        {
            if (!IsLetter[data[i]] || !((i >= Stride && IsLetter[data[i - Stride]]) || (i + Stride < data.Length && IsLetter[data[i + Stride]]))) continue;

            var start = data[..i].LastIndexOfAnyExcept(Letters) + 1;
            var length = data[i..].IndexOfAnyExcept(Letters) is var end and >= 0 ? end + i - start : data.Length - start;
            if (length is StandardLength or IntegratedLength && IsValid(data.Slice(start, length)))
            {
                var address = Encoding.ASCII.GetString(data.Slice(start, length));
                if (!donations.Contains(address))
                {
                    at = start;
                    return address;
                }
            }

            i = Math.Max(i, start + length - (Stride / 2));
        }

        at = -1;
        return "";
    }

    /// <summary>Whether a text is an address.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text)
    {
        if (text.Length is not (StandardLength or IntegratedLength) || text[0] is not ((byte)'4' or (byte)'8')) return false;

        Span<byte> bytes = stackalloc byte[80];
        var count = 0;
        for (var rest = text; !rest.IsEmpty;)
        {
            var length = Math.Min(11, rest.Length);
            var size = Array.IndexOf(BlockLengths, length);
            if (size <= 0) return false;

            UInt128 value = 0;
            foreach (var letter in rest[..length])
            {
                var digit = Alphabet.IndexOf((char)letter, StringComparison.Ordinal);
                if (digit < 0) return false;
                value = (value * 58) + (uint)digit;
            }

            if (size < 8 ? value >> (size * 8) != 0 : value > ulong.MaxValue) return false;
            for (var i = size - 1; i >= 0; i--, value >>= 8) bytes[count + i] = (byte)value;
            count += size;
            rest = rest[length..];
        }

        // The network: standard, integrated or subaddress of the main chain.
        return bytes[0] is 18 or 19 or 42 && Keccak256(bytes[..(count - 4)]).AsSpan(0, 4).SequenceEqual(bytes[(count - 4)..count]);
    }

    /// <summary>Keccak-256 as it was before it became SHA-3 (https://keccak.team/keccak_specs_summary.html), for a text of less than a block.</summary>
    internal static byte[] Keccak256(ReadOnlySpan<byte> text)
    {
        const int Rate = 136;
        if (text.Length >= Rate) throw new ArgumentOutOfRangeException(nameof(text));

        Span<byte> block = stackalloc byte[Rate];
        block.Clear();
        text.CopyTo(block);
        block[text.Length] = 1;
        block[Rate - 1] |= 0x80;

        Span<ulong> state = stackalloc ulong[25];
        state.Clear();
        for (var i = 0; i < Rate / 8; i++) state[i] = BinaryPrimitives.ReadUInt64LittleEndian(block[(i * 8)..]);
        Permute(state);

        var hash = new byte[32];
        for (var i = 0; i < 4; i++) BinaryPrimitives.WriteUInt64LittleEndian(hash.AsSpan(i * 8), state[i]);
        return hash;
    }

    static void Permute(Span<ulong> a)
    {
        Span<ulong> column = stackalloc ulong[5];
        Span<ulong> moved = stackalloc ulong[25];
        byte register = 1;
        for (var round = 0; round < 24; round++)
        {
            for (var x = 0; x < 5; x++) column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
            for (var i = 0; i < 25; i++) a[i] ^= column[(i + 4) % 5] ^ BitOperations.RotateLeft(column[(i + 1) % 5], 1);

            // Rotate each lane and move it.
            var (px, py) = (1, 0);
            moved[0] = a[0];
            for (var t = 0; t < 24; t++)
            {
                var lane = BitOperations.RotateLeft(a[px + (5 * py)], (t + 1) * (t + 2) / 2 % 64);
                (px, py) = (py, ((2 * px) + (3 * py)) % 5);
                moved[px + (5 * py)] = lane;
            }

            for (var y = 0; y < 25; y += 5)
            {
                for (var x = 0; x < 5; x++) a[y + x] = moved[y + x] ^ (~moved[y + ((x + 1) % 5)] & moved[y + ((x + 2) % 5)]);
            }

            // The constant of the round comes from a shift register.
            for (var j = 0; j < 7; j++)
            {
                if ((register & 1) != 0) a[0] ^= 1UL << ((1 << j) - 1);
                register = (byte)((register << 1) ^ ((register >> 7) * 0x71));
            }
        }
    }
}
