using System.Data.Common;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Logs;
using Davy.Storage;
using Davy.Tests.Storage;

namespace Davy.Tests.Watching;

/// <summary>From a log entry to what is kept of it.</summary>
public abstract class WatchTests(DatabaseKind kind) : StoreTests(kind)
{
    static readonly string[] Tables = ["seen_entries", "pending_operations", "pending_findings", "expected_events"];

    static readonly JsonObject Before = SomeEntries.Activity("acme-prod", "web");
    static readonly JsonObject Deployed = SomeEntries.SystemEvent("acme-prod", "web");

    SomeWatch New() => new(Database, Time);

    static async Task<List<JsonObject>> FindingsAsync(Database database) => await database.ReadAsync(async connection =>
    {
        await using var ask = connection.Command("SELECT CAST(document AS text) FROM findings ORDER BY finding_id");
        return await ask.ToListAsync(row => JsonNode.Parse(row.Text(0))!.AsObject(), Cancel);
    }, Cancel);

    async Task<JsonObject> OnlyFindingAsync() => Assert.Single(await FindingsAsync(Database));

    async Task ForgetAllAsync()
    {
        foreach (var table in Tables.Append("findings")) await Made.ExecuteAsync($"DELETE FROM {table}", Cancel);
    }

    static (string? Actor, string? Access, string? Why, string? Ip) Caller(JsonObject finding)
    {
        var properties = finding["sourceProperties"]!["properties"]!;
        var deployment = properties["occurrences"]!["list"]![0]!;
        return ((string?)properties["actor"]?["principal"], (string?)finding["access"]?["principalEmail"], (string?)properties["whyNoActor"] ?? (string?)deployment["whyNoActor"], (string?)deployment["actor"]?["callerIp"]);
    }

    [Fact]
    public async Task AFindingIsKeptWhenItIsAnswered()
    {
        await using var seen = New();

        Assert.Equal(new Observation(1, 0, 0, 0, 1), await seen.SeeAsync(Deployed));

        await using var other = Made.Open();
        var finding = Assert.Single(await FindingsAsync(other));
        Assert.Equal(("Execution: Cryptomining Docker Image", "ACTIVE", "2026-01-10T10:00:00Z"), ((string?)finding["category"], (string?)finding["state"], (string?)finding["eventTime"]));
        Assert.Equal(SomeEntries.At(9), (string?)finding["logEntries"]![0]!["cloudLoggingEntry"]!["timestamp"]);
        Assert.StartsWith("organizations/1/sources/1815/", (string?)finding["name"], StringComparison.Ordinal);
        Assert.Equal(("its activity entry has not come yet", (string?)null), (Caller(finding).Why, Caller(finding).Actor));
    }

    [Fact]
    public async Task WhatIsDeliveredAgainChangesNothing()
    {
        await using var seen = New();
        await seen.SeeAsync(Deployed);
        await seen.SeeAsync(Before);
        var first = (await OnlyFindingAsync()).ToJsonString();

        Time.Advance(TimeSpan.FromHours(3));
        Assert.Equal([new(0, 0, 1, 0, 0), new(0, 0, 1, 0, 0)], await Task.WhenAll(seen.SeeAsync(Deployed), seen.SeeAsync(Before)));

        // Nor does it where the entry itself was forgotten.
        await Made.ExecuteAsync("DELETE FROM seen_entries", Cancel);
        Assert.Equal(new Observation(1, 0, 0, 0, 0), await seen.SeeAsync(Deployed));
        Assert.Equal(first, (await OnlyFindingAsync()).ToJsonString());
    }

    [Fact]
    public async Task WhoDidItIsJoinedWhicheverComesFirstAndOverRestarts()
    {
        List<string> documents = [];
        foreach (var (first, second) in new[] { (Before, Deployed), (Deployed, Before) })
        {
            await ForgetAllAsync();
            await using (var seen = New()) await seen.SeeAsync(first);
            await using (var seen = New()) await seen.SeeAsync(second);

            Assert.Equal(("caller@example.com", "caller@example.com", null, "192.0.2.66"), Caller(await OnlyFindingAsync()));
            Assert.Equal(0L, await Made.ScalarAsync("SELECT count(*) FROM pending_findings", Cancel));
            documents.Add(Sorted(await OnlyFindingAsync()));
        }

        Assert.Equal(documents[0], documents[1]);
    }

    [Fact]
    public async Task AnAnnotationIsReplacedByTheCall()
    {
        var annotated = (JsonObject)Deployed.DeepClone();
        annotated["protoPayload"]!["response"]!["metadata"]!["annotations"]!["serving.knative.dev/lastModifier"] = "annotated@example.com";
        await using var seen = New();

        await seen.SeeAsync(annotated);
        Assert.Equal("annotated@example.com", Caller(await OnlyFindingAsync()).Actor);
        await seen.SeeAsync(Before);
        Assert.Equal("caller@example.com", Caller(await OnlyFindingAsync()).Actor);

        // The second event of the same deployment knows the annotation alone.
        annotated["insertId"] = "s-2";
        await Made.ExecuteAsync("DELETE FROM pending_operations", Cancel);
        await seen.SeeAsync(annotated);
        Assert.Equal(("caller@example.com", "caller@example.com", null, "192.0.2.66"), Caller(await OnlyFindingAsync()));
    }

    [Fact]
    public async Task TheFirstDeploymentNamesTheActorWhateverComesLater()
    {
        await using var seen = New();
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", operation: "later", second: 900));
        await seen.SeeAsync(SomeEntries.Activity("acme-prod", "web", "later", 890, "later@example.com"));
        await seen.SeeAsync(Deployed);
        await seen.SeeAsync(Before);

        var finding = await OnlyFindingAsync();
        Assert.Equal(("caller@example.com", "caller@example.com"), (Caller(finding).Actor, Caller(finding).Access));
        Assert.Equal(["caller@example.com", "later@example.com"], finding["sourceProperties"]!["properties"]!["occurrences"]!["list"]!.AsArray().Select(each => (string?)each!["actor"]!["principal"]));
    }

    [Fact]
    public async Task TwoServersThatHaveAHalfEachAtTheSameMomentJoinThem()
    {
        await using var other = Made.Open();
        await using SomeWatch one = new(Database, Time);
        await using SomeWatch two = new(other, Time);

        await Task.WhenAll(Enumerable.Range(0, 30).SelectMany(number => (Task[])
        [
            one.SeeAsync(SomeEntries.SystemEvent("acme-prod", $"web{number}", operation: $"op{number}")),
            two.SeeAsync(SomeEntries.Activity("acme-prod", $"web{number}", $"op{number}")),
            two.SeeAsync(SomeEntries.SystemEvent("acme-prod", $"web{number}", operation: $"op{number}")),
        ]));

        var findings = await FindingsAsync(Database);
        Assert.Equal(30, findings.Count);
        Assert.All(findings, finding => Assert.Equal("caller@example.com", Caller(finding).Actor));
        Assert.Equal(30, one.Watch.Counts["test"].Totals.Came.Duplicates + two.Watch.Counts["test"].Totals.Came.Duplicates);
    }

    [Fact]
    public async Task AnyOrderAndRepetitionGivesTheSame()
    {
        List<JsonObject> all = [];
        for (var number = 0; number < 4; number++)
        {
            all.Add(SomeEntries.Activity("acme-prod", $"web{number % 2}", $"op{number}", (number * 100) + 8, $"caller{number}@example.com"));
            all.Add(SomeEntries.SystemEvent("acme-prod", $"web{number % 2}", operation: $"op{number}", second: (number * 100) + 9));
            all.Add(SomeEntries.SystemEvent("acme-prod", $"web{number % 2}", number == 3 ? "nginx" : SomeEntries.Miner, $"op{number}", (number * 100) + 11));
        }

        List<string> results = [];
        for (var seed = 0; seed < 8; seed++)
        {
            await ForgetAllAsync();
            Random random = new(seed);
            JsonObject[] order = [.. all.SelectMany(entry => Enumerable.Repeat(entry, random.Next(1, 4)))];
            random.Shuffle(order);
            await using var seen = New();
            if (seed % 2 == 0) await Task.WhenAll(order.Select(entry => seen.SeeAsync(entry)));
            else foreach (var entry in order) await seen.SeeAsync(entry);
            results.Add(string.Join('\n', (await FindingsAsync(Database)).Select(Sorted)));
            Assert.Equal(all.Count, seen.Watch.Counts["test"].Totals.Came.Accepted);
        }

        foreach (var result in results) Assert.Equal(results[0], result);
    }

    [Fact]
    public async Task WhatDoesNotConcernCloudRunIsIgnoredAndWhatCannotBeReadKeptOnce()
    {
        await using var seen = New();

        Assert.Equal(new Observation(0, 1, 0, 0, 0), await seen.SeeAsync("""{"logName": "projects/p/logs/other", "textPayload": "x"}"""));
        (ReadOnlyMemory<byte>, EntryLocation)[] bad = [(Encoding.UTF8.GetBytes("""{"logName": """), new("push/17", 1, 0))];
        Assert.Equal(new Observation(0, 0, 0, 1, 0), await seen.Watch.ObserveAsync(bad, "test", null, Cancel));
        Assert.Equal(new Observation(0, 0, 1, 0, 0), await seen.Watch.ObserveAsync(bad, "test", null, Cancel));

        var kept = Assert.Single(await new RejectedEntryStore(Database, Time).ListAsync(null, 10, Cancel));
        Assert.Equal("push/17:1:0", kept.Place);
    }

    [Fact]
    public async Task WhatCannotBeKeptIsNotAnsweredAndLeavesNothing()
    {
        await using var seen = New();
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "first"));
        await Made.ExecuteAsync("ALTER TABLE cursors RENAME TO away", Cancel);

        WatchCursor cursor = new("file", "100");
        (ReadOnlyMemory<byte>, EntryLocation)[] entries = [(Encoding.UTF8.GetBytes(Deployed.ToJsonString()), new("file", 1, 0))];
        await Assert.ThrowsAnyAsync<DbException>(() => seen.Watch.ObserveAsync(entries, "test", cursor, Cancel));
        Assert.Single(await FindingsAsync(Database));
        Assert.Equal(1, seen.Watch.Counts["test"].Totals.Failed);

        await Made.ExecuteAsync("ALTER TABLE away RENAME TO cursors", Cancel);
        Assert.Null(await seen.Watch.CursorAsync("file", Cancel));
        Assert.Equal(new Observation(1, 0, 0, 0, 1), await seen.Watch.ObserveAsync(entries, "test", cursor, Cancel));
        Assert.Equal("100", await seen.Watch.CursorAsync("file", Cancel));
    }

    [Fact]
    public async Task AMissingSystemEventIsToldOnceAProjectAndNotBeforeItsTime()
    {
        await using var seen = New();
        DoubtStore doubts = new(Database, Time);

        // One whose event comes, one whose event came before, and two whose events never come.
        await seen.SeeAsync(SomeEntries.Activity("acme-prod", "comes", "op1"));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "came", "nginx", "op2", 12));
        await seen.SeeAsync(SomeEntries.Activity("acme-prod", "came", "op2"));
        await seen.Watch.TidyAsync(Cancel);
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "comes", "nginx", "op1", 12));
        Time.Advance(TimeSpan.FromMinutes(16));
        await seen.Watch.TidyAsync(Cancel);
        Assert.Empty(await doubts.ListAsync(null, 10, Cancel));

        await seen.SeeAsync(SomeEntries.Activity("acme-prod", "never", "op3"));
        await seen.SeeAsync(SomeEntries.Activity("acme-prod", "neither", "op4"));
        await seen.Watch.TidyAsync(Cancel);
        Assert.Empty(await doubts.ListAsync(null, 10, Cancel));
        Time.Advance(TimeSpan.FromMinutes(16));
        await seen.Watch.TidyAsync(Cancel);
        await seen.Watch.TidyAsync(Cancel);
        var doubt = Assert.Single(await doubts.ListAsync(null, 10, Cancel));
        Assert.Equal((DoubtKind.NoSystemEvent, "acme-prod", 1L), (doubt.Kind, doubt.Project, doubt.Count));
    }

    [Fact]
    public async Task WhatElseIsToldOfAResourceDoesNotPutOffTheDoubt()
    {
        await using var seen = New();
        DoubtStore doubts = new(Database, Time);
        await seen.SeeAsync(SomeEntries.Activity("acme-prod", "never", "op3"));
        for (var minute = 0; minute < 16; minute++)
        {
            Time.Advance(TimeSpan.FromMinutes(1));
            var gone = SomeEntries.Activity("acme-prod", "never", $"gone{minute}", 20 + minute);
            gone["protoPayload"]!["methodName"] = "google.cloud.run.v1.Services.DeleteService";
            await seen.SeeAsync(gone);
        }

        await seen.Watch.TidyAsync(Cancel);
        Assert.Equal(DoubtKind.NoSystemEvent, Assert.Single(await doubts.ListAsync(null, 10, Cancel)).Kind);
    }

    [Fact]
    public async Task AShapeThatWasNeverSeenIsOneDoubtAndCounted()
    {
        await using var seen = New();
        for (var number = 0; number < 3; number++)
        {
            var entry = SomeEntries.SystemEvent("acme-prod", $"web{number}", second: 20 + number);
            entry["protoPayload"]!["methodName"] = "google.cloud.run.v9.Things.TransmuteThing";
            entry["protoPayload"]!["response"] = new JsonObject { ["@type"] = "type.googleapis.com/google.cloud.run.v9.Thing", ["metadata"] = new JsonObject { ["name"] = $"web{number}" }, ["what"] = "is this" };
            await seen.SeeAsync(entry);
            await seen.SeeAsync(entry);
        }

        var doubt = Assert.Single(await new DoubtStore(Database, Time).ListAsync(null, 10, Cancel));
        Assert.Equal((DoubtKind.UnknownShape, 3L), (doubt.Kind, doubt.Count));
    }

    [Fact]
    public async Task WhatIsRememberedIsBounded()
    {
        await using SomeWatch seen = new(Database, Time, remembered: 5);
        for (var number = 0; number < 9; number++) await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", $"web{number}", operation: $"op{number}"));

        await seen.Watch.TidyAsync(Cancel);
        foreach (var table in Tables) Assert.Equal(5L, await Made.ScalarAsync($"SELECT count(*) FROM {table}", Cancel));
        Time.Advance(TimeSpan.FromDays(32));
        await seen.Watch.TidyAsync(Cancel);
        foreach (var table in Tables) Assert.Equal(0L, await Made.ScalarAsync($"SELECT count(*) FROM {table}", Cancel));
        Assert.Equal(9, (await FindingsAsync(Database)).Count);
    }

    /// <summary>The document with its members in one order, for the order in which they were added is no difference.</summary>
    static string Sorted(JsonNode? node) => node switch
    {
        JsonObject json => $"{{{string.Join(",\n", json.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}:{Sorted(member.Value)}"))}}}",
        JsonArray list => $"[{string.Join(',', list.Select(Sorted))}]",
        _ => node?.ToJsonString() ?? "null",
    };

    public sealed class OnSqlite() : WatchTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : WatchTests(DatabaseKind.PostgreSql);
}
