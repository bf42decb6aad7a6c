using System.Text;
using Davy.Images;
using Davy.Indicators;

namespace Davy.Tests.Indicators;

public sealed class IndicatorSetTests
{
    const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("evil/repo", "evil/repo:v2", Certainty.Certain)]
    [InlineData("evil/repo", "evil/repository", null)]
    [InlineData("evil/repo", "evil/repo/sub", null)]
    [InlineData("evil/repo", "ghcr.io/evil/repo", null)]
    [InlineData("evil/*", "evil/any", Certainty.Certain)]
    [InlineData("evil/*", "evil/deep/any", Certainty.Certain)]
    [InlineData("evil/*", "evil2/any", null)]
    [InlineData("bad.example/*", "bad.example/any/thing", Certainty.Certain)]
    [InlineData("evil/update*", "evil/update", Certainty.Certain)]
    [InlineData("evil/update*", "evil/update_20210314", Certainty.Certain)]
    [InlineData("evil/update*", "evil/updat", null)]
    [InlineData("evil/repo:1", "evil/repo:1", Certainty.Certain)]
    [InlineData("evil/repo:1", "evil/repo:2", null)]
    [InlineData("evil/repo:1", "evil/repo", null)]
    [InlineData("evil/repo:latest", "evil/repo", Certainty.Certain)]
    [InlineData("evil/repo:latest", "evil/repo@sha256:" + Hex, null)]
    [InlineData("evil/repo:1", "evil/repo:1@sha256:" + Hex, Certainty.Possible)]
    [InlineData("sha256:" + Hex, "good/name@sha256:" + Hex, Certainty.Certain)]
    [InlineData("evil/repo", "us-docker.pkg.dev/p/r/evil/repo", Certainty.Possible)]
    [InlineData("ghcr.io/evil/repo", "us-docker.pkg.dev/p/r/evil/repo", Certainty.Possible)]
    [InlineData("ghcr.io/deep/evil/repo", "us-docker.pkg.dev/p/r/evil/repo", null)]
    [InlineData("evil/*", "us-docker.pkg.dev/p/r/evil/repo", null)]
    [InlineData("evil/repo*", "us-docker.pkg.dev/p/r/evil/repo", null)]
    [InlineData("evil/repo:1", "us-docker.pkg.dev/p/r/evil/repo:1", null)]
    public void AnIndicatorCoversWhatItsScopeSays(string indicator, string image, Certainty? certainty)
    {
        var match = Set(indicator).Match(ImageSpelling.Read(image));

        Assert.Equal(certainty, match?.Certainty);
        Assert.Equal(certainty is Certainty.Possible, match is { WhyPossible.Length: > 0 });
    }

    [Fact]
    public void AnIndicatorOfLowConfidenceMatchesPossiblyAndSaysSo()
    {
        var match = new IndicatorSet([new("ours", "", [Indicator("docker.io/evil/repo", Confidence.Low)])]).Match(ImageSpelling.Read("evil/repo"));

        Assert.Equal((Certainty.Possible, "the indicator is of low confidence"), (match?.Certainty, match?.WhyPossible));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(0, 3)]
    [InlineData(0, 4)]
    [InlineData(1, 2)]
    [InlineData(1, 3)]
    [InlineData(1, 4)]
    [InlineData(2, 3)]
    [InlineData(2, 4)]
    [InlineData(3, 4)]
    public void TheBetterIndicatorAnswersInWhateverOrderTheyStand(int better, int worse)
    {
        Indicator[] bestFirst =
        [
            Indicator("sha256:" + Hex, scope: IndicatorScope.Digest, kind: IndicatorKind.Miner),
            Indicator("docker.io/evil/repo"),
            Indicator("docker.io/evil/*", scope: IndicatorScope.Namespace),
            Indicator("docker.io/evil/repo", kind: IndicatorKind.Miner),
            Indicator("docker.io/evil/repo", Confidence.Low),
        ];
        var image = ImageSpelling.Read("evil/repo@sha256:" + Hex);

        Assert.Same(bestFirst[better], new IndicatorSet([new("ours", "", [bestFirst[better], bestFirst[worse]])]).Match(image)?.Indicator);
        Assert.Same(bestFirst[better], new IndicatorSet([new("ours", "", [bestFirst[worse], bestFirst[better]])]).Match(image)?.Indicator);
    }

    [Fact]
    public void AMatchSaysHowTheImageWasReadAndTheShorterWayWins()
    {
        Assert.Equal("mirror.gcr.io is Google's mirror of docker.io", Set("evil/repo").Match(ImageSpelling.Read("mirror.gcr.io/evil/repo"))?.Transformation);
        Assert.Equal("", Set("evil/repo").Match(ImageSpelling.Read("evil/repo"))?.Transformation);
    }

    [Fact]
    public void ADigestIsFoundByItself()
    {
        Assert.True(Digest.TryParse("sha256:" + Hex, out var digest));

        Assert.NotNull(Set("sha256:" + Hex).MatchDigest(digest));
        Assert.Null(Set("evil/repo").MatchDigest(digest));
    }

    [Fact]
    public void AnExplanationSaysWhatWasTriedAndWhyNothingMatched()
    {
        var outcomes = Set("evil/repo:1", "sha256:" + Hex).Explain(ImageSpelling.Read("evil/repo:2@sha256:" + Hex));

        Assert.Equal(["docker.io/evil/repo", "sha256:" + Hex], outcomes.Select(outcome => outcome.Tried));
        Assert.Equal("of this repository only these are listed: docker.io/evil/repo:1", outcomes[0].WhyNot);
        Assert.Single(outcomes[1].Matches);
        Assert.Equal("", outcomes[1].WhyNot);
    }

    [Fact]
    public void AnExplanationTellsOfARemoteRepository()
    {
        var outcomes = Set("evil/*").Explain(ImageSpelling.Read("us-docker.pkg.dev/p/r/evil/repo"));

        Assert.Equal(["us-docker.pkg.dev/p/r/evil/repo", "evil/repo on any registry"], outcomes.Select(outcome => outcome.Tried));
        Assert.All(outcomes, outcome => Assert.NotEqual("", outcome.WhyNot));
    }

    [Fact]
    public void AListOnTopLeavesTheSetBelowAsItWas()
    {
        var both = IndicatorSet.Default.With(new IndicatorList("ours", "", [Indicator("docker.io/evil/repo")]));

        Assert.NotNull(both.Match(ImageSpelling.Read("evil/repo")));
        Assert.NotNull(both.Match(ImageSpelling.Read("metal3d/xmrig")));
        Assert.Null(IndicatorSet.Default.Match(ImageSpelling.Read("evil/repo")));
        Assert.Equal(["known-miners 2026-11-24", "ours"], both.Lists.Select(list => list.Title));
    }

    [Fact]
    public void WhatCannotBeReadMatchesNothing()
    {
        Assert.Null(Set("evil/*").Match(ImageSpelling.Read("evil/ repo")));
        Assert.Empty(Set("evil/*").Explain(ImageSpelling.Read("evil/ repo")));
    }

    static IndicatorSet Set(params string[] lines) => new([IndicatorFile.Parse("list.txt", Encoding.UTF8.GetBytes(string.Join('\n', lines)))]);

    static Indicator Indicator(string reference, Confidence confidence = Confidence.High, IndicatorScope scope = IndicatorScope.Repository, IndicatorKind kind = IndicatorKind.Malicious) => new()
    {
        Reference = reference,
        Scope = scope,
        Kind = kind,
        Confidence = confidence,
        Sources = [new("T", "W")],
        List = "ours",
    };
}
