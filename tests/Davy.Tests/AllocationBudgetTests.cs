using System.Text.Json;
using Davy.Benchmarks.Generation;
using Davy.Detection;
using Davy.Images;
using Davy.Indicators;
using Davy.Logs;

namespace Davy.Tests;

/// <summary>What an entry may allocate, as <c>bench/budget.json</c> says.</summary>
public sealed class AllocationBudgetTests
{
    static readonly JsonElement Budget = JsonElement.Parse(File.ReadAllBytes(RepositoryRoot.File("bench", "budget.json"))).GetProperty("allocatedBytes");

    static byte[] Log(LogRecipe recipe)
    {
        using var log = new MemoryStream();
        new LogGenerator(recipe).Write(log);
        return log.ToArray();
    }

    [Theory]
    [InlineData(nameof(LogForm.Jsonl))]
    [InlineData(nameof(LogForm.Array))]
    [InlineData(nameof(LogForm.Pretty))]
    public void AnEntryThatIsPutAsideAllocatesNothing(string form)
    {
        var log = Log(new() { Bytes = 4_000_000, CloudRunPercent = 0, Form = Enum.Parse<LogForm>(form) });
        var (allocated, dismissed) = (0L, 0L);
        for (var round = 0; round < 2; round++)
        {
            using LogReader reader = new(new MemoryStream(log), "log", ReadLimits.Default);
            var before = GC.GetAllocatedBytesForCurrentThread();
            while (reader.Read())
            {
                // The few that are not put aside are not examined here.
            }

            (allocated, dismissed) = (GC.GetAllocatedBytesForCurrentThread() - before, reader.Dismissed);
        }

        Assert.InRange(dismissed, 1_000, long.MaxValue);
        Assert.Equal(Budget.GetProperty("dismissedEntry").GetInt64() * dismissed, allocated);
    }

    [Fact]
    public void AnEntryThatIsExaminedStaysWithinItsBudget()
    {
        Examiner examiner = new(Detectors.All(Upstreams.None), IndicatorSet.Default, ReadLimits.Default);
        var log = Log(new() { Bytes = 2_000_000, IsOnlyDeployments = true });
        var (allocated, entries) = (0L, 0L);
        for (var round = 0; round < 2; round++)
        {
            using LogReader reader = new(new MemoryStream(log), "log", ReadLimits.Default);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (entries = 0; reader.Read(); entries++) examiner.Examine(reader.Entry, reader.Location);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.InRange(entries, 500, long.MaxValue);
        Assert.InRange(allocated / entries, 1, Budget.GetProperty("examinedDeployment").GetInt64());
    }
}
