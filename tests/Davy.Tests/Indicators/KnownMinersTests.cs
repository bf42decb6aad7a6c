using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
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
    static readonly Gen<string> HubHosts = Gen.OneOf(
        "", "docker.io/", "index.docker.io/", "registry-1.docker.io/", "registry.hub.docker.com/", "hub.docker.com/", "hub.docker.com/r/", "mirror.gcr.io/",
        "docker.io:443/", "docker.io./", "mirror.gcr.io.:443/");

    static readonly Gen<string> Schemes = Gen.OneOf("", "https://", "http://", "docker://", "HTTPS://");
    static readonly Gen<string> Ends = Gen.OneOf("", ":latest", ":v2", ":1.0_x-Y", "@sha256:" + Hex, ":1.0@sha256:" + Hex);
    static readonly Gen<string> Spaces = Gen.OneOf("", " ", "\n", "\t \r\n");
    static readonly Gen<Func<string, string>> Cases = Gen.OneOf<Func<string, string>>(text => text, text => text.ToUpperInvariant(), Capitalised);

    [Fact]
    public void EveryListedImageIsCertainInEverySpelling() =>
        Gen.Select(Gen.OneOf(Names), HubHosts, Schemes, Ends, Spaces, Cases).Sample((indicator, hubHost, scheme, end, space, change) =>
        {
            var repository = Sample(indicator);
            var slash = repository.IndexOf('/');
            var isHub = repository[..slash] == ImageReference.DockerHub;
            var name = change(isHub ? hubHost + repository[(slash + 1)..] : repository);
            var match = IndicatorSet.Default.Match(ImageSpelling.Read($"{space}{scheme}{name}{end}{space}"));

            Assert.Equal(Certainty.Certain, match?.Certainty);
            Assert.StartsWith(repository[..repository.LastIndexOf('/')], match?.Indicator.Reference, StringComparison.Ordinal);
        }, iter: 3_000);

    [Fact]
    public void EveryListedRepositoryIsPossibleBehindARemoteRepositoryAndCertainBehindAMappedOne() =>
        Gen.Select(Gen.OneOf(Names), Gen.OneOf("", "example.com/"), Ends, Cases).Sample((indicator, domain, end, change) =>
        {
            var repository = Sample(indicator);
            var path = change(repository[(repository.IndexOf('/') + 1)..]) + end;
            var unmapped = IndicatorSet.Default.Match(ImageSpelling.Read($"europe-west1-docker.pkg.dev/{domain}project/remote/{path}", Mapped));
            var mapped = IndicatorSet.Default.Match(ImageSpelling.Read($"us-docker.pkg.dev/{domain}mapped/remote/{path}", Mapped));

            Assert.Equal(indicator.Scope is IndicatorScope.Repository ? Certainty.Possible : null, unmapped?.Certainty);
            Assert.Equal(Certainty.Certain, mapped?.Certainty);
        }, iter: 3_000);

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
    [InlineData("kadeeke/xmrig-proxy")]
    [InlineData("pocosow/centos:7.6.1810")]
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
        // One mines for half a minute, to try a detector; one passes work on to miners; one spreads, and starts the miner of another image.
        string[] exempt = ["docker.io/tembleking/miner", "docker.io/kadeeke/xmrig-proxy", "docker.io/pocosow/centos"];
        using var facts = Facts();

        foreach (var entry in facts.RootElement.GetProperty("images").EnumerateArray())
        {
            var repository = entry.GetProperty("repository").GetString()!;
            var mines = entry.GetProperty("mining").ValueKind is JsonValueKind.True && !exempt.Contains(repository);
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
