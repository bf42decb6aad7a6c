using BenchmarkDotNet.Attributes;
using Davy.Benchmarks.Generation;
using Davy.Detection;
using Davy.Images;
using Davy.Indicators;
using Davy.Logs;

namespace Davy.Benchmarks;

/// <summary>What does a scan cost a megabyte of log, in each framing and on one thread or two?</summary>
[MemoryDiagnoser]
public class WholeScan
{
    const int Megabytes = 64;

    byte[] _log = [];

    [Params(LogForm.Jsonl, LogForm.Array, LogForm.Pretty)]
    public LogForm Form { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Make()
    {
        using MemoryStream log = new();
        new LogGenerator(new() { Bytes = Megabytes * 1_000_000, Form = Form }).Write(log);
        _log = log.ToArray();
    }

    [Benchmark(OperationsPerInvoke = Megabytes)]
    public int Scan() => new Scan(new() { Detectors = Detectors.All(Upstreams.None), Indicators = IndicatorSet.Default, Today = new(2026, 11, 24), Threads = Threads })
        .Run([new LogInput("log", () => new MemoryStream(_log), _log.Length, true)], CancellationToken.None).Findings.Count;
}
