using System.IO.Compression;
using Davy.Images.Content;
using Davy.Inspection;
using Davy.Tests.Images;
using static Davy.Tests.Inspection.Inspecting;

namespace Davy.Tests.Inspection;

/// <summary>
/// Layers that were made to harm who unpacks them, after the cases of containerd (pkg/archive/tar_test.go, "breakouts") and umoci (test/hardening.bats). Davy unpacks nothing, so each must leave the
/// folder beside it as it was, and a miner behind the trick must be found.
/// </summary>
public sealed class LayerSafetyTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static TarBuilder Tar() => new();

    /// <summary>Each with the name under which containerd or umoci test it.</summary>
    public static TheoryData<string, byte[]> Breakouts() => new()
    {
        { "file through a relative symlink", Tar().Link("localetc", "../../../../etc").File("localetc/unbroken", "x").Build() },
        { "file through an absolute symlink", Tar().Link("localetc", "/etc").File("/localetc/unbroken", "x").Build() },
        { "hardlink to a file above the root", Tar().HardLink("localpasswd", "../../../etc/passwd").File("localpasswd", "x").Build() },
        { "hardlink to an absolute path", Tar().HardLink("localpasswd", "/etc/passwd").File("localpasswd", "x").Build() },
        { "hardlink through a symlink", Tar().Link("localetc", "../etc").HardLink("localpasswd", "localetc/passwd").File("localpasswd", "x").Build() },
        { "hardlink to a symlink to etc", Tar().Link("a", "/etc/passwd").HardLink("b", "a").File("b", "x").Build() },
        { "folder through a symlink", Tar().Link("dir", "/").Folder("dir/tmp/new").Build() },
        { "symlink through a symlink", Tar().Link("dir", "/etc").Link("dir/x", "/root").File("dir/x/y", "x").Build() },
        { "symlink onto itself", Tar().Link("a", "a").File("a/b", "x").Build() },
        { "two symlinks in a circle", Tar().Link("a", "b").Link("b", "a").File("a/c", "x").Build() },
        { "symlink to the root by /.", Tar().Link("/.", "/etc").File("passwd", "x").Build() },
        { "symlink named dot", Tar().Link(".", "/etc").File("./passwd", "x").Build() },
        { "file named with parents", Tar().File("../../../../tmp/evil", "x").Build() },
        { "file named with parents in the middle", Tar().File("a/../../../b", "x").Build() },
        { "absolute file", Tar().File("/etc/evil", "x").Build() },
        { "only parents", Tar().File("../..", "x").Build() },
        { "empty name", Tar().File("", "x").Build() },
        { "name of slashes", Tar().File("////", "x").Build() },
        { "name with a line feed and an escape", Tar().File("a\n\u001b[2Jb", "x").Build() },
        { "name that is no unicode", Tar().Header("x", (byte)'0', 0, change: block => block[0] = 0xFF).Build() },
        { "device", Tar().Header("dev/sda", (byte)'4', 0, mode: 0x1B6).Header("dev/mem", (byte)'3', 0).Build() },
        { "pipe", Tar().Header("pipe", (byte)'6', 0).Build() },
        { "socket of an unknown type", Tar().Header("socket", (byte)'s', 0).Build() },
        { "setuid file", Tar().File("su", "x", 0x9ED).Build() },
        { "whiteout of the root", Tar().File(".wh..", "").File(".wh.", "").Build() },
        { "whiteout with parents", Tar().File("../.wh.etc", "").File(".wh.../etc", "").Build() },
        { "whiteout through a symlink", Tar().Link("etc2", "/etc").File("etc2/.wh.passwd", "").Build() },
        { "whiteout that is a folder", Tar().Folder(".wh.dir/").File(".wh.dir/x", "x").Build() },
        { "whiteout that is a link", Tar().Link(".wh.x", "/etc/passwd").Build() },
        { "opaque at the root", Tar().File(".wh..wh..opq", "").Build() },
        { "whiteout of aufs", Tar().Folder(".wh..wh.plnk/").File(".wh..wh.aufs", "").Build() },
        { "file that becomes a folder", Tar().File("a", "x").File("a/b", "x").Build() },
        { "folder that becomes a link", Tar().Folder("a/").Link("a", "/etc").File("a/passwd", "x").Build() },
        { "link that becomes a file", Tar().Link("a", "/etc/passwd").File("a", "x").Build() },
        { "pax path with parents", Tar().Pax(("path", "../../etc/evil")).File("good", "x").Build() },
        { "pax link to elsewhere", Tar().Pax(("linkpath", "/etc/shadow")).Link("a", "b").Build() },
        { "extended attributes", Tar().Pax(("SCHILY.xattr.security.capability", "x"), ("SCHILY.xattr.trusted.overlay.opaque", "y"), ("LIBARCHIVE.xattr.user.a", "eA")).File("a", "x").Build() },
        { "global header with a path", Tar().Entry("g", (byte)'g', "19 path=../../evil\n"u8.ToArray()).File("a", "x").Build() },
    };

    [Theory]
    [MemberData(nameof(Breakouts), DisableDiscoveryEnumeration = true)]
    public async Task NothingBreaksOut(string what, byte[] tar)
    {
        var reference = new SomeImage().Entrypoint("/m").Layer(tar).Layer(Tar().File("m", Program(MinerTexts))).WriteLayout(_folder);
        await File.WriteAllTextAsync(_folder.File("canary"), "sings", TestContext.Current.CancellationToken);
        var before = Tree();

        var report = await InspectAsync(reference, new() { AllLayers = true });

        Assert.Equal(before, Tree());
        Assert.True(report.Verdict is ImageVerdict.Miner, $"{what}: {Told(report)}");
        Assert.Empty(report.Images[0].Obstacles);
    }

    List<string> Tree() => [.. Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => $"{path} {(File.Exists(path) ? new FileInfo(path).Length : 0)}")];

    static byte[] Zeros(long megabytes, Func<Stream, Stream> compress)
    {
        using MemoryStream stored = new();
        using (var stream = compress(stored))
        {
            var piece = new byte[1 << 20];
            for (var i = 0L; i < megabytes; i++) stream.Write(piece);
        }

        return stored.ToArray();
    }

    static byte[] GzipBomb(long megabytes) => Zeros(megabytes, stream => new GZipStream(stream, CompressionLevel.SmallestSize, leaveOpen: true));

    static byte[] ZstdBomb(long megabytes) => Zeros(megabytes, stream => new ZstdSharp.CompressionStream(stream, leaveOpen: true));

    public static TheoryData<string, byte[], byte[]> Bombs() => new()
    {
        { "gzip", GzipBomb(100), [] },
        { "zstd", ZstdBomb(100), [] },
        { "gzip in a layer", SomeImage.Gzip(Tar().File("bomb.gz", GzipBomb(100)).Build()), Tar().File("bomb.gz", GzipBomb(100)).Build() },
        { "zstd in a layer", SomeImage.Gzip(Tar().File("bomb.zst", ZstdBomb(100)).Build()), Tar().File("bomb.zst", ZstdBomb(100)).Build() },
        { "gzip of a gzip in a layer", SomeImage.Gzip(Tar().File("bomb.gz.gz", SomeImage.Gzip(GzipBomb(100))).Build()), Tar().File("bomb.gz.gz", SomeImage.Gzip(GzipBomb(100))).Build() },
        { "sparse file of a terabyte", SomeImage.Gzip(Tar().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "1099511627776")).Header("s", (byte)'0', 1L << 40).BuildOpen()), Tar().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "1099511627776")).Header("s", (byte)'0', 1L << 40).BuildOpen() },
        { "file of a terabyte that is not there", SomeImage.Gzip(Tar().Header("big", (byte)'0', 1L << 40).BuildOpen()), Tar().Header("big", (byte)'0', 1L << 40).BuildOpen() },
        { "pax header of a gigabyte", SomeImage.Gzip(Tar().Header("x", (byte)'x', 1L << 30).BuildOpen()), Tar().Header("x", (byte)'x', 1L << 30).BuildOpen() },
    };

    [Theory]
    [MemberData(nameof(Bombs), DisableDiscoveryEnumeration = true)]
    public async Task ABombIsNotVerifiedAndCostsLittle(string what, byte[] stored, byte[] plain)
    {
        var report = await InspectAsync(new SomeImage().Entrypoint("/x").Stored(stored, plain, "application/vnd.oci.image.layer.v1.tar"));

        Assert.True(report.Verdict is ImageVerdict.NotVerified, $"{what}: {Told(report)}");
        Assert.NotEmpty(report.Images[0].Obstacles);
        // A wrong digest would stop it too, and show nothing.
        Assert.DoesNotContain(report.Images[0].Obstacles, obstacle => obstacle.Reason is UnreadableReason.Mismatch);
    }

    [Fact]
    public async Task EntriesWithoutEndAreALimit()
    {
        var block = Tar().Header("d/", (byte)'5', 0).BuildOpen();
        using MemoryStream tar = new();
        for (var i = 0; i < 50_001; i++) tar.Write(block);
        var image = new SomeImage().Entrypoint("/x").Layer(tar.ToArray());

        var report = await InspectAsync(image, new() { Limits = ImageLimits.Default with { Ratio = 100_000, Entries = 50_000 } });

        Assert.Equal((ImageVerdict.NotVerified, UnreadableReason.Limit), (report.Verdict, report.Images[0].Obstacles[0].Reason));
    }

    [Theory]
    [InlineData("layer")]
    [InlineData("inflated")]
    [InlineData("total")]
    [InlineData("path")]
    [InlineData("time")]
    public async Task EachLimitIsHonest(string which)
    {
        var limits = which switch
        {
            "layer" => ImageLimits.Default with { LayerBytes = 10 },
            "inflated" => ImageLimits.Default with { InflatedBytes = 1000 },
            "total" => ImageLimits.Default with { TotalBytes = 1000 },
            "path" => ImageLimits.Default with { PathBytes = 3 },
            _ => ImageLimits.Default with { Time = TimeSpan.Zero },
        };

        var report = await InspectAsync(new SomeImage().Entrypoint("/x").Layer(Tar().File("usr/bin/app", "hello")), new() { Limits = limits });

        Assert.True(report.Verdict is ImageVerdict.NotVerified, Told(report));
        Assert.Equal(UnreadableReason.Limit, report.Failure?.Reason ?? report.Images[0].Obstacles[0].Reason);
    }

    [Theory]
    [InlineData("diff id")]
    [InlineData("too few diff ids")]
    [InlineData("damaged gzip")]
    [InlineData("cut gzip")]
    [InlineData("xz")]
    [InlineData("no tar")]
    public async Task WhatContradictsItselfIsNotVerified(string what)
    {
        var tar = Tar().File("x", Program(MinerTexts)).Build();
        var gzip = SomeImage.Gzip(tar);
        byte[] stored = what switch
        {
            "damaged gzip" => [.. gzip[..^20], 0xFF, .. gzip[^19..]],
            "cut gzip" => gzip[..^30],
            "xz" => [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, .. new byte[100]],
            "no tar" => SomeImage.Gzip(Filler(5000)),
            _ => gzip,
        };
        var image = new SomeImage().Entrypoint("/y").Stored(stored, what == "diff id" ? [1] : tar, "application/vnd.oci.image.layer.v1.tar+gzip");
        if (what == "too few diff ids") image.Config["rootfs"] = new System.Text.Json.Nodes.JsonObject { ["diff_ids"] = new System.Text.Json.Nodes.JsonArray() };

        var report = await InspectAsync(image);

        // Of a layer that is not what it should be, nothing counts; where only the configuration is wrong, what was found does.
        Assert.Equal(what == "too few diff ids" ? ImageVerdict.ContainsMiner : ImageVerdict.NotVerified, report.Verdict);
        Assert.NotEmpty(report.Images[0].Obstacles);
    }
}
