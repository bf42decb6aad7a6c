using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Storage;
using Davy.Tests.Findings;
using Davy.Tests.Storage;

namespace Davy.Tests.Watching;

/// <summary>A finding that was closed opens again for a deployment that was made afterwards, and for nothing else. It is closed at ten; entries tell of one and eleven o'clock.</summary>
public abstract class ReopeningTests(DatabaseKind kind) : StoreTests(kind)
{
    const int Eleven = 10 * 3_600;
    const string Digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

    FindingStore _findings = null!;

    protected override Task BeginAsync()
    {
        _findings = new(Database, SomeKept.ReadFilter, Time);
        return Task.CompletedTask;
    }

    protected override async Task EndAsync() => await _findings.DisposeAsync();

    SomeWatch New() => new(Database, Time);

    /// <summary>A revision that is ready at one second, and was created at another.</summary>
    static JsonObject Revision(string name, int created, int ready)
    {
        var entry = SomeEntries.Revision("acme-prod", "web", SomeEntries.Miner, Digest, $"op-{name}", ready);
        entry["protoPayload"]!["response"]!["metadata"]!["name"] = $"web-{name}";
        entry["protoPayload"]!["response"]!["metadata"]!["creationTimestamp"] = SomeEntries.At(created);
        return entry;
    }

    async Task<JsonObject> FindingAsync() => await Database.ReadAsync(async connection =>
    {
        await using var ask = connection.Command("SELECT CAST(document AS text) FROM findings");
        return Assert.Single(await ask.ToListAsync(row => JsonNode.Parse(row.Text(0))!.AsObject(), Cancel));
    }, Cancel);

    async Task<(string State, int Deployments)> StateAsync()
    {
        var finding = await FindingAsync();
        return ((string)finding["state"]!, (int)finding["sourceProperties"]!["properties"]!["occurrences"]!["count"]!);
    }

    static string? ClosedTime(JsonObject finding) => (string?)finding["sourceProperties"]!["properties"]!["closedTime"];

    async Task SetAsync(string state)
    {
        var name = FindingName.TryParse((string)(await FindingAsync())["name"]!, out var parsed) ? parsed : throw new InvalidOperationException();
        await _findings.SetStateAsync(name, state, Cancel);
    }

    async Task ClosedAsync(SomeWatch seen)
    {
        await seen.SeeAsync(Revision("old", created: 5, ready: 10));
        await SetAsync("INACTIVE");
        Assert.Equal("2026-01-10T10:00:00Z", ClosedTime(await FindingAsync()));
        Time.Advance(TimeSpan.FromHours(2));
    }

    [Fact]
    public async Task ADeploymentThatWasMadeAfterwardsOpensItAgain()
    {
        await using var seen = New();
        await ClosedAsync(seen);

        await seen.SeeAsync(Revision("new", Eleven, Eleven + 5));
        Assert.Equal(("ACTIVE", 2), await StateAsync());
        Assert.Null(ClosedTime(await FindingAsync()));
    }

    [Fact]
    public async Task ACallThatNamesTheImageTellsItself()
    {
        await using var seen = New();
        await ClosedAsync(seen);

        var call = SomeEntries.SystemEvent("acme-prod", "web", operation: "op-new", second: Eleven);
        call["logName"] = "projects/acme-prod/logs/cloudaudit.googleapis.com%2Factivity";
        await seen.SeeAsync(call);
        Assert.Equal(("ACTIVE", 2), await StateAsync());
    }

    [Fact]
    public async Task WhatIsOfBeforeLeavesItClosedHoweverLateItComes()
    {
        await using var seen = New();
        await ClosedAsync(seen);

        // A deployment of before of which nothing was known; an old revision that is ready once more; the same entries again; and the removal.
        var removal = Revision("new", Eleven, Eleven + 5);
        removal["protoPayload"]!["methodName"] = "/Services.DeleteService";
        foreach (var entry in (JsonObject[])[Revision("late", created: 30, ready: 40), Revision("old", created: 5, Eleven), Revision("old", created: 5, ready: 10), removal])
        {
            await seen.SeeAsync(entry);
            Assert.True(await StateAsync() == ("INACTIVE", 2), entry.ToJsonString());
        }

        Assert.Equal("2026-01-10T10:00:00Z", ClosedTime(await FindingAsync()));

        // A service's own event does not tell when its revision was made; the revision's does.
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", operation: "op-next", second: Eleven + 60));
        Assert.Equal("INACTIVE", (await StateAsync()).State);
        await seen.SeeAsync(Revision("next", Eleven + 50, Eleven + 61));
        Assert.Equal(("ACTIVE", 3), await StateAsync());
    }

    [Fact]
    public async Task WhoClosesItAgainKeepsItClosed()
    {
        await using var seen = New();
        await ClosedAsync(seen);
        await seen.SeeAsync(Revision("new", Eleven, Eleven + 5));

        await SetAsync("INACTIVE");
        Assert.Equal("2026-01-10T12:00:00Z", ClosedTime(await FindingAsync()));
        await seen.SeeAsync(Revision("new", Eleven, Eleven + 5));
        await seen.SeeAsync(Revision("new", Eleven, Eleven + 90));
        Assert.Equal(("INACTIVE", 2), await StateAsync());

        await SetAsync("ACTIVE");
        Assert.Null(ClosedTime(await FindingAsync()));
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, 2, 1)]
    [InlineData(1, 0, 2)]
    [InlineData(1, 2, 0)]
    [InlineData(2, 0, 1)]
    [InlineData(2, 1, 0)]
    public async Task TheOrderOfEntriesMakesNoDifference(int first, int second, int third)
    {
        await using var seen = New();
        await ClosedAsync(seen);
        JsonObject[] entries = [Revision("late", 30, 40), Revision("new", Eleven, Eleven + 5), SomeEntries.Activity("acme-prod", "web", "op-new", Eleven - 1)];
        foreach (var each in (int[])[first, second, third]) await seen.SeeAsync(entries[each]);
        Assert.Equal(("ACTIVE", 3), await StateAsync());
    }

    public sealed class OnSqlite() : ReopeningTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : ReopeningTests(DatabaseKind.PostgreSql);
}
