using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Davy.Images;
using Davy.Indicators;

namespace Davy.Tests.Indicators;

/// <summary>The list that comes with Davy: whatever it lists is found however it is written, and nothing else is.</summary>
public sealed partial class KnownMinersTests
{
    const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    static readonly Upstreams Mapped = Upstreams.Parse("upstreams.json", Encoding.UTF8.GetBytes("""
        { "version": 1, "upstreams": [
          { "repository": "us-docker.pkg.dev/mapped/remote", "upstreams": ["docker.io", "ghcr.io", "quay.io"] },
          { "repository": "us-docker.pkg.dev/example.com/mapped/remote", "upstreams": ["docker.io", "ghcr.io", "quay.io"] } ] }
        """));

    static readonly Indicator[] Names = [.. IndicatorSet.Default.Indicators.Where(indicator => indicator.Scope is not IndicatorScope.Digest)];

    /// <summary>Rows 1 to 3 and 12 of the ways to hide: other doors to Docker Hub.</summary>
    static readonly string[] HubHosts =
    [
        "", "docker.io/", "index.docker.io/", "registry-1.docker.io/", "registry.hub.docker.com/", "hub.docker.com/", "hub.docker.com/r/", "mirror.gcr.io/",
        "docker.io:443/", "docker.io./", "mirror.gcr.io.:443/",
    ];

    /// <summary>Row 6.</summary>
    static readonly string[] Schemes = ["", "https://", "http://", "docker://", "HTTPS://"];

    /// <summary>Rows 7 to 9.</summary>
    static readonly string[] Ends = ["", ":latest", ":v2", ":1.0_x-Y", "@sha256:" + Hex, ":1.0@sha256:" + Hex];

    static readonly string[] Spaces = ["", " ", "\n", "\t \r\n"];

    /// <summary>Row 5.</summary>
    static readonly Func<string, string>[] Cases = [text => text, text => text.ToUpperInvariant(), Capitalised];

    /// <summary>All of them, not some: each of the names in each of the spellings together.</summary>
    [Fact]
    public void EveryListedImageIsCertainInEverySpelling()
    {
        var tried = 0;
        foreach (var indicator in Names)
        {
            var repository = Sample(indicator);
            var slash = repository.IndexOf('/');
            var expected = repository[..repository.LastIndexOf('/')];
            var doors = repository[..slash] == ImageReference.DockerHub ? HubHosts.Select(host => host + repository[(slash + 1)..]) : [repository, $"{repository[..slash]}:443{repository[slash..]}", $"{repository[..slash]}.{repository[slash..]}"];
            var spellings = from door in doors from scheme in Schemes from end in Ends from space in Spaces from change in Cases select $"{space}{scheme}{change(door)}{end}{space}";
            foreach (var spelling in spellings)
            {
                var match = IndicatorSet.Default.Match(ImageSpelling.Read(spelling));
                if (match?.Certainty is not Certainty.Certain || !match.Indicator.Reference.StartsWith(expected, StringComparison.Ordinal)) Assert.Fail($"{indicator.Reference} is not found as '{spelling}'.");
                tried++;
            }
        }

        Assert.True(tried > 100_000, $"only {tried} were tried");
    }

    /// <summary>Row 13.</summary>
    [Fact]
    public void EveryListedRepositoryIsPossibleBehindARemoteRepositoryAndCertainBehindAMappedOne()
    {
        foreach (var (indicator, domain, end, change) in from indicator in Names from domain in new[] { "", "example.com/" } from end in Ends from change in Cases select (indicator, domain, end, change))
        {
            var repository = Sample(indicator);
            var path = change(repository[(repository.IndexOf('/') + 1)..]) + end;
            foreach (var host in new[] { "europe-west1-docker.pkg.dev", "us-docker.pkg.dev", "docker.pkg.dev", "EUROPE-docker.pkg.dev:443" })
            {
                var unmapped = IndicatorSet.Default.Match(ImageSpelling.Read($"{host}/{domain}project/remote/{path}", Mapped));
                Assert.Equal(indicator.Scope is IndicatorScope.Repository ? Certainty.Possible : null, unmapped?.Certainty);
            }

            Assert.Equal(Certainty.Certain, IndicatorSet.Default.Match(ImageSpelling.Read($"us-docker.pkg.dev/{domain}mapped/remote/{path}", Mapped))?.Certainty);
        }
    }

    [Fact]
    public void EveryListedDigestIsFoundUnderAnyName() =>
        Assert.All(IndicatorSet.Default.Indicators.Where(indicator => indicator.Scope is IndicatorScope.Digest), indicator =>
            Assert.Same(indicator, IndicatorSet.Default.Match(ImageSpelling.Read($"innocent/name@{indicator.Reference}"))?.Indicator));

    [Fact]
    public void TheListHasItsEntries()
    {
        Assert.Equal(["known-miners 2026-11-24"], IndicatorSet.Default.Lists.Select(list => list.Title));
        Assert.True(Names.Length >= 120);
        Assert.True(IndicatorSet.Default.Indicators.Count() - Names.Length >= 7);
    }

    [Theory]
    [InlineData("honeygain/honeygain")]
    [InlineData("ghcr.io/nebraltd/hm-miner")]
    [InlineData("mpugach/monerod")]
    [InlineData("linuxserver/deluge")]
    [InlineData("tembleking/miner")]
    [InlineData("quay.io/petr_ruzicka/malware-cryptominer-container:1.4.0")]
    [InlineData("aquasec/trivy:0.69.4")]
    [InlineData("kannix/monero-miner-web")]
    [InlineData("docker.io/library/xmrig")]
    [InlineData("example.com/metal3d/xmrig")]
    public void WhatOnlyLooksLikeAMinerIsNotListed(string image) => Assert.Null(IndicatorSet.Default.Match(ImageSpelling.Read(image)));

    [Fact]
    public void NoOfficialImageMatches()
    {
        Assert.True(OfficialImages.Names.Count() > 150);
        Assert.Empty(OfficialImages.Names.Where(name => IndicatorSet.Default.Match(ImageSpelling.Read(name)) is not null));
        Assert.Empty(OfficialImages.Names.Where(name => IndicatorSet.Default.Match(ImageSpelling.Read($"us-docker.pkg.dev/p/r/library/{name}")) is not null));
    }

    [Theory]
    [InlineData("proxyware_kept_apart")]
    [InlineData("lookalikes_not_mining")]
    [InlineData("disputed_do_not_list")]
    [InlineData("leads_unconfirmed")]
    [InlineData("related_not_mining")]
    public void WhatIsKnownNotToMineOrNotConfirmedIsNotListed(string part)
    {
        using var facts = Facts();
        string[] texts = [.. facts.RootElement.GetProperty(part).EnumerateArray().SelectMany(entry => entry.TryGetProperty("names", out var names)
            ? names.EnumerateArray().Select(name => name.GetString()!)
            : [entry.GetProperty("repository").GetString()!])];
        string[] images = [.. texts.SelectMany(text => ReferenceLike().Matches(text)).Select(found => found.Value.Replace("/*", "/any", StringComparison.Ordinal))];

        Assert.NotEmpty(images);
        Assert.Empty(images.Where(image => IndicatorSet.Default.Match(ImageSpelling.Read(image)) is not null));
    }

    [Fact]
    public void WhatTheFactsSayMinesIsListedAndTheRestIsNot()
    {
        // It mines, but only for half a minute, to try a detector.
        string[] testImages = ["docker.io/tembleking/miner"];
        using var facts = Facts();

        foreach (var entry in facts.RootElement.GetProperty("images").EnumerateArray())
        {
            var repository = entry.GetProperty("repository").GetString()!;
            var mines = entry.GetProperty("mining").ValueKind is JsonValueKind.True && !testImages.Contains(repository);
            var image = repository.EndsWith("/*", StringComparison.Ordinal) ? $"{repository[..^2]}/any" : repository.TrimEnd('*');

            Assert.True(mines == IndicatorSet.Default.Match(ImageSpelling.Read(image)) is not null, repository);
        }
    }

    /// <summary>An image that the indicator covers.</summary>
    static string Sample(Indicator indicator) => indicator.Scope switch
    {
        IndicatorScope.Namespace => $"{indicator.Reference[..^2]}/any.name",
        IndicatorScope.Prefix => $"{indicator.Reference[..^1]}_20210314",
        _ => indicator.Reference,
    };

    static string Capitalised(string text) => string.Concat(text.Select((letter, index) => index == 0 || text[index - 1] is '/' or '-' ? char.ToUpperInvariant(letter) : letter));

    static JsonDocument Facts() => JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Shared("facts", "images.json")));

    [GeneratedRegex(@"[a-z0-9][a-z0-9._/-]*(?:/\*)?(?::[\w.-]+)?", RegexOptions.CultureInvariant)]
    private static partial Regex ReferenceLike();
}
