using System.Globalization;
using System.IO.Compression;
using System.Text;
using Davy.Images.Content;
using Davy.Indicators;
using Davy.Inspection;
using Davy.Logs;
using Davy.Tests.Images;
using static Davy.Tests.Inspection.Inspecting;

namespace Davy.Tests.Inspection;

/// <summary>How much of a layer is read, with the limits as they are, and what is said where one ends it.</summary>
public sealed class LayerLimitsTests
{
    /// <summary>Twice as many entries as are read: the memory does not grow with what an attacker sends, nor does the time.</summary>
    [Fact]
    public void AMillionEntriesEndAtTheLimitInLittleMemory()
    {
        using ManyEntries tar = new(1_000_000);
        UnreadableImageException? fault = null;

        ProcessorTime.IsAtMost(60, () => fault = Assert.Throws<UnreadableImageException>(() =>
            new LayerSearch(new(), MiningStrings.Default, new(MiningStrings.Default.Literals), new(MiningCommands.Default), new HashSet<string>()).Search(tar, TestContext.Current.CancellationToken)));

        Assert.Equal((UnreadableReason.Limit, "An archive has more than 500000 entries."), (fault!.Reason, fault.Message));
        Assert.InRange(tar.Given, 500_000, 501_000);
        // Some 40 bytes an entry; other tests may run beside this one.
        Assert.InRange(tar.Grown, long.MinValue, 128 << 20);
    }

    public static TheoryData<string, ImageLimits, string> Limits() => new()
    {
        { "a layer as stored", ImageLimits.Default with { LayerBytes = 10 }, "bytes, and no more than 10 are read." },
        { "a layer inflated", ImageLimits.Default with { InflatedBytes = 1000 }, "inflates to more than the 1000 bytes that are read." },
        { "all layers", ImageLimits.Default with { TotalBytes = 1000 }, "The layers inflate to more than 1000 bytes." },
        { "a path", ImageLimits.Default with { PathBytes = 3 }, "A path in an archive is longer than 3 bytes." },
        { "entries", ImageLimits.Default with { Entries = 1 }, "An archive has more than 1 entries." },
        { "layers", ImageLimits.Default with { Layers = 0 }, "The manifest has 1 layers, and no more than 0 are read." },
        { "documents", ImageLimits.Default with { DocumentBytes = 400 }, "bytes, and no more than 400 are read." },
        { "time", ImageLimits.Default with { Time = TimeSpan.Zero }, "The time for the inspection was up." },
    };

    [Theory]
    [MemberData(nameof(Limits), DisableDiscoveryEnumeration = true)]
    public async Task EachLimitSaysWhichItIs(string what, ImageLimits limits, string said)
    {
        var report = await InspectAsync(new SomeImage().Entrypoint("/x").Layer(new TarBuilder().File("usr/bin/app", "hello").File("usr/bin/other", "hello")), new() { Limits = limits });

        Assert.True(report.Verdict is ImageVerdict.NotVerified, $"{what}: {Told(report)}");
        var text = report.Failure?.Text ?? report.Images[0].Obstacles[0].Text;
        Assert.Contains(said, text, StringComparison.Ordinal);
    }

    /// <summary>An archive in the layer, and one in that, are opened; what lies deeper is told.</summary>
    [Theory]
    [InlineData(1, ImageVerdict.ContainsMiner)]
    [InlineData(2, ImageVerdict.ContainsMiner)]
    [InlineData(3, ImageVerdict.NotVerified)]
    [InlineData(4, ImageVerdict.NotVerified)]
    public async Task ArchivesAreOpenedTwoDeep(int depth, ImageVerdict verdict)
    {
        var file = Program(MinerTexts);
        for (var i = 0; i < depth; i++) file = Zip(file);

        var report = await InspectAsync(new SomeImage().Entrypoint("/app").Layer(new TarBuilder().File("app", "hello").File("opt/file.zip", file)));

        Assert.True(report.Verdict == verdict, Told(report));
        if (verdict is not ImageVerdict.NotVerified) return;
        var obstacle = Assert.Single(report.Images[0].Obstacles);
        Assert.Equal(UnreadableReason.Limit, obstacle.Reason);
        Assert.EndsWith("was not opened: it lies in more than 2 others.", obstacle.Text, StringComparison.Ordinal);
        Assert.StartsWith("Layer 0: opt/file.zip > a > a", obstacle.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AZipLargerThanIsHeldIsToldAndSearchedAsItIs()
    {
        byte[] large = [.. "PK"u8, 3, 4, .. new byte[(32 << 20) + 1], .. Encoding.ASCII.GetBytes(MinerTexts)];

        var report = await InspectAsync(new SomeImage().Entrypoint("/app").Layer(new TarBuilder().File("app", "hello").File("opt/large.zip", large)), new() { Limits = ImageLimits.Default with { Ratio = 100_000 } });

        Assert.Equal("Layer 0: opt/large.zip was not opened: it is a zip of more than 32 MiB.", Assert.Single(report.Images[0].Obstacles).Text);
        Assert.Contains(report.Images[0].Evidence, evidence => evidence.Place == "/opt/large.zip");
    }

    /// <summary>A zip of one member.</summary>
    static byte[] Zip(byte[] content)
    {
        using MemoryStream stored = new();
        using (ZipArchive zip = new(stored, ZipArchiveMode.Create, leaveOpen: true))
        using (var member = zip.CreateEntry("a").Open())
        {
            member.Write(content);
        }

        return stored.ToArray();
    }

    /// <summary>An archive of as many empty files, each of another name, made as it is read.</summary>
    sealed class ManyEntries(int count) : ForwardStream
    {
        const int NameAt = 1;
        const int Digits = 7;
        const int ChecksumAt = 148;

        readonly byte[] _block = new TarBuilder().Header($"f{new string('0', Digits)}", (byte)'0', 0).BuildOpen()[..512];
        long _before;

        /// <summary>How many were given out.</summary>
        public int Given { get; private set; }

        /// <summary>How many bytes more were alive at the last look than at the first.</summary>
        public long Grown { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            var length = 0;
            for (; length + _block.Length <= buffer.Length && Given < count; length += _block.Length)
            {
                if (Given == 10_000) _before = GC.GetTotalMemory(forceFullCollection: true);
                if (Given == 499_000) Grown = GC.GetTotalMemory(forceFullCollection: true) - _before;
                Encoding.ASCII.GetBytes(Given++.ToString($"D{Digits}", CultureInfo.InvariantCulture)).CopyTo(_block, NameAt);
                _block.AsSpan(ChecksumAt, 8).Fill((byte)' ');
                var sum = 0;
                foreach (var value in _block) sum += value;
                Encoding.ASCII.GetBytes($"{Convert.ToString(sum, 8).PadLeft(6, '0')}\0").CopyTo(_block, ChecksumAt);
                _block.CopyTo(buffer[length..]);
            }

            return length;
        }
    }
}
