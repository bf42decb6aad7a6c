using System.Text.Json.Nodes;

namespace Davy.Tests.Watching;

/// <summary>The law of the watch: what was received of a source is what it came to, and what is in flight. To be asserted wherever entries came in.</summary>
static class Accounting
{
    /// <summary>The law holds for every source, now.</summary>
    public static void Holds(Watch watch)
    {
        foreach (var source in watch.Sources.Reports)
        {
            var totals = source.Totals;
            Assert.True(totals.Received == totals.Came.Accepted + totals.Came.Ignored + totals.Came.Duplicates + totals.Came.Rejected + totals.Came.DeadLettered + totals.InFlight, $"{source.Name}: {totals}");
            Assert.True(totals.Imbalance == 0, $"{source.Name}: {totals}");
            Assert.DoesNotContain(WatchAlarms.Of(source, new(), source.Since), alarm => alarm.Kind is AlarmKind.Imbalance);
            Assert.True(totals is { Received: >= 0, InFlight: >= 0, GivenBack: >= 0 }, $"{source.Name}: {totals}");
        }
    }

    /// <summary>The law holds, and nothing is in flight.</summary>
    public static void HoldsAtTheEnd(Watch watch)
    {
        Holds(watch);
        Assert.DoesNotContain(watch.Sources.Reports, source => source.Totals.InFlight != 0);
    }

    /// <summary>The law as a server tells it over its API.</summary>
    public static void Holds(JsonNode sources)
    {
        foreach (var source in sources["sources"]!.AsArray())
        {
            long Number(string name) => (long)source![name]!;
            Assert.True(Number("received") == Number("accepted") + Number("ignored") + Number("duplicate") + Number("rejected") + Number("deadLettered") + Number("inFlight"), source!.ToJsonString());
        }
    }
}
