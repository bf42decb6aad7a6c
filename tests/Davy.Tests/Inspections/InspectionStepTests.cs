using System.Text;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Images;
using Davy.Inspection;
using Davy.Storage;
using Davy.Tests.Storage;
using Davy.Tests.Watching;

namespace Davy.Tests.Inspections;

/// <summary>What waits, what is asked when, and what it comes to, with an answer that the test gives.</summary>
public abstract class InspectionStepTests(DatabaseKind kind) : StoreTests(kind)
{
    const string Repository = "registry.example.com/team/app";

    static readonly string Ran = $"{Repository}@sha256:{7:x64}";

    readonly List<string> _asked = [];
    Func<string, string> _answer = _ => Miner;

    static string Miner => """
        {"image": "x", "verdict": "miner", "platforms": [{"verdict": "miner", "score": 7, "notLookedAt": [], "evidence": [
            {"kind": "program", "role": "runs", "points": 4, "place": "/m", "why": "texts of a miner", "signs": [{"id": "synthetic", "strength": "strong", "text": "x", "offset": 3, "sources": ["A, B, C"]}]}]}]}
        """;

    SomeWatch Watching() => new(Database, Time, with: settings => settings with { Inspect = InspectionScope.Deployments });

    BackgroundInspections Steps(SomeWatch seen) => new(seen.Watch, new(Database, Time), new() { Ask = Ask, Tries = 3 }, Time);

    Task<InspectionAnswer> Ask(ImageReference reference, CancellationToken cancel)
    {
        _asked.Add(reference.ToString());
        var answer = _answer(reference.ToString());
        return Task.FromResult(answer.StartsWith('{') ? new InspectionAnswer(Encoding.UTF8.GetBytes(answer), "") : new InspectionAnswer(ReadOnlyMemory<byte>.Empty, answer));
    }

    static async Task DrainAsync(SomeWatch seen, BackgroundInspections steps)
    {
        while (await steps.StepAsync(Cancel) is not null)
        {
            // Until none is due.
        }

        while (await seen.Watch.TellInspectionsAsync(Cancel))
        {
            // Until all are told.
        }
    }

    Task<List<string>> FindingsAsync() => Database.ReadAsync(async connection =>
    {
        await using var ask = connection.Command("SELECT CAST(document AS text) FROM findings ORDER BY finding_id");
        return await ask.ToListAsync(row => JsonNode.Parse(row.Text(0))!.ToJsonString(), Cancel);
    }, Cancel);

    static async Task<KeptInspection> TheImageAsync(SomeWatch seen) => Assert.Single(await seen.Watch.Inspections.ListAsync(new(), null, 10, Cancel));

    [Fact]
    public async Task EveryOrderGivesTheSameFinding()
    {
        List<string> results = [];
        foreach (var order in (int[][])[[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
        {
            foreach (var table in (string[])["findings", "inspections", "inspection_uses", "deployments", "seen_entries", "pending_operations", "pending_findings", "resource_findings", "expected_events"]) await Made.ExecuteAsync($"DELETE FROM {table}", Cancel);
            await using var seen = Watching();
            var steps = Steps(seen);
            await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "seed", Ran, "op-seed"));
            foreach (var each in order)
            {
                if (each == 0) await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", Ran, "op-web", second: 9));
                else if (each == 1) await seen.SeeAsync(SomeEntries.Activity("acme-prod", "web", "op-web", second: 8));
                else await DrainAsync(seen, steps);
            }

            await DrainAsync(seen, steps);
            var findings = await FindingsAsync();
            Assert.Equal(2, findings.Count);
            Assert.Contains("caller@example.com", string.Concat(findings), StringComparison.Ordinal);
            Assert.Contains("\"A, B, C\"", string.Concat(findings), StringComparison.Ordinal);
            results.Add(string.Join('\n', findings.Select(text => Ingest.Nats.NatsTraffic.Sorted(JsonNode.Parse(text)))));
        }

        Assert.Single(results.Distinct());
        Assert.Equal(6, _asked.Count);
    }

    [Fact]
    public async Task AClaimHoldsForItsTimeAndIsLostAfterIt()
    {
        await using var seen = Watching();
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", Ran));
        var store = seen.Watch.Inspections;
        var first = await store.ClaimAsync(TimeSpan.FromMinutes(3), Cancel);
        Assert.Equal([Ran], first!.Image.References);
        Assert.Null(await store.ClaimAsync(TimeSpan.FromMinutes(3), Cancel));
        Assert.Equal("running", (await TheImageAsync(seen)).State);

        Time.Advance(TimeSpan.FromMinutes(3));
        var second = await store.ClaimAsync(TimeSpan.FromMinutes(3), Cancel);
        Assert.False(await store.FinishAsync(first, "v1", "clean", "{}", TimeSpan.Zero, [], Cancel));
        Assert.True(await store.FinishAsync(second!, "v1", "clean", "{}", TimeSpan.Zero, [], Cancel));
    }

    [Fact]
    public async Task WhatFailsIsTriedLaterAndLaterAndThenGivenUp()
    {
        _answer = _ => "it does not answer.";
        await using var seen = Watching();
        var steps = Steps(seen);
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", Ran));

        foreach (var minutes in new[] { 1, 5 })
        {
            Assert.True((await steps.StepAsync(Cancel))!.HasFailed);
            Time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
            Assert.Null(await steps.StepAsync(Cancel));
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(ImageVerdict.NotVerified, (await steps.StepAsync(Cancel))!.Verdict);
        Time.Advance(TimeSpan.FromDays(30));
        Assert.Null(await steps.StepAsync(Cancel));
        Assert.Equal(3, _asked.Count);

        // Other lists ask again; a miner is not asked for any more.
        _answer = _ => Miner;
        Assert.Equal(1, await seen.Watch.Inspections.AskAgainAsync("others", Time.GetUtcNow().AddDays(-90), Cancel));
        await DrainAsync(seen, steps);
        Assert.Equal("miner", (await TheImageAsync(seen)).Verdict);
        Assert.Single(await FindingsAsync());
        Assert.Equal(0, await seen.Watch.Inspections.AskAgainAsync("more others", Time.GetUtcNow().AddDays(-90), Cancel));
    }

    [Fact]
    public async Task ATagWaitsForTheDigestAndIsNotAskedForWhereThatIsTold()
    {
        await using var seen = Watching();
        var steps = Steps(seen);
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", $"{Repository}:1"));
        Assert.Null(await steps.StepAsync(Cancel));
        await seen.SeeAsync(SomeEntries.Revision("acme-prod", "web", $"{Repository}:1", Ran));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "other", $"{Repository}:2", "op-other"));
        Time.Advance(TimeSpan.FromMinutes(5));
        await DrainAsync(seen, steps);

        Assert.Equal([$"{Repository}:2", Ran], _asked.Order(StringComparer.Ordinal));
        Assert.Equal(["certain", "possible"], (await FindingsAsync()).Select(finding => (string)JsonNode.Parse(finding)!["sourceProperties"]!["properties"]!["match"]!["certainty"]!).Order());
    }

    [Fact]
    public async Task AnAnswerThatLiesAboutItsFormIsAFaultAndNothingElse()
    {
        await using var seen = Watching();
        var steps = Steps(seen);
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", Ran));
        foreach (var answer in new[] { "{}", """{"verdict": "clean", "platforms": [{"verdict": "miner"}]}""", """{"verdict": "7", "platforms": []}""", "{\"verdict\": \"clean\", \"platforms\": " + new string('[', 5_000) })
        {
            _answer = _ => answer;
            await Made.ExecuteAsync("UPDATE inspections SET due_at = 0, attempts = 0", Cancel);
            Assert.Contains("is no report", (await steps.StepAsync(Cancel))!.Fault, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task WhatIsOldIsForgotten()
    {
        await using var seen = Watching();
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", Ran));
        await DrainAsync(seen, Steps(seen));
        Time.Advance(TimeSpan.FromDays(399));
        await new Retention(Database, new(), Time).RunAsync(Cancel);
        await TheImageAsync(seen);

        Time.Advance(TimeSpan.FromDays(2));
        await new Retention(Database, new(), Time).RunAsync(Cancel);
        Assert.Empty(await seen.Watch.Inspections.ListAsync(new(), null, 10, Cancel));
        Assert.Equal(0L, await Made.ScalarAsync("SELECT count(*) FROM inspection_uses", Cancel));
    }

    public sealed class OnSqlite() : InspectionStepTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : InspectionStepTests(DatabaseKind.PostgreSql);
}
