namespace Davy.Logs;

/// <summary>The forms of compression, told by the first bytes of a file.</summary>
public static class Compression
{
    /// <summary>gzip (https://www.rfc-editor.org/rfc/rfc1952).</summary>
    public const string Gzip = "gzip";

    /// <summary>Zstandard (https://www.rfc-editor.org/rfc/rfc8878).</summary>
    public const string Zstandard = "zstd";

    /// <summary>How many bytes tell.</summary>
    public const int HeadBytes = 4;

    /// <summary>The form that a file has; null for none that is known.</summary>
    /// <param name="head">Its first bytes.</param>
    public static string? Of(ReadOnlySpan<byte> head) => head switch
    {
        [0x1F, 0x8B, ..] => Gzip,
        [0x28, 0xB5, 0x2F, 0xFD, ..] or [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18, ..] => Zstandard,
        [0xFD, (byte)'7', (byte)'z', (byte)'X', ..] => "xz",
        [(byte)'B', (byte)'Z', (byte)'h', ..] => "bzip2",
        [(byte)'P', (byte)'K', 3, 4, ..] => "zip",
        _ => null,
    };
}
