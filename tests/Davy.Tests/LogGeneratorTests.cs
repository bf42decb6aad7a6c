using System.Text.Json;
using Davy.Benchmarks.Generation;
using Davy.Indicators;

namespace Davy.Tests;

/// <summary>A log that was made has the answer that its maker tells, so what is measured on it is the real work.</summary>
public sealed class LogGeneratorTests
{
    static (LogAnswer Answer, byte[] Log) Made(LogRecipe recipe)
    {
        using var log = new MemoryStream();
        return (new LogGenerator(recipe).Write(log), log.ToArray());
    }

    [Theory]
    [InlineData(1, 1, nameof(LogForm.Jsonl), false)]
    [InlineData(2, 90, nameof(LogForm.Jsonl), false)]
    [InlineData(3, 90, nameof(LogForm.Array), false)]
    [InlineData(4, 90, nameof(LogForm.Pretty), false)]
    [InlineData(5, 100, nameof(LogForm.Jsonl), true)]
    public void AScanGivesTheAnswer(ulong seed, double percent, string form, bool onlyDeployments)
    {
        var (answer, log) = Made(new() { Bytes = 3_000_000, Seed = seed, CloudRunPercent = percent, Form = Enum.Parse<LogForm>(form), IsOnlyDeployments = onlyDeployments, LongEntry = 600_000 });

        var result = Scanning.Scan(IndicatorSet.Default, [Scanning.Input(log)], validate: true);

        Assert.Equal((answer.Entries, answer.CloudRun), (result.Summary.Read, result.Summary.Read - result.Summary.NotCloudRun));
        Assert.Equal(answer.Findings, result.Findings.Count);
        Assert.Equal((0, 0L), (result.Summary.Doubts, result.Summary.Rejected));
        if (percent > 1) Assert.True(answer.Findings > 1, "There is too little to find.");
    }

    [Fact]
    public void MinersHideBehindEscapesToo()
    {
        var (answer, log) = Made(new() { Bytes = 3_000_000, IsOnlyDeployments = true });

        var plain = System.Text.Encoding.UTF8.GetString(log).Split('\n').Where(line => line.Contains("run.googleapis.com", StringComparison.Ordinal));

        Assert.InRange(Scanning.Scan(string.Join('\n', plain)).Findings.Count, 1, answer.Findings - 1);
    }

    [Fact]
    public void TheSameSeedMakesTheSameLog()
    {
        Assert.Equal(Made(new() { Bytes = 200_000 }).Log, Made(new() { Bytes = 200_000 }).Log);
        Assert.NotEqual(Made(new() { Bytes = 200_000 }).Log, Made(new() { Bytes = 200_000, Seed = 2 }).Log);
    }

    [Fact]
    public void EveryFormHoldsTheSameEntries()
    {
        var lines = System.Text.Encoding.UTF8.GetString(Made(new() { Bytes = 200_000 }).Log).TrimEnd('\n').Split('\n');

        foreach (var form in new[] { LogForm.Array, LogForm.Pretty })
        {
            using var array = JsonDocument.Parse(Made(new() { Bytes = 200_000, Form = form }).Log);
            Assert.Equal(lines.Select(Compact).Take(50), array.RootElement.EnumerateArray().Select(entry => Compact(entry.GetRawText())).Take(50));
        }

        static string Compact(string json) => System.Text.Json.Nodes.JsonNode.Parse(json)!.ToJsonString();
    }

    [Theory]
    [InlineData("--no-such-option", "1")]
    [InlineData("--bytes")]
    [InlineData("--bytes", "many")]
    public void AWrongOptionIsRefused(params string[] options) => Assert.Throws<FormatException>(() => LogRecipe.Parse(options));
}
