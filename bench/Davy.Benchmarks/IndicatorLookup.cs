using BenchmarkDotNet.Attributes;
using Davy.Images;
using Davy.Indicators;

namespace Davy.Benchmarks;

/// <summary>Does a look-up take longer where the list is longer?</summary>
[MemoryDiagnoser]
public class IndicatorLookup
{
    static readonly ImageSpelling Listed = ImageSpelling.Read("docker.io/ns7/app7:latest");
    static readonly ImageSpelling Unlisted = ImageSpelling.Read("europe-docker.pkg.dev/acme/apps/web:1.4");

    IndicatorSet _set = IndicatorSet.Empty;

    [Params(1_000, 1_000_000)]
    public int Indicators { get; set; }

    [GlobalSetup]
    public void Fill() => _set = new([new("many", "2026-11-24", [.. Enumerable.Range(0, Indicators).Select(number => new Indicator
    {
        Reference = $"docker.io/ns{number}/app{number}",
        Scope = IndicatorScope.Repository,
        Kind = IndicatorKind.Malicious,
        Sources = [new("benchmark", "here")],
        List = "many",
    })])]);

    [Benchmark]
    public IndicatorMatch? OfAListedImage() => _set.Match(Listed);

    [Benchmark]
    public IndicatorMatch? OfAnUnlistedImage() => _set.Match(Unlisted);
}
