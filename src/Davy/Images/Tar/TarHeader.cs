using System.Text;

namespace Davy.Images.Tar;

/// <summary>
/// A block of 512 bytes that begins an entry (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, "ustar Interchange Format";
/// https://www.gnu.org/software/tar/manual/html_node/Standard.html).
/// </summary>
readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    public const int Bytes = 512;

    readonly ReadOnlySpan<byte> _block = block;

    public byte Type => _block[156];

    public string Name
    {
        get
        {
            var name = Text(_block[..100]);
            var prefix = IsUstar ? Text(_block.Slice(345, IsStar ? 131 : 155)) : "";
            return prefix.Length > 0 ? $"{prefix}/{name}" : name;
        }
    }

    public string Link => Text(_block.Slice(157, 100));

    /// <summary>Whether another block of the map of holes follows the header, as GNU tar's old form has it.</summary>
    public bool HasMoreHoles => _block[482] != 0;

    bool IsUstar => _block.Slice(257, 6).SequenceEqual("ustar\0"u8);

    bool IsStar => _block.Slice(508, 4).SequenceEqual("tar\0"u8);

    public bool IsChecksumRight()
    {
        var (unsigned, signed) = (0, 0);
        for (var i = 0; i < Bytes; i++)
        {
            var value = i is >= 148 and < 156 ? (byte)' ' : _block[i];
            unsigned += value;
            signed += (sbyte)value;
        }

        return TryNumber(_block.Slice(148, 8), out var sum) && (sum == unsigned || sum == signed);
    }

    public bool TrySize(out long size) => TryNumber(_block.Slice(124, 12), out size) && size >= 0;

    public int Mode => TryNumber(_block.Slice(100, 8), out var mode) ? (int)(mode & 0xFFF) : 0;

    /// <summary>A text of a field, which ends at its first zero byte.</summary>
    static string Text(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field.IndexOf((byte)0) is var end and >= 0 ? field[..end] : field);

    /// <summary>An octal number in ASCII, or one in binary where the first bit is set.</summary>
    static bool TryNumber(ReadOnlySpan<byte> field, out long number)
    {
        number = 0;
        if ((field[0] & 0x80) != 0)
        {
            // The second bit is the sign; nothing that is negative is of use here.
            if ((field[0] & 0x40) != 0) return false;

            number = field[0] & 0x3F;
            foreach (var value in field[1..])
            {
                if (number > long.MaxValue >> 8) return false;
                number = (number << 8) | value;
            }

            return true;
        }

        foreach (var digit in field.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7') return false;
            number = (number << 3) | (long)(digit - '0');
        }

        return true;
    }
}
