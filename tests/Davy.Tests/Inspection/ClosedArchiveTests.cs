using System.IO.Compression;
using System.Text;
using Davy.Images.Content;
using Davy.Inspection;
using Davy.Tests.Images;
using static Davy.Tests.Inspection.Inspecting;

namespace Davy.Tests.Inspection;

/// <summary>Archives that are not opened are not looked at, however small: no image that holds one is called clean. What only begins as one is no archive, and holds nothing up.</summary>
public sealed class ClosedArchiveTests
{
    public static TheoryData<string, byte[]> Closed() => new()
    {
        { "xz", [0xFD, .. "7zXZ\0"u8, 0, 4, .. Filler(60)] },
        { "bzip2", [.. "BZh9"u8, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, .. Filler(60)] },
        { "empty bzip2, another behind it", [.. "BZh9"u8, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0, 0, 0, 0, .. "BZh9"u8, .. Filler(60)] },
        { "7z", [.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C, 0, 4, .. Filler(60)] },
        { "rar", [.. "Rar!"u8, 0x1A, 7, 1, 0, .. Filler(60)] },
        { "lzip", [.. "LZIP"u8, 1, 12, .. Filler(60)] },
        { "lz4", [0x04, 0x22, 0x4D, 0x18, .. Filler(60)] },
        { "lzop", [0x89, .. "LZO\0\r\n"u8, 0x1A, .. Filler(60)] },
        { "compress", [0x1F, 0x9D, 0x90, .. Filler(60)] },
        { "package of Debian", [.. "!<arch>\ndebian-binary   "u8, .. Filler(60)] },
        { "package of RPM", [0xED, 0xAB, 0xEE, 0xDB, 3, 0, .. Filler(60)] },
        { "cut gzip", SomeImage.Gzip(Filler(2000))[..900] },
        { "cut zip", [.. "PK"u8, 3, 4, .. Filler(60)] },
        { "encrypted zip", Zip(isEncrypted: true) },
        { "zip of an unknown method", Zip(method: 14) },
    };

    [Theory]
    [MemberData(nameof(Closed), DisableDiscoveryEnumeration = true)]
    public async Task ASmallArchiveThatIsNotOpenedIsNotVerified(string what, byte[] archive)
    {
        var report = await InspectAsync(new SomeImage().Entrypoint("/app").Layer(new TarBuilder().File("app", "hello").File("opt/data.bin", archive)));

        Assert.True(report.Verdict is ImageVerdict.NotVerified, $"{what}: {Told(report)}");
        var obstacle = Assert.Single(report.Images[0].Obstacles);
        Assert.Equal(UnreadableReason.Format, obstacle.Reason);
        Assert.Contains("opt/data.bin was not opened", obstacle.Text, StringComparison.Ordinal);
        Assert.Equal(LayerState.NotSearched, report.Images[0].Layers[0].State);
    }

    public static TheoryData<string, byte[]> None() => new()
    {
        { "mark of xz, flags that no version has", [0xFD, .. "7zXZ\0"u8, 0xFF, 0xFF, .. Filler(60)] },
        { "mark of bzip2, no block behind it", [.. "BZh9 is how bzip2 begins"u8] },
        { "four bytes of 7z's mark", [.. "7z"u8, 0xBC, 0xAF, 0, 0, .. Filler(60)] },
    };

    [Theory]
    [MemberData(nameof(None), DisableDiscoveryEnumeration = true)]
    public async Task WhatOnlyBeginsAsAnArchiveIsToldAndStillClean(string what, byte[] file)
    {
        var report = await InspectAsync(new SomeImage().Entrypoint("/app").Layer(new TarBuilder().File("app", "hello").File("usr/share/magic", file)));

        Assert.True(report.Verdict is ImageVerdict.Clean, $"{what}: {Told(report)}");
        Assert.Contains("is none", Assert.Single(report.Images[0].Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnArchiveWithReadableFormIsOpenedAndClean() =>
        await AssertAsync(ImageVerdict.Clean, new SomeImage().Entrypoint("/app").Layer(new TarBuilder().File("app", "hello").File("data.zip", Zip()).File("data.gz", SomeImage.Gzip("hello"u8.ToArray()))));

    [Fact]
    public async Task AnArchiveWrappedInAStartedScriptIsNotVerified()
    {
        var payload = Convert.ToBase64String([.. "BZh9"u8, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, .. Filler(120)]);
        var script = Encoding.UTF8.GetBytes($"#!/bin/sh\necho {payload} | base64 -d | bunzip2 > /tmp/x\n");

        var report = await InspectAsync(new SomeImage().Entrypoint("/run.sh").Layer(new TarBuilder().File("run.sh", script)));

        Assert.True(report.Verdict is ImageVerdict.NotVerified, Told(report));
        Assert.Contains("which was not opened", Assert.Single(report.Images[0].Obstacles).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMinerBesideAClosedArchiveIsStillOne() =>
        await AssertAsync(ImageVerdict.Miner, new SomeImage().Entrypoint("/m").Layer(new TarBuilder().File("m", Program(MinerTexts)).File("data.xz", [0xFD, .. "7zXZ\0"u8, 0, 4, .. Filler(60)])));

    static byte[] Zip(bool isEncrypted = false, byte method = 8)
    {
        using MemoryStream stored = new();
        using (ZipArchive zip = new(stored, ZipArchiveMode.Create, leaveOpen: true))
        using (var member = zip.CreateEntry("a.txt").Open())
        {
            member.Write("hello, hello, hello"u8);
        }

        var bytes = stored.ToArray();
        var at = bytes.AsSpan().IndexOf("PK\u0001\u0002"u8);
        if (isEncrypted) bytes[at + 8] |= 1;
        if (method != 8) bytes[at + 10] = method;
        return bytes;
    }
}
