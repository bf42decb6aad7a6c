using System.Text;
using System.Text.Json.Nodes;
using Davy.Logs;
using Davy.Storage;
using Davy.Tests.Storage;

namespace Davy.Tests.Watching;

/// <summary>What was received of a source is what it came to, and what is in flight, whatever happens.</summary>
public sealed class AccountingTests() : StoreTests(DatabaseKind.Sqlite)
{
    static (ReadOnlyMemory<byte>, EntryLocation) Record(string json, string place) => (Encoding.UTF8.GetBytes(json), new(place, 1, 0));

    static string Pulled(params JsonNode[] entries) => new JsonObject
    {
        ["receivedMessages"] = new JsonArray([.. entries.Select(entry => new JsonObject
        {
            ["ackId"] = "a",
            ["message"] = new JsonObject { ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(entry.ToJsonString())), ["messageId"] = "1" },
        })]),
    }.ToJsonString();

    [Fact]
    public async Task EachEntryOfADeliveryIsCountedInOneClass()
    {
        await using SomeWatch seen = new(Database, Time);
        var deployed = SomeEntries.SystemEvent("acme-prod", "web");

        await seen.Watch.ObserveAsync([Record(Pulled(deployed, deployed, new JsonObject { ["logName"] = "projects/p/logs/other" }), "one"), Record("no entry", "two")], "test", null, Cancel);

        var totals = seen.Watch.Counts["test"].Totals;
        Assert.Equal((4L, new Observation(1, 1, 1, 1, 1), 0L, 0L), (totals.Received, totals.Came, totals.InFlight, totals.GivenBack));
        Assert.Equal((Time.GetUtcNow(), SomeEntries.At(9)), (totals.LastAt, totals.Newest.ToString()));
        Assert.Equal(Time.GetUtcNow() - DateTimeOffset.Parse(SomeEntries.At(9), System.Globalization.CultureInfo.InvariantCulture), Assert.Single(seen.Watch.Sources.Reports).Lag(Time.GetUtcNow()));
    }

    [Fact]
    public async Task TheNumbersAddUpAtEachMomentWhileEntriesComeFailAndComeAgain()
    {
        await using SomeWatch seen = new(Database, Time);
        using CancellationTokenSource over = new();
        var looked = 0;
        var looking = Task.Run(() =>
        {
            for (; !over.IsCancellationRequested; looked++) Accounting.Holds(seen.Watch);
        }, Cancel);

        var entries = Enumerable.Range(0, 200).Select(number => SomeEntries.SystemEvent("acme-prod", $"web{number}", operation: $"op{number}")).ToList();
        await Task.WhenAll(entries.Take(100).Select(seen.SeeAsync));
        await Made.ExecuteAsync("ALTER TABLE seen_entries RENAME TO away", Cancel);
        foreach (var seeing in entries.Select(seen.SeeAsync).ToList()) await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => seeing);
        await Made.ExecuteAsync("ALTER TABLE away RENAME TO seen_entries", Cancel);
        await Task.WhenAll(entries.Select(seen.SeeAsync));
        await over.CancelAsync();
        await looking;

        var totals = seen.Watch.Counts["test"].Totals;
        Assert.Equal((300, 200, 100, 200), (totals.Received, totals.Came.Accepted, totals.Came.Duplicates, totals.GivenBack));
        Assert.True(looked > 0);
    }

    [Fact]
    public async Task AnEntryThatIsNotAccountedForIsAnAlarm()
    {
        await using SomeWatch seen = new(Database, Time);
        SourceCount count = new("lossy", Time.GetUtcNow());
        count.Take(3);
        Assert.Equal(0, count.Totals.Imbalance);
        count.Settle(3, new(1, 1, 0, 0, 0), null, Time.GetUtcNow());

        Assert.Equal(1, count.Totals.Imbalance);
        var alarm = Assert.Single(WatchAlarms.Of(new SourceReport("lossy", count.Totals, null, Time.GetUtcNow(), null, null), new(), Time.GetUtcNow()));
        Assert.Equal((AlarmKind.Imbalance, "lossy"), (alarm.Kind, alarm.Subject));
    }

    [Fact]
    public void SourcesBeyondTheBoundAreCountedTogether()
    {
        SourceHealth sources = new(Time);
        for (var number = 0; number < SourceHealth.Most + 5; number++) sources.Of($"push/{number}").Take(1);

        Assert.Equal(SourceHealth.Most + 1, sources.Counts.Count);
        Assert.Equal(5, sources.Counts[SourceHealth.Others].Totals.Received);
    }

    [Fact]
    public void AFaultStandsUntilTheSourceIsReachedAgain()
    {
        SourceHealth sources = new(Time);
        sources.Recovered("pull");
        sources.Failed("pull", "refused");
        var since = Time.GetUtcNow();
        Time.Advance(TimeSpan.FromMinutes(5));
        sources.Failed("pull", "timed out");
        Assert.Equal(new SourceFault("timed out", since, Time.GetUtcNow(), true), Assert.Single(sources.Reports).Fault);

        sources.Recovered("pull");
        Assert.False(sources.Faults["pull"].IsPresent);
        Time.Advance(TimeSpan.FromMinutes(5));
        sources.Failed("pull", "refused");
        Assert.Equal(Time.GetUtcNow(), sources.Faults["pull"].Since);
    }
}
