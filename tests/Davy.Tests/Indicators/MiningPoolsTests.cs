using Davy.Indicators;

namespace Davy.Tests.Indicators;

public sealed class MiningPoolsTests
{
    static readonly MiningPools Pools = MiningCommands.Default.Pools;

    [Theory]
    [InlineData("supportxmr.com")]
    [InlineData("pool.supportxmr.com")]
    [InlineData("POOL.SupportXMR.com")]
    [InlineData("pool.supportxmr.com.")]
    public void APoolIsFoundAtABoundaryOfLabels(string host) => Assert.Equal("supportxmr.com", Pools.Find(host)?.Domain);

    [Theory]
    [InlineData("notsupportxmr.com")]
    [InlineData("supportxmr.com.example.com")]
    [InlineData("com")]
    [InlineData("")]
    [InlineData("...")]
    [InlineData("xmrig.com")]
    [InlineData("adminer.com")]
    public void AnotherHostIsNone(string host) => Assert.Null(Pools.Find(host));

    [Fact]
    public void NoPoolIsBelowAnotherOrOfLowConfidence() => Assert.All(Pools.All, pool =>
    {
        Assert.NotEqual(Confidence.Low, pool.Confidence);
        Assert.NotEmpty(pool.Sources);
        Assert.Same(pool, Pools.Find(pool.Domain));
        Assert.Null(Pools.Find(pool.Domain.AsSpan(pool.Domain.IndexOf('.', StringComparison.Ordinal) + 1)));
    });
}
