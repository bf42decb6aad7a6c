using System.IO.Compression;
using System.Text;
using Davy.Logs;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Davy.Tests.Logs;

/// <summary>All that a reader says about an input.</summary>
sealed record Reading(IReadOnlyList<string> Records, IReadOnlyList<RejectedEntry> Rejected, long Dismissed)
{
    public static Reading Of(string text, ReadLimits? limits = null, bool prefilter = false) => Of(Bytes(text), limits, prefilter);

    public static Reading Of(byte[] bytes, ReadLimits? limits = null, bool prefilter = false, int window = 4 << 10, int step = int.MaxValue)
    {
        List<string> records = [];
        List<RejectedEntry> rejected = [];
        using var reader = new LogReader(new DrippingStream(bytes, step), "x", limits ?? ReadLimits.Default, prefilter, window);
        while (reader.Read())
        {
            if (reader.Rejected is { } fault) rejected.Add(fault);
            else records.Add($"{reader.Location.Line}:{reader.Location.Byte} {Encoding.Latin1.GetString(reader.Entry.Span)}");
        }

        return new(records, rejected, reader.Dismissed);
    }

    /// <summary>The records without their places.</summary>
    public IEnumerable<string> Entries => Records.Select(record => record[(record.IndexOf(' ') + 1)..]);

    public IEnumerable<RejectReason> Reasons => Rejected.Select(fault => fault.Reason);

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>A member of gzip, also for nothing, for which <c>GZipStream</c> writes nothing.</summary>
    public static byte[] Gzip(byte[] bytes)
    {
        if (bytes.Length == 0) return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal)) gzip.Write(bytes);
        return output.ToArray();
    }

    public static byte[] Zstd(byte[] bytes, int windowLog = 0)
    {
        using var compressor = new Compressor();
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        if (windowLog > 0) compressor.SetParameter(ZSTD_cParameter.ZSTD_c_windowLog, windowLog);
        using var output = new MemoryStream();
        using (var zstd = new CompressionStream(output, compressor)) zstd.Write(bytes);
        return output.ToArray();
    }

    /// <summary>Gives a few bytes at a time, as pipes do.</summary>
    sealed class DrippingStream(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, step)]);
    }
}
