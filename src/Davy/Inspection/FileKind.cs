using System.Buffers.Binary;

namespace Davy.Inspection;

/// <summary>What a file is, by its first bytes.</summary>
enum FileKind
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>A program: ELF, PE, Mach-O, a Java class, WebAssembly.</summary>
    Program,

    /// <summary>A text that names its interpreter.</summary>
    Script,

    /// <summary>Another text.</summary>
    Text,

    /// <summary>An archive or a compressed file that is looked into.</summary>
    Archive,

    /// <summary>An archive of a form that is not read.</summary>
    ClosedArchive,
}

/// <summary>Tells what a file is.</summary>
static class FileKinds
{
    /// <summary>How many bytes tell.</summary>
    public const int HeadBytes = 512;

    /// <summary>What a file is.</summary>
    /// <param name="head">Its first bytes.</param>
    public static FileKind Of(ReadOnlySpan<byte> head) => head switch
    {
        [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] or [0, (byte)'a', (byte)'s', (byte)'m', ..] or [0xCA, 0xFE, 0xBA, 0xBE, ..] => FileKind.Program,
        [(byte)'M', (byte)'Z', ..] when head.Length >= 64 && IsPortable(head) => FileKind.Program,
        [0xCF, 0xFA, 0xED, 0xFE, ..] or [0xCE, 0xFA, 0xED, 0xFE, ..] => FileKind.Program,
        [(byte)'#', (byte)'!', ..] => FileKind.Script,
        [0x1F, 0x8B, 8, ..] or [0x28, 0xB5, 0x2F, 0xFD, ..] or [(byte)'P', (byte)'K', 3, 4, ..] => FileKind.Archive,
        _ when IsTar(head) => FileKind.Archive,
        _ when IsClosed(head) => FileKind.ClosedArchive,
        _ => !head.IsEmpty && !head.Contains((byte)0) ? FileKind.Text : FileKind.Other,
    };

    /// <summary>Whether it begins with the mark of an archive, and what follows the mark is nothing that any program of that form accepts: it is none.</summary>
    public static bool OnlyBeginsAsArchive(ReadOnlySpan<byte> head) => !IsClosed(head)
        && (head is [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] or [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..] or [(byte)'7', (byte)'z', 0xBC, 0xAF, ..]);

    /// <summary>Whether it is an archive of tar.</summary>
    public static bool IsTar(ReadOnlySpan<byte> head) => head.Length >= HeadBytes && head.Slice(257, 5).SequenceEqual("ustar"u8);

    /// <summary>Whether it is an archive that is not opened where it stands wrapped in a script.</summary>
    public static bool IsUnopened(ReadOnlySpan<byte> head) => Of(head) is FileKind.ClosedArchive || head is [0x28, 0xB5, 0x2F, 0xFD, ..] || IsZip(head);

    /// <summary>Whether it is a zip.</summary>
    public static bool IsZip(ReadOnlySpan<byte> head) => head is [(byte)'P', (byte)'K', 3, 4, ..];

    /// <summary>Whether an ELF has no sections, which linkers always write and packers leave out.</summary>
    public static bool IsSectionless(ReadOnlySpan<byte> head) =>
        head is [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, ..] && head.Length >= 64 && BinaryPrimitives.ReadUInt16LittleEndian(head[60..]) == 0;

    /// <summary>Whether it is an ELF.</summary>
    public static bool IsElf(ReadOnlySpan<byte> head) => head is [0x7F, (byte)'E', (byte)'L', (byte)'F', ..];

    /// <summary>The forms that are known and not read: xz, bzip2 (also an empty one, behind which another may follow), 7z, rar, lzip, lz4, lzop, compress, packages of Debian and RPM.</summary>
    static bool IsClosed(ReadOnlySpan<byte> head) => head switch
    {
        [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 0, <= 0x0F, ..] => true,
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31, 0x41, 0x59, 0x26, ..] or [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x17, 0x72, 0x45, 0x38, ..] => true,
        [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, ..] or [(byte)'R', (byte)'a', (byte)'r', (byte)'!', 0x1A, ..] => true,
        [(byte)'L', (byte)'Z', (byte)'I', (byte)'P', <= 1, ..] or [0x04, 0x22, 0x4D, 0x18, ..] or [0x89, (byte)'L', (byte)'Z', (byte)'O', 0, ..] or [0xED, 0xAB, 0xEE, 0xDB, ..] => true,
        // The number of bits of a code, 9 to 16, with and without blocks.
        [0x1F, 0x9D, (>= 0x09 and <= 0x10) or (>= 0x89 and <= 0x90), ..] => true,
        _ => head.StartsWith("!<arch>\ndebian-binary"u8),
    };

    static bool IsPortable(ReadOnlySpan<byte> head)
    {
        var at = BinaryPrimitives.ReadInt32LittleEndian(head[60..]);
        return at is >= 64 and < 4096 && (at + 4 > head.Length || head[at..].StartsWith("PE\0\0"u8));
    }
}
