using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Davy.Tests.Logs;

/// <summary>Compressed inputs of every kind that may come along, good and bad, made when they are asked for, each with what a scan of it comes to.</summary>
static class CompressionCases
{
    const string Found = "found 3, examined 3";
    const string FoundThenBad = "found 3, examined 3, BadCompression";
    const string Bad = "BadCompression";
    const string Malformed = "Malformed";

    const int BombBytes = 32 << 20;

    /// <summary>Three lines that deploy a listed image each.</summary>
    static readonly byte[] Log = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 3).Select(number => Outcome.Miner(number) + "\n")));

    public static IReadOnlyDictionary<string, (Func<byte[]> Make, string Outcome)> All { get; } = OfForm("gzip", Reading.Gzip)
        .Concat(OfForm("zstd", bytes => Reading.Zstd(bytes))).Concat(OfGzip()).Concat(OfZstd()).Concat(Others())
        .ToDictionary(each => each.Name, each => (each.Make, each.Outcome));

    static IEnumerable<(string Name, Func<byte[]> Make, string Outcome)> OfForm(string form, Func<byte[], byte[]> compress)
    {
        byte[] Log() => compress(CompressionCases.Log);
        byte[] Rest(params byte[][] parts) => [.. Log(), .. parts.SelectMany(part => part)];
        byte[] Cut(int fromEnd) => Log()[..^fromEnd];
        byte[] Filled(string text) => Reading.Bytes(string.Concat(Enumerable.Repeat(text, BombBytes / text.Length)));

        yield return ($"{form}: whole", Log, Found);
        yield return ($"{form}: of nothing", () => compress([]), "nothing");
        yield return ($"{form}: of white space", () => compress("\r\n \t\n"u8.ToArray()), "nothing");
        yield return ($"{form}: of no JSON", () => compress("not JSON"u8.ToArray()), Malformed);
        yield return ($"{form}: two parts", () => Rest(Log()), "found 3, examined 6");
        yield return ($"{form}: a hundred parts", () => [.. Enumerable.Repeat(Log(), 100).SelectMany(part => part)], "found 3, examined 300");
        yield return ($"{form}: a part a byte", () => [.. CompressionCases.Log.SelectMany(each => compress([each]))], Found);
        yield return ($"{form}: an entry over two parts", () => [.. compress(CompressionCases.Log[..200]), .. compress(CompressionCases.Log[200..])], Found);
        yield return ($"{form}: parts of nothing around it", () => [.. compress([]), .. Log(), .. compress([]), .. compress([])], Found);
        yield return ($"{form}: the last byte is missing", () => Cut(1), FoundThenBad);
        yield return ($"{form}: the check sum is missing", () => Cut(form == "gzip" ? 8 : 4), FoundThenBad);
        yield return ($"{form}: the head alone", () => Log()[..4], Bad);
        yield return ($"{form}: a second head alone", () => Rest(Log()[..4]), FoundThenBad);
        yield return ($"{form}: a second part without its last byte", () => Rest(Cut(1)), "found 3, examined 6, BadCompression");
        yield return ($"{form}: a wrong check sum", () => Flipped(Log(), form == "gzip" ? 8 : 1), FoundThenBad);
        yield return ($"{form}: a wrong check sum in the second part", () => Rest(Flipped(Log(), form == "gzip" ? 8 : 1)), "found 3, examined 6, BadCompression");
        yield return ($"{form}: a byte behind it", () => Rest([0]), FoundThenBad);
        yield return ($"{form}: a block of zeros behind it", () => Rest(new byte[4_096]), FoundThenBad);
        yield return ($"{form}: an entry behind it", () => Rest(CompressionCases.Log), FoundThenBad);
        yield return ($"{form}: garbage behind it", () => Rest([.. Enumerable.Range(0, 100_000).Select(n => (byte)(n * 31 + 7))]), FoundThenBad);
        yield return ($"{form}: gzip within", () => compress(Reading.Gzip(CompressionCases.Log)), Bad);
        yield return ($"{form}: zstd within", () => compress(Reading.Zstd(CompressionCases.Log)), Bad);
        yield return ($"{form}: five times over", () => compress(compress(compress(compress(Log())))), Bad);
        yield return ($"{form}: a bomb of zeros", () => compress(new byte[BombBytes]), Bad);
        yield return ($"{form}: a bomb of spaces", () => compress(Filled(" ")), Bad);
        yield return ($"{form}: a bomb of lines", () => compress(Filled("\n")), Bad);
        yield return ($"{form}: a bomb of brackets", () => compress(Filled("[")), Bad);
        yield return ($"{form}: a bomb of one string", () => compress([.. "{\"a\":\""u8, .. Filled("x")]), Bad);
        yield return ($"{form}: a bomb behind good entries", () => compress([.. CompressionCases.Log, .. new byte[BombBytes]]), FoundThenBad);
        yield return ($"{form}: a bomb as the second part", () => Rest(compress(new byte[BombBytes])), FoundThenBad);
        yield return ($"{form}: a bomb in small parts", () => [.. Enumerable.Repeat(compress(new byte[1 << 20]), 64).SelectMany(part => part)], Bad);
    }

    static IEnumerable<(string Name, Func<byte[]> Make, string Outcome)> OfGzip()
    {
        byte[] Deflated() => Reading.Gzip(Log)[10..];
        byte[] Head(byte flags, byte method = 8) => [0x1F, 0x8B, method, flags, 0, 0, 0, 0, 0, 3];

        yield return ("gzip: two bytes", () => [0x1F, 0x8B], Bad);
        yield return ("gzip: a name", () => [.. Head(8), .. "log.json\0"u8, .. Deflated()], Found);
        yield return ("gzip: a name without an end", () => [.. Head(8), .. Enumerable.Repeat((byte)'x', 100_000)], Bad);
        yield return ("gzip: a comment", () => [.. Head(16), .. "\e[2J\0"u8, .. Deflated()], Found);
        yield return ("gzip: an extra field", () => [.. Head(4), 3, 0, 1, 2, 3, .. Deflated()], Found);
        yield return ("gzip: an extra field that is too short", () => [.. Head(4), 0xFF, 0xFF, 1, 2, 3], Bad);
        yield return ("gzip: reserved flags", () => [.. Head(0xE0), .. Deflated()], Bad);
        yield return ("gzip: another method", () => [.. Head(0, method: 7), .. Deflated()], Bad);
        yield return ("gzip: a wrong length", () => Flipped(Reading.Gzip(Log), 1), FoundThenBad);
        yield return ("gzip: a bad block", () => [.. Head(0), 0x07, 0, 0, 0, 0, 0, 0, 0, 0], Bad);
        yield return ("gzip: a distance before the beginning", () => [.. Head(0), 0x4B, 0x04, 0x13, 0, 0, 0, 0, 0, 0, 0, 0], Bad);
        yield return ("gzip: a hundred thousand empty blocks", () => [.. Head(0), .. Enumerable.Repeat(new byte[] { 0, 0, 0, 0xFF, 0xFF }, 100_000).SelectMany(block => block), .. Deflated()], Found);
        yield return ("gzip: stored, not compressed", () => Stored(Log), Found);
    }

    static IEnumerable<(string Name, Func<byte[]> Make, string Outcome)> OfZstd()
    {
        byte[] Skippable(uint size, int held)
        {
            var frame = new byte[8 + held];
            BinaryPrimitives.WriteUInt32LittleEndian(frame, 0x184D2A50);
            BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), size);
            return frame;
        }

        yield return ("zstd: a part to skip", () => [.. Skippable(100, 100), .. Reading.Zstd(Log)], Found);
        yield return ("zstd: a part to skip, alone", () => Skippable(100, 100), "nothing");
        yield return ("zstd: a part to skip that breaks off", () => Skippable(uint.MaxValue, 100), Bad);
        yield return ("zstd: a part to skip behind it that breaks off", () => [.. Reading.Zstd(Log), .. Skippable(uint.MaxValue, 100)], FoundThenBad);
        yield return ("zstd: a dictionary that nobody has", () => [0x28, 0xB5, 0x2F, 0xFD, 0x23, 1, 2, 3, 4, 0, 1, 0, 0], Bad);
        yield return ("zstd: a window of terabytes", () => [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xFF, 1, 0, 0], Bad);
        yield return ("zstd: a window over the limit", () => Reading.Zstd([.. Enumerable.Repeat(Log, 20_000).SelectMany(log => log)], windowLog: 24), Bad);
        yield return ("zstd: a reserved block", () => [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58, 7, 0, 0], Bad);
        yield return ("zstd: a block larger than blocks may be", () => [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58, 0xFB, 0xFF, 0xFF, 1], Bad);
        yield return ("zstd: an older version", () => [0x27, 0xB5, 0x2F, 0xFD, 0x00, 0x58, 1, 0, 0], Malformed);
    }

    static IEnumerable<(string Name, Func<byte[]> Make, string Outcome)> Others()
    {
        yield return ("gzip, then zstd", () => [.. Reading.Gzip(Log), .. Reading.Zstd(Log)], FoundThenBad);
        yield return ("zstd, then gzip", () => [.. Reading.Zstd(Log), .. Reading.Gzip(Log)], FoundThenBad);
        yield return ("text, then gzip", () => [.. Log, .. Reading.Gzip([])], "found 3, examined 3, Malformed");
        yield return ("a byte order mark, then gzip", () => [0xEF, 0xBB, 0xBF, .. Reading.Gzip([])], Malformed);
        yield return ("zlib", () => [0x78, 0x9C, 3, 0, 0, 0, 0, 1], Malformed);
        yield return ("lz4", () => [0x04, 0x22, 0x4D, 0x18, 0x40, 0x40, 0xC0], Malformed);
        yield return ("compress", () => [0x1F, 0x9D, 0x90, 1, 2, 3], Malformed);
        yield return ("xz", () => [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4], Bad);
        yield return ("bzip2", () => [.. "BZh91AY&SY"u8], Bad);
        yield return ("zip", () => [.. "PK\x03\x04"u8, 20, 0, 0, 0], Bad);
        yield return ("tar in gzip", () => Reading.Gzip(Tar(Log)), "found 2, examined 2, Malformed 2");
    }

    static byte[] Flipped(byte[] bytes, int fromEnd)
    {
        bytes[^fromEnd] ^= 1;
        return bytes;
    }

    static byte[] Stored(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.NoCompression)) gzip.Write(bytes);
        return output.ToArray();
    }

    static byte[] Tar(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var tar = new TarWriter(output, TarEntryFormat.Ustar)) tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "log.json") { DataStream = new MemoryStream(bytes) });
        return output.ToArray();
    }
}
