using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Davy.Images.Content;

namespace Davy.Inspection;

/// <summary>The members of a zip that is held in memory, by its directory at the end, as programs that unpack it read them (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).</summary>
static class ZipDirectory
{
    const int EndBytes = 22;
    const int HeaderBytes = 46;
    const int LocalBytes = 30;
    const int MostMembers = 100_000;

    /// <summary>The members, each with its content inflated as it is read.</summary>
    /// <param name="zip">The archive.</param>
    /// <exception cref="UnreadableImageException">It is damaged or encrypted.</exception>
    public static IEnumerable<(string Name, Stream Content)> Members(ReadOnlyMemory<byte> zip)
    {
        var (at, count) = Directory(zip.Span);
        if (count > MostMembers) throw new UnreadableImageException(UnreadableReason.Limit, $"it has more than {MostMembers} members");
        for (var i = 0; i < count; i++)
        {
            var member = Member(zip, ref at);
            if (member.Name.EndsWith('/')) continue;
            yield return (member.Name, member.Open());
        }
    }

    static (int At, int Count) Directory(ReadOnlySpan<byte> zip)
    {
        for (var at = zip.Length - EndBytes; at >= Math.Max(0, zip.Length - EndBytes - ushort.MaxValue); at--)
        {
            if (!zip[at..].StartsWith("PK\u0005\u0006"u8)) continue;

            var start = BinaryPrimitives.ReadUInt32LittleEndian(zip[(at + 16)..]);
            return start <= at ? ((int)start, BinaryPrimitives.ReadUInt16LittleEndian(zip[(at + 10)..])) : throw Damaged();
        }

        throw Damaged();
    }

    static ZipMember Member(ReadOnlyMemory<byte> zip, ref int at)
    {
        var span = zip.Span;
        if (at + HeaderBytes > span.Length || !span[at..].StartsWith("PK\u0001\u0002"u8)) throw Damaged();

        var header = span[at..];
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var skipped = nameLength + BinaryPrimitives.ReadUInt16LittleEndian(header[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
        var local = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
        if (at + HeaderBytes + skipped > span.Length || local + LocalBytes > span.Length) throw Damaged();

        var name = Encoding.UTF8.GetString(header.Slice(HeaderBytes, nameLength));
        at += HeaderBytes + skipped;
        if ((flags & 1) != 0) throw new UnreadableImageException(UnreadableReason.Format, "it is encrypted");
        if (method is not (0 or 8)) throw new UnreadableImageException(UnreadableReason.Format, $"a member is compressed by method {method}");

        var place = span[(int)local..];
        var start = local + LocalBytes + BinaryPrimitives.ReadUInt16LittleEndian(place[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(place[28..]);
        if (start + size > span.Length) throw Damaged();
        return new(name, zip.Slice((int)start, (int)size), method == 8);
    }

    static UnreadableImageException Damaged() => new(UnreadableReason.Format, "its directory is damaged");

    readonly record struct ZipMember(string Name, ReadOnlyMemory<byte> Stored, bool IsDeflated)
    {
        public Stream Open()
        {
            MemoryStream stored = new(Stored.ToArray(), writable: false);
            return IsDeflated ? new DeflateStream(stored, CompressionMode.Decompress) : stored;
        }
    }
}
