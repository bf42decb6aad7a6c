using System.Text;
using System.Text.Json.Nodes;
using Davy.Images;
using Davy.Images.Content;
using Davy.Indicators;
using Davy.Inspection;
using Davy.Tests.Fakes;
using Davy.Tests.Images;
using static Davy.Tests.Inspection.Inspecting;

namespace Davy.Tests.Inspection;

/// <summary>Images whose parts are called by their SHA-512 are checked as others are; those of another algorithm cannot be, and are not clean.</summary>
public sealed class Sha512Tests
{
    const string IndexType = "application/vnd.oci.image.index.v1+json";

    static SomeImage Image() => new SomeImage { IsSha512 = true }.Entrypoint("/m").Layer(new TarBuilder().File("m", Program(MinerTexts)));

    static async Task<ImageReport> AskAsync(FakeRegistry fake, string target)
    {
        using var source = fake.Open(target: target);
        return await new ImageInspector(new()).InspectAsync("example", source, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task ALayoutIsRead()
    {
        var report = await InspectAsync(Image());

        Assert.True(report.Verdict is ImageVerdict.Miner, Told(report));
        Assert.Empty(report.Images[0].Obstacles);
        Assert.StartsWith("sha512:", report.Images[0].Layers[0].Place.Digest.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARegistryIsReadByTagAndThroughAnIndex()
    {
        await using var fake = await FakeRegistry.StartAsync();
        fake.Push(Image());
        Index(fake);

        foreach (var target in new[] { ":latest", ":index" })
        {
            var report = await AskAsync(fake, target);
            Assert.True(report.Verdict is ImageVerdict.Miner, Told(report));
            Assert.Empty(report.Images[0].Obstacles);
        }
    }

    /// <summary>An index that names the image by its SHA-512.</summary>
    static void Index(FakeRegistry fake)
    {
        var (id, manifest) = fake.Manifests.Single(each => each.Key.StartsWith("sha512:", StringComparison.Ordinal));
        var index = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = IndexType,
            ["manifests"] = new JsonArray(new JsonObject { ["mediaType"] = FakeRegistry.ManifestType, ["digest"] = id, ["size"] = manifest.Bytes.Length }),
        };
        fake.Manifests["index"] = (Encoding.UTF8.GetBytes(index.ToJsonString()), IndexType);
    }

    /// <summary>One bit is another in the layer, in the configuration, in the manifest.</summary>
    [Theory]
    [InlineData("layer")]
    [InlineData("config")]
    [InlineData("manifest")]
    public async Task WhatWasChangedIsAMismatch(string what)
    {
        await using var fake = await FakeRegistry.StartAsync();
        var id = fake.Push(Image());
        var manifest = JsonNode.Parse(fake.Manifests[id.ToString()].Bytes)!;
        Index(fake);
        // The fifth byte of a gzip is its time, which changes nothing but the digest.
        if (what == "manifest") fake.Manifests[id.ToString()].Bytes[^1]++;
        else fake.Blobs[(string)(what == "config" ? manifest["config"]! : manifest["layers"]![0]!)["digest"]!][4] ^= 1;

        var report = await AskAsync(fake, ":index");

        Assert.Equal(ImageVerdict.NotVerified, report.Verdict);
        Assert.Equal(UnreadableReason.Mismatch, report.Failure?.Reason ?? report.Images[0].Obstacles[0].Reason);
    }

    /// <summary>Lists have the SHA-256, and an image does not hide by being called otherwise.</summary>
    [Theory]
    [InlineData("manifest")]
    [InlineData("config")]
    public async Task AListedSha256IsFoundAllTheSame(string what)
    {
        SomeImage image = new SomeImage { IsSha512 = true }.Entrypoint("/app").Layer(new TarBuilder().File("app", "hello"));
        var manifest = image.Manifest();
        var listed = Digest.Compute(what == "manifest" ? manifest : Encoding.UTF8.GetBytes(image.Config.ToJsonString()));

        var report = await InspectAsync(image, new() { Indicators = new([IndicatorFile.Parse("ours.txt", Encoding.UTF8.GetBytes($"{listed}\n"))]) });

        Assert.True(report.Verdict is ImageVerdict.Miner, Told(report));
    }

    [Theory]
    [InlineData("sha384:aa", "by the algorithm 'sha384'")]
    [InlineData("multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8", "by the algorithm 'multihash+base58'")]
    [InlineData("sha512:aaaa", "no digest that is checked")]
    [InlineData("\u001b[2J:aa", "no digest that is checked")]
    public async Task AnotherAlgorithmIsNotVerifiedAndSaysWhy(string digest, string said)
    {
        using TemporaryFolder folder = new();
        var reference = Image().WriteLayout(folder, manifest => manifest["layers"]![0]!["digest"] = digest);

        var report = await InspectAsync(reference);

        Assert.Equal((ImageVerdict.NotVerified, UnreadableReason.Format), (report.Verdict, report.Failure?.Reason));
        Assert.Contains(said, report.Failure!.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', report.Failure.Text);
    }
}
