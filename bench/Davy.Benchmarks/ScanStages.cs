using BenchmarkDotNet.Attributes;
using Davy.Benchmarks.Generation;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Images;
using Davy.Indicators;
using Davy.Logs;

namespace Davy.Benchmarks;

/// <summary>What does each stage of a scan cost an entry? All take the same log of deployments, of which each stage does a little more than the one before.</summary>
[MemoryDiagnoser]
public class ScanStages
{
    readonly Examiner _examiner = new(Detectors.All(Upstreams.None), IndicatorSet.Default, ReadLimits.Default);
    readonly CryptominingDockerImage _rule = new(Upstreams.None);
    ReadOnlyMemory<byte>[] _entries = [];
    Deployment[] _deployments = [];

    const int Entries = 1_000;

    [GlobalSetup]
    public void Make()
    {
        using MemoryStream log = new();
        new LogGenerator(new() { Bytes = 4_000_000, IsOnlyDeployments = true }).Write(log);
        using LogReader reader = new(new MemoryStream(log.ToArray()), "log", ReadLimits.Default);
        List<ReadOnlyMemory<byte>> entries = [];
        while (entries.Count < Entries && reader.Read()) entries.Add(reader.Entry.ToArray());
        _entries = [.. entries];
        _deployments = [.. entries.Select(entry => _examiner.Examine(entry, default).Deployment!)];
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public int Prefilter()
    {
        var kept = 0;
        foreach (var entry in _entries) kept += Logs.Prefilter.MayConcernCloudRun(entry.Span) ? 1 : 0;
        return kept;
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public int Parse()
    {
        var length = 0;
        foreach (var entry in _entries)
        {
            using var tree = JsonTree.Parse(entry, ReadLimits.Default.Depth);
            length += tree.Root.Json.Length;
        }

        return length;
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public int Deployment()
    {
        var deployed = 0;
        foreach (var entry in _entries)
        {
            using var tree = JsonTree.Parse(entry, ReadLimits.Default.Depth);
            deployed += DeploymentReader.Read(LogEntry.Parse(tree.Root)) is Reading.Deployed ? 1 : 0;
        }

        return deployed;
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public int Match()
    {
        var verdicts = 0;
        foreach (var deployment in _deployments) verdicts += _rule.Judge(deployment, IndicatorSet.Default).Count();
        return verdicts;
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public int EndToEnd()
    {
        var findings = 0;
        foreach (var entry in _entries) findings += _examiner.Examine(entry, default).Findings.Count;
        return findings;
    }
}
