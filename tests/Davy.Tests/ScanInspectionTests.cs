using System.Text;
using System.Text.Json.Nodes;
using Davy.Detection;
using Davy.Findings;
using Davy.Images;
using Davy.Images.Content;
using Davy.Images.Registries;
using Davy.Indicators;
using Davy.Inspection;
using Davy.Outbound;

namespace Davy.Tests;

/// <summary>A scan that looks into the images of the deployments.</summary>
public sealed class ScanInspectionTests : IAsyncLifetime
{
    static readonly string Missing = $"sha256:{new string('0', 64)}";

    DeployedImages _images = null!;

    public async ValueTask InitializeAsync() => _images = await DeployedImages.StartAsync();

    public ValueTask DisposeAsync() => _images.DisposeAsync();

    static ScanResult Scan(ScanInspection? inspection, IEnumerable<JsonObject> entries, string lists = "", ExceptionFile? exceptions = null, int threads = 1, CancellationToken? cancel = null)
    {
        var indicators = lists == "" ? IndicatorSet.Empty : new([IndicatorFile.Parse("ours.txt", Encoding.UTF8.GetBytes(lists))]);
        return new Scan(new()
        {
            Detectors = Detectors.All(Upstreams.None),
            Indicators = indicators,
            Exceptions = exceptions ?? ExceptionFile.Empty,
            Today = new(2026, 11, 24),
            Threads = threads,
            Inspection = inspection is null ? null : inspection with { Settings = inspection.Settings with { Indicators = indicators } },
        }).Run([.. entries.Select((entry, at) => Scanning.Input(entry.ToJsonString(), $"log{at}"))], cancel ?? TestContext.Current.CancellationToken);
    }

    static JsonObject Deployed(string image, string service = "web", int second = 9) => DeployedImages.Entry(image, service, second);

    [Fact]
    public void AnUnlistedMinerByTheDigestThatRanIsCertain()
    {
        var result = Scan(_images.Inspection, [Deployed(_images.ByDigest(DeployedImages.Miner())), SomeEntries.Activity("acme-prod", "web", "op-web-9")]);

        var finding = Assert.Single(result.Findings);
        Assert.Equal("Execution: Cryptomining Docker Image", finding.Category);
        Assert.Equal((true, Certainty.Certain, Severity.High, _images.Repository), (finding.Match.IsByInspection, finding.Match.Certainty, finding.Severity, finding.Match.Repository));
        Assert.Equal("caller@example.com", finding.Actor?.Principal);
        var inside = Assert.Single(finding.Inspections);
        Assert.Equal((ImageVerdict.Miner, true, "/m"), (inside.Verdict, inside.IsByDigest, inside.Evidence[0].Place));
        Assert.Empty(result.Doubts);
        Assert.Equal((1, 1, 1), (result.Summary.Inspection!.Images, result.Summary.Inspection.Inspected, result.Summary.Inspection.Miner));
    }

    [Fact]
    public void AnUnlistedMinerByItsTagIsPossibleAndSaysWhy()
    {
        var finding = Assert.Single(Scan(_images.Inspection, [Deployed(_images.Tag(DeployedImages.Miner()))]).Findings);

        Assert.Equal(Certainty.Possible, finding.Match.Certainty);
        Assert.Contains("by its tag", finding.Match.WhyPossible, StringComparison.Ordinal);
        Assert.False(Assert.Single(finding.Inspections).IsByDigest);
    }

    [Fact]
    public void TheDigestOfTheRevisionTellsForTheTagOfTheService()
    {
        var tag = _images.Tag(DeployedImages.Miner());
        var ran = _images.ByDigest(DeployedImages.Miner());
        _images.Registry.Manifests.TryRemove("latest", out _);

        foreach (var order in new[] { false, true })
        {
            JsonObject[] entries = [SomeEntries.SystemEvent("acme-prod", "web", tag), SomeEntries.Revision("acme-prod", "web", tag, ran)];
            var result = Scan(_images.Inspection, order ? entries : entries.Reverse());
            Assert.Equal(Certainty.Certain, Assert.Single(result.Findings).Match.Certainty);
            Assert.Empty(result.Doubts);
            Assert.Equal(1, result.Summary.Inspection!.Images);
        }

        Assert.DoesNotContain(_images.Registry.Asked, asked => asked.Path.EndsWith("/latest", StringComparison.Ordinal));
    }

    [Fact]
    public void AListedNameThatIsCleanStaysAndIsTold()
    {
        var finding = Assert.Single(Scan(_images.Inspection with { AsksForListed = true }, [Deployed(_images.ByDigest(DeployedImages.Honest()))], _images.Repository).Findings);

        Assert.False(finding.Match.IsByInspection);
        Assert.Equal(ImageVerdict.Clean, Assert.Single(finding.Inspections).Verdict);
        Assert.Contains("listed wrongly? The finding stays.", Written("table", finding), StringComparison.Ordinal);
    }

    [Fact]
    public void AListedNameIsNotAskedForWithoutAWord()
    {
        var result = Scan(_images.Inspection, [Deployed(_images.ByDigest(DeployedImages.Miner())), Deployed(_images.Tag(DeployedImages.Miner()), "other")], _images.Repository);

        Assert.Equal(2, result.Findings.Count);
        Assert.All(result.Findings, finding => Assert.Equal(ImageVerdict.NotVerified, Assert.Single(finding.Inspections).Verdict));
        Assert.All(result.Doubts, doubt => Assert.Equal(DoubtKind.ImageNotVerified, doubt.Kind));
        Assert.Equal((2, 2, 0), (result.Doubts.Count, result.Summary.Inspection!.NotAsked, result.Summary.Inspection.NotVerified));
        Assert.Empty(_images.Registry.Asked);
    }

    [Fact]
    public void ProofMakesAPossibleMatchOfAListCertain()
    {
        var ran = _images.ByDigest(DeployedImages.Miner());
        IndicatorSet low = new([IndicatorFile.Parse("low.json", Encoding.UTF8.GetBytes(
            $$"""{"version": 1, "indicators": [{"reference": "{{_images.Repository}}", "kind": "malicious", "confidence": "low", "sources": [{"title": "A trace", "where": "https://example.com/trace"}]}]}"""))]);
        Finding Found(ScanInspection? inspection) => Assert.Single(new Scan(new() { Detectors = Detectors.All(Upstreams.None), Indicators = low, Today = new(2026, 11, 24), Inspection = inspection })
            .Run([Scanning.Input(Deployed(ran).ToJsonString())], TestContext.Current.CancellationToken).Findings);

        Assert.Equal(Certainty.Possible, Found(null).Match.Certainty);
        var proven = Found(_images.Inspection with { AsksForListed = true }).Match;
        Assert.Equal((Certainty.Certain, "", false), (proven.Certainty, proven.WhyPossible, proven.IsByInspection));
    }

    [Fact]
    public void SignsThatAreNotEnoughAreDoubts()
    {
        var result = Scan(_images.Inspection, [Deployed(_images.ByDigest(DeployedImages.Container())), Deployed(_images.ByDigest(DeployedImages.Suspicious()), "api"), Deployed(_images.ByDigest(DeployedImages.Honest()), "good")]);

        Assert.Empty(result.Findings);
        Assert.Equal([DoubtKind.SuspectImage, DoubtKind.SuspectImage], result.Doubts.Select(doubt => doubt.Kind));
        Assert.Contains(result.Doubts, doubt => doubt.Detail.Contains("contains a miner, and nothing was seen to start it: /opt/m, layer 0", StringComparison.Ordinal) && doubt.Detail.EndsWith("services/web.", StringComparison.Ordinal));
        Assert.Contains(result.Doubts, doubt => doubt.Detail.Contains("is suspicious: /app", StringComparison.Ordinal));
        Assert.Equal((1, 1, 1), (result.Summary.Inspection!.ContainsMiner, result.Summary.Inspection.Suspicious, result.Summary.Inspection.Clean));
    }

    [Fact]
    public void WhatCannotBeHadIsADoubtAndLosesNothing()
    {
        var listed = _images.Tag(DeployedImages.Miner(), "listed");
        var result = Scan(_images.Inspection with { AsksForListed = true }, [Deployed($"{_images.Repository}@{Missing}"), Deployed("127.0.0.1:1/example/closed:1", "api"), Deployed(listed, "bad")], listed);

        Assert.Equal("bad", Assert.Single(result.Findings).Resource.Name);
        Assert.Equal([DoubtKind.ImageNotVerified, DoubtKind.ImageNotVerified], result.Doubts.Select(doubt => doubt.Kind));
        Assert.Equal((2, 1), (result.Summary.Inspection!.NotVerified, result.Summary.Inspection.Miner));
    }

    [Fact]
    public void AFaultOfTheInspectionLosesNothing()
    {
        var result = Scan(_images.Inspection with { Open = _ => throw new InvalidOperationException("secret"), AsksForListed = true }, [Deployed(SomeEntries.Miner), Deployed("example.com/app:1", "api")], SomeEntries.Miner);

        Assert.Single(result.Findings);
        Assert.Equal(2, result.Doubts.Count);
        Assert.All(result.Doubts, doubt => Assert.Contains("InvalidOperationException", doubt.Detail, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", Written("json", [.. result.Findings], result.Doubts), StringComparison.Ordinal);
    }

    [Fact]
    public void TheSameImageInManyDeploymentsIsAskedForOnce()
    {
        var image = _images.ByDigest(DeployedImages.Miner());
        var result = Scan(_images.Inspection, Enumerable.Range(0, 50).Select(each => Deployed(image, $"web{each}", each)));

        Assert.Equal(50, result.Findings.Count);
        Assert.Equal(1, result.Summary.Inspection!.Images);
        Assert.Single(_images.Registry.Asked, asked => asked.Path.Contains("/manifests/", StringComparison.Ordinal));
    }

    [Fact]
    public void WithoutTheWishNobodyIsAsked()
    {
        var result = Scan(null, [Deployed(_images.ByDigest(DeployedImages.Miner())), Deployed(_images.Tag(DeployedImages.Honest()), "api")]);

        Assert.Empty(result.Findings);
        Assert.Null(result.Summary.Inspection);
        Assert.Empty(_images.Registry.Asked);
    }

    [Fact]
    public void WhatAnExceptionCoversIsNotAskedFor()
    {
        var exceptions = ExceptionFile.Parse("e.json", Encoding.UTF8.GetBytes(
            $$"""{"version": 1, "exceptions": [{"image": "{{_images.Repository}}", "reason": "r", "owner": "o", "expires": "2027-01-01"}]}"""));
        var result = Scan(_images.Inspection, [Deployed(_images.ByDigest(DeployedImages.Miner())), Deployed(_images.Tag(DeployedImages.Miner()), "api")], "", exceptions);

        Assert.Empty(result.Findings);
        Assert.Empty(result.Doubts);
        Assert.Equal(0, result.Summary.Inspection!.Images);
        Assert.Empty(_images.Registry.Asked);
    }

    [Fact]
    public void BeyondTheLimitIsToldByProjectAndTheLastDeployedComeFirst()
    {
        var images = Enumerable.Range(0, 5).Select(each => _images.ByDigest(DeployedImages.Honest($"app {each}"))).ToList();
        var result = Scan(_images.Inspection with { Limit = 2 }, images.Select((image, each) => Deployed(image, $"web{each}", each)));

        Assert.Equal((5, 2, 3), (result.Summary.Inspection!.Images, result.Summary.Inspection.Clean, result.Summary.Inspection.LeftOut));
        var doubt = Assert.Single(result.Doubts);
        Assert.Equal((DoubtKind.ImageNotVerified, "acme-prod"), (doubt.Kind, doubt.Project));
        Assert.Contains("3 (", doubt.Detail, StringComparison.Ordinal);
        Assert.Equal(images[3..].Select(image => image.Split('@')[1]).Order(), _images.Registry.Asked.Where(asked => asked.Path.Contains("/manifests/", StringComparison.Ordinal)).Select(asked => asked.Path.Split('/')[^1]).Order());
    }

    [Fact]
    public void TheImagesOfFindingsComeFirst()
    {
        var listed = _images.Tag(DeployedImages.Miner(), "listed");
        var result = Scan(_images.Inspection with { Limit = 1, AsksForListed = true }, [Deployed(listed, "bad", 1), Deployed(_images.ByDigest(DeployedImages.Honest()), "web", 50)], listed);

        Assert.Equal(ImageVerdict.Miner, Assert.Single(Assert.Single(result.Findings).Inspections).Verdict);
        Assert.Equal(1, result.Summary.Inspection!.LeftOut);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task WhereOnePlaceDoesNotGiveADigestWholeTheNextIsAsked(bool isClosed, bool hasManifest)
    {
        await using var elsewhere = await DeployedImages.StartAsync();
        var digest = _images.ByDigest(DeployedImages.Miner()).Split('@')[1];
        elsewhere.Registry.Manifests[digest] = hasManifest ? _images.Registry.Manifests[digest] : ("{}"u8.ToArray(), Fakes.FakeRegistry.ManifestType);
        RegistryOptions options = new() { Rules = new() { Allowed = AllowedHosts.Parse(["127.0.0.0/8", "localhost"]) }, PlainHttp = true };
        var inspection = _images.Inspection with { Open = image => new RegistrySource(image, options, ImageLimits.Default) };

        // By name 127.0.0.1 comes before localhost.
        var first = $"127.0.0.1:{(isClosed ? "1" : elsewhere.Registry.Authority.Split(':')[1])}/example/app@{digest}";
        var result = Scan(inspection, [Deployed(first, "api"), Deployed($"{_images.Repository}@{digest}")]);

        Assert.Equal(2, result.Findings.Count);
        Assert.Equal((1, 1), (result.Summary.Inspection!.Images, result.Summary.Inspection.Miner));
        Assert.Empty(result.Doubts);
        Assert.Equal(!isClosed, elsewhere.Registry.Asked.Count > 0);
    }

    [Fact]
    public void NeitherOrderNorThreadsNorRepetitionChangeAnything()
    {
        List<JsonObject> entries =
        [
            .. Enumerable.Range(0, 4).Select(each => Deployed(_images.ByDigest(DeployedImages.Honest($"app {each}")), $"good{each}", each)),
            Deployed(_images.ByDigest(DeployedImages.Miner()), "a"), Deployed(_images.Tag(DeployedImages.Miner(), "t"), "b", 11), Deployed(_images.ByDigest(DeployedImages.Container()), "c"), Deployed($"{_images.Repository}@{Missing}", "d"),
        ];
        string Told(IEnumerable<JsonObject> log, int threads)
        {
            var result = Scan(_images.Inspection with { Limit = 6 }, log, threads: threads);
            return Written("json", [.. result.Findings], result.Doubts) + result.Summary.Inspection;
        }

        var expected = Told(entries, 1);
        Assert.Equal(expected, Told(Enumerable.Reverse(entries), 1));
        Assert.Equal(expected, Told(entries.Concat(entries), 4));
        Assert.Equal(expected, Told([.. entries[4..], .. entries[..4]], 8));
    }

    [Fact]
    public void AnInterruptedInspectionKeepsWhatIsKnown()
    {
        using CancellationTokenSource source = new();
        var inspection = _images.Inspection with
        {
            AtOnce = 1,
            AsksForListed = true,
            Open = image =>
            {
                if (!image.Path.EndsWith("xmrig", StringComparison.Ordinal)) source.Cancel();
                return _images.Inspection.Open(ImageReference.Parse($"{_images.Repository}:listed"));
            },
        };
        _images.Tag(DeployedImages.Miner(), "listed");

        var result = Scan(inspection, [Deployed(SomeEntries.Miner), Deployed("example.com/app:1", "api"), Deployed("example.com/app:2", "api2")], SomeEntries.Miner, cancel: source.Token);

        Assert.True(result.Summary.IsPartial);
        Assert.Equal(ImageVerdict.Miner, Assert.Single(Assert.Single(result.Findings).Inspections).Verdict);
        Assert.Equal((3, 1), (result.Summary.Inspection!.Images, result.Summary.Inspection.Inspected));
        Assert.Contains("2 of 3 images were not inspected: the scan was interrupted.", result.Summary.Notices);
    }

    [Fact]
    public void MoreImagesThanAreKeptAreTold()
    {
        SeenImages seen = new(ExceptionFile.Empty, new(2026, 11, 24), imagesKept: 2, deploymentsKept: 3);
        foreach (var each in Enumerable.Range(0, 6)) seen.See(Examined($"example.com/app:{each % 3}", each), new("log", each, each));

        Assert.True(seen.IsCut);
        Assert.Equal(2, seen.InOrder().Count);
        Assert.Equal(3, seen.InOrder().Sum(image => image.Sightings.Count));
        Assert.Contains(seen.InOrder(), image => image.IsCut);

        static Examination Examined(string image, int second) => new Examiner(Detectors.All(Upstreams.None), IndicatorSet.Empty, Davy.Logs.ReadLimits.Default)
            .Examine(Encoding.UTF8.GetBytes(Deployed(image, second: second).ToJsonString()), new("log", second, second));
    }

    static string Written(string format, params IReadOnlyList<Finding> findings) => Written(format, findings, []);

    static string Written(string format, IReadOnlyList<Finding> findings, IReadOnlyList<Doubt> doubts) =>
        Reports.SomeFinding.Written(Davy.Reports.ReportFormats.Of(format, Davy.Reports.ReportOptions.Default)!, findings, doubts);
}
