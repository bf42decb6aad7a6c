using System.Globalization;
using System.Text;

namespace Davy.Tests.Images;

/// <summary>Writes archives byte by byte, also such as no program would.</summary>
sealed class TarBuilder
{
    readonly List<byte> _bytes = [];

    /// <summary>A file.</summary>
    public TarBuilder File(string path, string content, int mode = 0x1ED) => File(path, Encoding.UTF8.GetBytes(content), mode);

    /// <summary>A file.</summary>
    public TarBuilder File(string path, byte[] content, int mode = 0x1ED) => Entry(path, (byte)'0', content, mode);

    /// <summary>A symbolic link.</summary>
    public TarBuilder Link(string path, string target) => Header(path, (byte)'2', 0, link: target);

    /// <summary>Another name of a file.</summary>
    public TarBuilder HardLink(string path, string target) => Header(path, (byte)'1', 0, link: target);

    /// <summary>A folder.</summary>
    public TarBuilder Folder(string path) => Header(path, (byte)'5', 0);

    /// <summary>A pax header for the entry that follows.</summary>
    public TarBuilder Pax(params ReadOnlySpan<(string Name, string Value)> records)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in records)
        {
            var rest = Encoding.UTF8.GetByteCount($" {name}={value}\n");
            var length = rest + 1;
            while ($"{length}".Length + rest != length) length = $"{length}".Length + rest;
            text.Append(CultureInfo.InvariantCulture, $"{length} {name}={value}\n");
        }

        return Entry("pax", (byte)'x', Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>A header and its content.</summary>
    public TarBuilder Entry(string path, byte type, byte[] content, int mode = 0x1ED, long? size = null)
    {
        Header(path, type, size ?? content.Length, mode);
        return Raw(content).Raw(new byte[-content.Length & 511]);
    }

    /// <summary>A header alone.</summary>
    public TarBuilder Header(string path, byte type, long size, int mode = 0x1ED, string link = "", Action<byte[]>? change = null)
    {
        var block = new byte[512];
        var name = Encoding.UTF8.GetBytes(path);
        if (name.Length > 100) Entry("././@LongLink", (byte)'L', [.. name, 0]);
        if (Encoding.UTF8.GetBytes(link) is { Length: > 100 } longLink) Entry("././@LongLink", (byte)'K', [.. longLink, 0]);

        name.AsSpan(0, Math.Min(100, name.Length)).CopyTo(block);
        Octal(block.AsSpan(100, 8), mode);
        Octal(block.AsSpan(108, 8), 0);
        Octal(block.AsSpan(116, 8), 0);
        if (size < 1L << 33) Octal(block.AsSpan(124, 12), size);
        else (block[124], _) = (0x80, System.Buffers.Binary.BinaryPrimitives.TryWriteInt64BigEndian(block.AsSpan(128, 8), size));
        Octal(block.AsSpan(136, 12), 1_700_000_000);
        block[156] = type;
        Encoding.UTF8.GetBytes(link).AsSpan(0, Math.Min(100, Encoding.UTF8.GetByteCount(link))).CopyTo(block.AsSpan(157));
        "ustar\0"u8.CopyTo(block.AsSpan(257));
        "00"u8.CopyTo(block.AsSpan(263));
        change?.Invoke(block);
        block.AsSpan(148, 8).Fill((byte)' ');
        Octal(block.AsSpan(148, 7), block.Sum(value => value));
        return Raw(block);
    }

    /// <summary>Bytes as they are.</summary>
    public TarBuilder Raw(byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>The archive with its end.</summary>
    public byte[] Build() => [.. _bytes, .. new byte[1024]];

    /// <summary>The archive without an end.</summary>
    public byte[] BuildOpen() => [.. _bytes];

    static void Octal(Span<byte> field, long value) => Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(field.Length - 1, '0')).CopyTo(field);
}
