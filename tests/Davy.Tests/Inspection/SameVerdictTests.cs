using Davy.Inspection;
using Davy.Tests.Images;
using static Davy.Tests.Inspection.Inspecting;

namespace Davy.Tests.Inspection;

/// <summary>What changes nothing of an image's content changes no verdict.</summary>
public sealed class SameVerdictTests
{
    /// <summary>The files of an image, by the verdict that they must get.</summary>
    static readonly (ImageVerdict Verdict, (string Path, byte[] Content)[] Files)[] Images =
    [
        (ImageVerdict.Miner, [("app/run", Program(MinerTexts)), ("etc/a", "x"u8.ToArray()), ("etc/b", "y"u8.ToArray())]),
        (ImageVerdict.ContainsMiner, [("app/run", Program("x")), ("opt/m", Program(MinerTexts)), ("etc/b", "y"u8.ToArray())]),
        (ImageVerdict.Suspicious, [("app/run", Program("xmrig cryptonight")), ("etc/b", "y"u8.ToArray())]),
        (ImageVerdict.MentionsMiners, [("app/run", Program("x")), ("etc/b.md", "stratum+tcp:// xmrig"u8.ToArray())]),
        (ImageVerdict.Clean, [("app/run", Program("x")), ("etc/b", "y"u8.ToArray())]),
    ];

    static readonly Dictionary<string, Func<SomeImage, (string Path, byte[] Content)[], SomeImage>> Makes = new()
    {
        { "as it is", (image, files) => image.Layer(Tar(files)) },
        { "other order", (image, files) => image.Layer(Tar([.. files.Reverse()])) },
        { "a layer a file", (image, files) => files.Aggregate(image, (all, file) => all.Layer(Tar([file]))) },
        { "zstd", (image, files) => image.Layer(Tar(files), isZstd: true) },
        { "not compressed", (image, files) => image.Stored(Tar(files).Build(), Tar(files).Build(), "application/vnd.oci.image.layer.v1.tar") },
        { "several members of gzip", (image, files) => image.Stored([.. SomeImage.Gzip(Tar(files).Build()[..700]), .. SomeImage.Gzip(Tar(files).Build()[700..])], Tar(files).Build(), "application/vnd.oci.image.layer.v1.tar+gzip") },
        { "paths with a dot", (image, files) => image.Layer(Tar([.. files.Select(file => ($"./{file.Path}", file.Content))])) },
        { "pax paths", (image, files) => image.Layer(files.Aggregate(new TarBuilder(), (tar, file) => tar.Pax(("path", file.Path), ("mtime", "1.5")).File("other", file.Content))) },
        { "another base", (image, files) => image.Layer(new TarBuilder().Folder("usr/").File("usr/bin/sh", Program("shell"))).Layer(Tar(files)) },
        { "more files beside", (image, files) => image.Layer(Tar([.. files, ("zz/1", Filler(100)), ("zz/2", Filler(70_000))])) },
        { "something harmless on top", (image, files) => image.Layer(Tar(files)).Layer(new TarBuilder().File("top", "x")) },
    };

    public static TheoryData<string> Changes => [.. Makes.Keys];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task TheVerdictStays(string change)
    {
        foreach (var (verdict, files) in Images)
        {
            var report = await InspectAsync(Makes[change](new SomeImage().Entrypoint("/app/run"), files));
            Assert.True(verdict == report.Verdict, $"{change}: {report.Verdict} instead of {verdict}: {Told(report)}");
        }
    }

    static TarBuilder Tar((string Path, byte[] Content)[] files) => files.Aggregate(new TarBuilder(), (tar, file) => tar.File(file.Path, file.Content));
}
