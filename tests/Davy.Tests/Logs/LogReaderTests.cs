using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Davy.Logs;
using ZstdSharp;

namespace Davy.Tests.Logs;

/// <summary>Whatever the framing, the same entries come out; whatever the bytes, nothing else does.</summary>
public sealed class LogReaderTests
{
    static readonly Gen<string> Entries = Gen.String[Gen.Char["abc {}[]\",:\\\n\u00e9"], 0, 20].Select(text =>
        new JsonObject { ["insertId"] = text, ["x"] = new JsonArray(1, new JsonObject { ["y"] = text }, "run.googleapis.com") }.ToJsonString());

    static (List<string> Entries, int Rejected) Read(byte[] bytes, int buffer = 512 * 1024)
    {
        List<string> entries = [];
        var rejected = 0;
        using var reader = new LogReader(new MemoryStream(bytes), "x", ReadLimits.Default, prefilter: false, buffer);
        while (reader.Read())
        {
            if (reader.Rejected is not null) rejected++;
            else if (Parse(reader.Entry.Span) is { } entry) entries.Add(entry);
            else rejected++;
        }

        return (entries, rejected);
    }

    static string? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonNode.Parse(json)!.ToJsonString();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string Pretty(string json) => JsonNode.Parse(json)!.ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest)) gzip.Write(bytes);
        return output.ToArray();
    }

    [Fact]
    public void AllFramingsGiveTheSameEntries() => Gen.Select(Entries.List[0, 6], Gen.Int[1, 64]).Sample((entries, buffer) =>
    {
        var lines = Encoding.UTF8.GetBytes(string.Join('\n', entries));
        byte[][] forms =
        [
            lines, [.. lines, (byte)'\n'], [0xEF, 0xBB, 0xBF, .. lines],
            Encoding.UTF8.GetBytes(string.Join("\r\n\r\n", entries)),
            Encoding.UTF8.GetBytes($"[{string.Join(',', entries)}]"),
            Encoding.UTF8.GetBytes($"[\n{string.Join(",\n", entries.Select(entry => "  " + Pretty(entry).Replace("\n", "\n  ", StringComparison.Ordinal)))}\n]\n"),
            Encoding.UTF8.GetBytes(string.Concat(entries)),
            Encoding.UTF8.GetBytes(string.Join('\n', entries.Select(Pretty))),
            Gzip(lines), [.. Gzip([.. lines, (byte)'\n']), .. Gzip([])],
            new Compressor().Wrap(lines).ToArray(),
        ];
        foreach (var form in forms)
        {
            var (found, rejected) = Read(form, buffer);
            Assert.Equal(entries, found);
            Assert.Equal(0, rejected);
        }
    }, iter: 300);

    [Theory]
    [InlineData("{\"a\":1,")]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":[1,")]
    [InlineData("{\"a\":[{")]
    [InlineData("{\"a\":\"x")]
    [InlineData("{\"a\":\"x\\")]
    [InlineData("{\"a\":{\"b\":1}")]
    [InlineData("garbage")]
    [InlineData("}")]
    [InlineData("42")]
    public void OneBadLineCostsNoOther(string bad)
    {
        var (entries, rejected) = Read(Encoding.UTF8.GetBytes($"{{\"n\":1}}\n{bad}\n{{\"n\":2}}\n{{\"n\":3}}\n"));

        Assert.Equal(["{\"n\":1}", "{\"n\":2}", "{\"n\":3}"], entries);
        Assert.Equal(1, rejected);
    }

    [Theory]
    [InlineData("{\n")]
    [InlineData("[")]
    [InlineData("{\"a\":[\n")]
    [InlineData("{\"a\":\n")]
    [InlineData("\"")]
    [InlineData("\\")]
    [InlineData("}")]
    [InlineData("{\"a\":\"")]
    [InlineData("{\"a\":[{},\n")]
    public void NoMegabyteTakesLong(string part)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(part, (1 << 20) / part.Length)));
        var watch = Stopwatch.StartNew();

        using var reader = new LogReader(new MemoryStream(bytes), "x", ReadLimits.Default);
        while (reader.Read())
        {
        }

        // The promise is a second a megabyte; what would break it is a quadratic reader, which takes minutes.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    [Fact]
    public void NoBytesMakeAnythingButRecordsOrRejections() =>
        Gen.Byte[0, 255].Array[0, 40].Select(Gen.Bool, (bytes, isJson) => isJson ? [.. bytes.Select(each => (byte)"{}[]\",:\\\n 1a"[each % 12])] : bytes).Sample(bytes =>
        {
            using var reader = new LogReader(new MemoryStream(bytes), "x", ReadLimits.Default, prefilter: false, 16);
            for (var records = 0; reader.Read(); records++) Assert.True(records <= bytes.Length);
        }, iter: 100_000);

    [Fact]
    public void ATruncatedGzipKeepsWhatCameBeforeAndSaysSo()
    {
        var lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 50_000).Select(n => $"{{\"n\":{n * 7919 % 100_003}}}\n")));
        var (entries, rejected) = Read(Gzip(lines)[..^2000]);

        Assert.NotEmpty(entries);
        Assert.Equal(1, rejected);
    }

    [Fact]
    public void ABombIsStopped()
    {
        var watch = Stopwatch.StartNew();
        var (entries, rejected) = Read(Gzip(new byte[64 << 20]));

        Assert.Empty(entries);
        Assert.Equal(1, rejected);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void AnEntryOfTheSuiteCostsNoOther()
    {
        foreach (var file in Directory.GetFiles(RepositoryRoot.Shared("data", "peers", "json-test-suite"), "*.json", SearchOption.AllDirectories))
        {
            var text = File.ReadAllBytes(file);
            byte[] log = [.. "{\"n\":1}\n{\"insertId\":"u8, .. text, .. "}\n{\"n\":2}\n"u8];
            var whole = Scanning.Scan(Davy.Indicators.IndicatorSet.Default, [Scanning.Input(log)], validate: true);
            Assert.True(whole.Summary.NotCloudRun >= 2, $"{Path.GetFileName(file)}: {whole.Summary}");
            Assert.Empty(Scanning.Scan(Davy.Indicators.IndicatorSet.Default, [Scanning.Input(text)]).Findings);
        }
    }
}
