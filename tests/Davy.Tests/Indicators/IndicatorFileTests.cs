using System.Text;
using Davy.Images;
using Davy.Indicators;

namespace Davy.Tests.Indicators;

public sealed class IndicatorFileTests
{
    const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("metal3d/xmrig", IndicatorScope.Repository, "docker.io/metal3d/xmrig")]
    [InlineData("mirror.gcr.io/metal3d/xmrig", IndicatorScope.Repository, "docker.io/metal3d/xmrig")]
    [InlineData("ghcr.io/cniweb/xmrig", IndicatorScope.Repository, "ghcr.io/cniweb/xmrig")]
    [InlineData("azurenql/*", IndicatorScope.Namespace, "docker.io/azurenql/*")]
    [InlineData("docker.io/azurenql/*", IndicatorScope.Namespace, "docker.io/azurenql/*")]
    [InlineData("ghcr.io/a/b/*", IndicatorScope.Namespace, "ghcr.io/a/b/*")]
    [InlineData("evil.example/*", IndicatorScope.Namespace, "evil.example/*")]
    [InlineData("docker.io/cokkokotre1/update*", IndicatorScope.Prefix, "docker.io/cokkokotre1/update*")]
    [InlineData("acme/miner-*", IndicatorScope.Prefix, "docker.io/acme/miner-*")]
    [InlineData("acme/app:1.4", IndicatorScope.Tag, "docker.io/acme/app:1.4")]
    [InlineData("acme/app:1.4@sha256:" + Hex, IndicatorScope.Digest, "sha256:" + Hex)]
    [InlineData("sha256:" + Hex, IndicatorScope.Digest, "sha256:" + Hex)]
    public void TheFormOfAReferenceSaysWhatItCovers(string line, IndicatorScope scope, string reference)
    {
        var indicator = Assert.Single(Parse($"# a comment\n\n  {line}  # why\r\n").Indicators);

        Assert.Equal((scope, reference), (indicator.Scope, indicator.Reference));
        Assert.Equal((IndicatorKind.Malicious, Confidence.High, "list.txt"), (indicator.Kind, indicator.Confidence, indicator.List));
        Assert.Equal([new IndicatorSource("list.txt", "lists/list.txt")], indicator.Sources);
    }

    /// <summary>Most lines of a long list are known to be in the one spelling without being read; they come to the same.</summary>
    [Theory]
    [InlineData("a/b")]
    [InlineData("docker.io/a/b")]
    [InlineData("docker.io/b")]
    [InlineData("a")]
    [InlineData("ghcr.io/a/b.c-d__e/f")]
    [InlineData("registry.example/a")]
    [InlineData("10.0.0.1/a/b")]
    [InlineData("localhost/a")]
    [InlineData("index.docker.io/a/b")]
    [InlineData("mirror.gcr.io/library/b")]
    [InlineData("hub.docker.com/r/a/b")]
    [InlineData("us-docker.pkg.dev/p/r/a/b")]
    [InlineData("example.com./a")]
    [InlineData("-x.com/a")]
    [InlineData("a/b.")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a___b/c")]
    public void ALineThatIsNotReadComesToTheSame(string line)
    {
        var isGood = IndicatorReference.TryRead(line, out var reference, out var scope, out _);
        if (!IndicatorReference.IsNormal(line, out var host)) return;

        Assert.Equal((true, IndicatorScope.Repository, reference), (isGood, scope, host + line));
    }

    [Fact]
    public void AMillionIndicatorsTakeAFewTimesTheirText()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1_000_000).Select(number => $"docker.io/namespace{number}/application\n")));
        var before = GC.GetAllocatedBytesForCurrentThread();
        IndicatorSet set = new([IndicatorFile.Parse("list.txt", text)]);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal("docker.io/namespace999999/application", set.Match(ImageSpelling.Read("namespace999999/application:1"))!.Indicator.Reference);
        Assert.Null(set.Match(ImageSpelling.Read("namespace1000000/application")));
        Assert.InRange(taken, text.Length, 200_000_000);
    }

    [Theory]
    [InlineData("a/b\nAcme/App", "upper-case", 2)]
    [InlineData("a/b\n\nhttps://docker.io/a/b", "host", 3)]
    [InlineData("Acme/*", "upper-case", 1)]
    [InlineData("acme*", "namespace before it", 1)]
    [InlineData("*", "namespace before it", 1)]
    [InlineData("a/b:1*", "not of a tag", 1)]
    [InlineData("a/*/b", "part of the path", 1)]
    [InlineData("sha256:f5a69fceabd2", "never a match", 1)]
    [InlineData("f5a69fceabd2", "never a match", 1)]
    [InlineData("a/b@sha256:f5a69fceabd2", "digest", 1)]
    public void AFaultOfALineHasFileAndLine(string text, string word, int line)
    {
        var fault = Assert.Throws<UnreadableFileException>(() => Parse(text));

        Assert.StartsWith($"lists/list.txt:{line}: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(word, fault.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void AllThatJsonSaysIsKept()
    {
        var list = Parse("""
            // ours
            { "version": 1, "name": "ours", "date": "2026-11-24", "indicators": [
              { "reference": "a/b", "scope": "repository", "kind": "miner", "confidence": "low", "family": "xmrig", "firstReported": "2021",
                "sources": [{ "title": "T", "where": "W" }], "note": "N" }, ] }
            """);

        var indicator = Assert.Single(list.Indicators);
        Assert.Equal("ours 2026-11-24", list.Title);
        Assert.Equal("ours 2026-11-24", indicator.List);
        Assert.Equal(("docker.io/a/b", IndicatorKind.Miner, Confidence.Low, "xmrig", "2021", "N"), (indicator.Reference, indicator.Kind, indicator.Confidence, indicator.Family, indicator.FirstReported, indicator.Note));
        Assert.Equal([new IndicatorSource("T", "W")], indicator.Sources);
    }

    [Theory]
    [InlineData("""{ "version": 1, "date": "yesterday", "indicators": [] }""", "\"date\" is not a day")]
    [InlineData("""{ "version": 1, "indicators": [ { "reference": "a/b", "kind": "bad", "sources": [{ "title": "T", "where": "W" }] } ] }""", "\"kind\"")]
    [InlineData("""{ "version": 1, "indicators": [ { "reference": "a/b", "kind": "miner", "confidence": "sure", "sources": [{ "title": "T", "where": "W" }] } ] }""", "\"confidence\"")]
    [InlineData("""{ "version": 1, "indicators": [ { "reference": "a/b", "kind": "miner", "firstReported": "2021-13", "sources": [{ "title": "T", "where": "W" }] } ] }""", "\"firstReported\"")]
    [InlineData("""{ "version": 1, "indicators": [ { "reference": "a/b", "kind": "miner", "scope": "namespace", "sources": [{ "title": "T", "where": "W" }] } ] }""", "that of a repository")]
    [InlineData("""{ "version": 1, "indicators": [ { "reference": "a/b", "kind": "miner", "sources": [] } ] }""", "without a source")]
    [InlineData("""{ "version": 1, "indicators": [ { "reference": "a/b", "kind": "miner", "sources": [{ "title": " ", "where": "W" }] } ] }""", "the text is empty")]
    [InlineData("""{ "version": 1, "indicators": [ { "reference": "a/b", "kind": "miner" } ] }""", "\"sources\" is missing")]
    [InlineData("[]", "an object")]
    public void AFaultOfJsonSaysWhatIsWrong(string json, string word) =>
        Assert.Contains(word, Assert.Throws<UnreadableFileException>(() => Parse(json)).Fault, StringComparison.Ordinal);

    static IndicatorList Parse(string text) => IndicatorFile.Parse("lists/list.txt", Encoding.UTF8.GetBytes(text));
}
