using System.Text;
using CsCheck;
using Davy.Detection;
using Davy.Findings;
using Davy.Images;
using Davy.Indicators;
using Davy.Reports;
using Davy.Tests.Logs;

namespace Davy.Tests;

/// <summary>No string of bytes makes anything but an answer or a rejection.</summary>
public sealed class AnyBytesTests
{
    /// <summary>What an entry may be hidden in, whole: these are damaged.</summary>
    static readonly byte[][] Seeds =
    [
        .. Directory.GetFiles(RepositoryRoot.File("samples"), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(File.ReadAllLines).Where(line => line.Length is > 2 and < 20_000).Select(Encoding.UTF8.GetBytes),
        Encoding.UTF8.GetBytes(Outcome.Miner(1)),
        Encoding.UTF8.GetBytes($"[{Outcome.Miner(1)},\n{Outcome.Miner(2)}]"),
        Encoding.UTF8.GetBytes($$"""{"specversion":"1.0","type":"google.cloud.audit.log.v1.written","data":{{Outcome.Miner(1)}}}"""),
        Encoding.UTF8.GetBytes($$"""{"message":{"data":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(Outcome.Miner(1)))}}","messageId":"1"},"subscription":"s"}"""),
        Reading.Gzip(Encoding.UTF8.GetBytes(Outcome.Miner(1))),
        Reading.Zstd(Encoding.UTF8.GetBytes(Outcome.Miner(1))),
    ];

    static readonly byte[][] Insertions =
    [
        .. new[] { "{", "}", "[", "]", ",", ":", "\"", "\\", "\n", "\0", "null", "1e999", "-0", "{}", "[]", "\"\"", "\\ud800", "\\u0000", "\u00ff", "\u00ed\u00a0\u0080", "\u00ef\u00bb\u00bf", "run.googleapis.com", "\"image\":", "docker.io/metal3d/xmrig" }.Select(Reading.Bytes),
    ];

    static readonly byte[][] Heads =
    [
        [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], [0x28, 0xB5, 0x2F, 0xFD], [0x50, 0x2A, 0x4D, 0x18], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [.. "{\"message\":{\"data\":\""u8],
    ];

    static readonly Gen<byte[]> Random = Gen.Byte.Array[0, 200];

    static readonly Gen<byte[]> Nearly = Hostile.Texts.Select(Reading.Bytes);

    /// <summary>A head that promises something, and then anything.</summary>
    static readonly Gen<byte[]> Promising = Gen.Select(Gen.OneOf(Heads), Random).Select((head, rest) => (byte[])[.. head, .. rest]);

    static readonly Gen<byte[]> Damaged =
        from seed in Gen.Int[0, Seeds.Length - 1]
        from edits in Gen.Select(Gen.Int[0, 3], Gen.Int[0, 1 << 20], Gen.Int[0, 60], Gen.Int[0, 255]).Array[1, 6]
        select edits.Aggregate(Seeds[seed], (bytes, edit) => Edited(bytes, edit.Item1, edit.Item2 % (bytes.Length + 1), edit.Item3, (byte)edit.Item4));

    static byte[] Edited(byte[] bytes, int kind, int at, int length, byte value)
    {
        var end = Math.Min(at + length, bytes.Length);
        return kind switch
        {
            0 => [.. bytes[..at], value, .. bytes[Math.Min(at + 1, bytes.Length)..]],
            1 => [.. bytes[..at], .. bytes[end..]],
            2 => [.. bytes[..end], .. bytes[at..]],
            _ => [.. bytes[..at], .. Insertions[value % Insertions.Length], .. bytes[at..]],
        };
    }

    static readonly IReadOnlyList<IDetector> Detecting = Detectors.All(Upstreams.None);

    static readonly IReport[] Written = [.. ReportFormats.Names.Select(format => ReportFormats.Of(format, ReportOptions.Default)!)];

    [Fact]
    public void AnyBytesComeToAnAnswerOrARejection()
    {
        var cases = TestLength.Of(whole: 100_000, quick: 10_000);
        var (answered, rejected) = (0L, 0L);
        Gen.Select(Gen.Frequency((2, Random), (2, Nearly), (1, Promising), (5, Damaged)), Gen.Bool).Sample((bytes, validate) =>
        {
            var result = new Scan(new() { Detectors = Detecting, Indicators = IndicatorSet.Default, Today = new(2026, 11, 24), Validate = validate }).Run([Scanning.Input(bytes)], CancellationToken.None);

            Assert.Empty(result.Summary.Failures);
            Assert.DoesNotContain(result.Doubts, doubt => doubt.Kind is DoubtKind.DetectorFault);
            if (result.Findings.Count + result.Doubts.Count > 0) Assert.All(Written, report => report.Write(result.Findings, result.Doubts, Stream.Null));
            Interlocked.Add(ref answered, result.Summary.Read - result.Summary.Rejected);
            Interlocked.Add(ref rejected, result.Summary.Rejected);
        }, iter: cases);

        // The cases are of both kinds, or they would show nothing.
        Assert.True(answered > cases / 10 && rejected > cases / 10, $"{answered} answers, {rejected} rejections");
    }
}
