using BenchmarkDotNet.Attributes;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Indicators;

namespace Davy.Benchmarks;

/// <summary>What does it cost to look through the command line and environment of one container?</summary>
[MemoryDiagnoser]
public class CommandsRule
{
    static readonly CryptominingCommands Rule = new();

    static readonly Deployment Ordinary = Of(["node", "server.js", "--port=8080"], Enumerable.Range(0, 20).Select(number => ($"SETTING_{number}", $"https://service{number}.example.com/api?limit={number}")));

    /// <summary>32 KiB of words, one of them a sign that has honest uses.</summary>
    static readonly Deployment LongWithPool = Of(["app", "--workers", string.Join(' ', Enumerable.Repeat("thread pool of connections", 1214))], []);

    static readonly Deployment Miner = Of(["sh", "-c", "cd /tmp && nohup ./job -a rx/0 -o stratum+tcp://pool.example.com:3333 -u worker --donate-level=1 &"], []);

    [Benchmark]
    public IReadOnlyList<Verdict> OrdinaryContainerWithTwentyVariables() => [.. Rule.Judge(Ordinary, IndicatorSet.Empty)];

    [Benchmark]
    public IReadOnlyList<Verdict> LineOf32KiBThatHoldsPool() => [.. Rule.Judge(LongWithPool, IndicatorSet.Empty)];

    [Benchmark]
    public IReadOnlyList<Verdict> LineOfAMiner() => [.. Rule.Judge(Miner, IndicatorSet.Empty)];

    static Deployment Of(IEnumerable<string> command, IEnumerable<(string Name, string Value)> environment) => new()
    {
        Resource = new(ResourceKind.Job, "p", "l", "n"),
        Entry = new("", "", null, "", AuditLogKind.SystemEvent),
        Containers = [new Container
        {
            Command = [.. command.Select((text, index) => new PlacedText(text, $"command[{index}]"))],
            Environment = [.. environment.Select(variable => new EnvironmentVariable(variable.Name, variable.Value, "env"))],
        }],
    };
}
