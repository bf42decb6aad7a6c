using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Storage;

namespace Davy.Tests.Findings;

public abstract class FindingMergeTests(DatabaseKind kind) : KeptFindingsTests(kind)
{
    static NewFinding With(string entry, string operation, string moment) => SomeKept.New("f1", edit: finding =>
    {
        finding["eventTime"] = moment;
        finding["logEntries"]![0]!["cloudLoggingEntry"]!["insertId"] = entry;
        finding["logEntries"]![0]!["cloudLoggingEntry"]!["timestamp"] = moment;
        var occurrences = finding["sourceProperties"]!["properties"]!["occurrences"]!;
        (occurrences["first"], occurrences["last"]) = (moment, moment);
        var occurrence = occurrences["list"]![0]!;
        occurrence["id"] = operation;
        (occurrence["first"], occurrence["last"]) = (moment, moment);
    });

    [Fact]
    public async Task TheSameScanTwiceChangesNothing()
    {
        var first = await Store.MergeAsync(SomeKept.New("f1"), Cancel);
        Time.Advance(TimeSpan.FromHours(1));
        var second = await Store.MergeAsync(SomeKept.New("f1"), Cancel);

        Assert.Equal((MergeOutcome.Created, MergeOutcome.Unchanged), (first.Outcome, second.Outcome));
        Assert.Equal(first.Finding, second.Finding);
        Assert.Equal(1L, await Made.ScalarAsync("SELECT count(*) FROM findings", Cancel));
    }

    [Fact]
    public async Task WhatPeopleDidStays()
    {
        var name = (await Store.MergeAsync(SomeKept.New("f1"), Cancel)).Finding.Name;
        await Store.SetStateAsync(name, "INACTIVE", Cancel);
        await Store.SetMuteAsync(name, "MUTED", "alice@example.com", Cancel);
        await Store.SetMarksAsync(name, new Dictionary<string, string?> { ["seen"] = "yes" }, replaceAll: false, Cancel);
        await Store.SetExternalSystemAsync(name, "jira", (_, _) => """{"status": "open"}""", Cancel);

        var merged = (await Store.MergeAsync(SomeKept.New("f1", severity: "CRITICAL", edit: finding =>
        {
            finding["state"] = "ACTIVE";
            finding["mute"] = "UNMUTED";
            finding["securityMarks"] = new JsonObject { ["marks"] = new JsonObject { ["seen"] = "no" } };
        }), Cancel)).Finding;

        Assert.Equal(("CRITICAL", "INACTIVE", "MUTED"), (merged.Field("severity"), merged.Field("state"), merged.Field("mute")));
        Assert.Equal(("yes", "open", "alice@example.com"), (merged.Field("securityMarks", "marks", "seen"), merged.Field("externalSystems", "jira", "status"), merged.Field("muteInitiator")));
    }

    [Fact]
    public async Task EvidenceOfDifferentScansAddsUpInAnyOrder()
    {
        NewFinding[] scans = [With("a", "op1", "2026-01-10T09:00:00Z"), With("b", "op2", "2026-01-10T08:00:00Z"), With("c", "op2", "2026-01-10T08:30:00Z"), With("a", "op1", "2026-01-10T09:00:00Z")];

        List<string> results = [];
        foreach (var order in (int[][])[[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]])
        {
            await Made.ExecuteAsync("DELETE FROM findings", Cancel);
            KeptFinding? kept = null;
            foreach (var scan in order) kept = (await Store.MergeAsync(scans[scan], Cancel)).Finding;

            Assert.Equal("2026-01-10T08:00:00Z", kept!.Field("eventTime"));
            Assert.Equal(["b", "c", "a"], kept!.Document()["logEntries"]!.AsArray().Select(entry => entry!["cloudLoggingEntry"]!["insertId"]!.ToString()));
            var occurrences = kept!.Document()["sourceProperties"]!["properties"]!["occurrences"]!;
            Assert.Equal((2, "2026-01-10T08:00:00Z", "2026-01-10T09:00:00Z"), ((int)occurrences["count"]!, occurrences["first"]!.ToString(), occurrences["last"]!.ToString()));
            results.Add($"{occurrences["list"]!.ToJsonString()} {kept!.Field("sourceProperties", "properties", "evidenceCount")}");
        }

        Assert.Single(results.Distinct());
    }

    [Theory]
    [InlineData("miner", "notVerified", "miner")]
    [InlineData("notVerified", "clean", "clean")]
    [InlineData("clean", "suspicious", "suspicious")]
    [InlineData("containsMiner", "", "containsMiner")]
    public async Task WhatWasSeenInAnImageStaysWhereLessIsSeenLater(string first, string second, string kept)
    {
        static NewFinding Inspected(string verdict) => SomeKept.New("f1", edit: finding =>
        {
            if (verdict != "") finding["sourceProperties"]!["properties"]!["inspection"] = new JsonArray(new JsonObject { ["image"] = "example.com/app:1", ["verdict"] = verdict });
        });

        await Store.MergeAsync(Inspected(first), Cancel);
        var merged = (await Store.MergeAsync(Inspected(second), Cancel)).Finding.Document();

        Assert.Equal(kept, (string?)Assert.Single(merged["sourceProperties"]!["properties"]!["inspection"]!.AsArray())!["verdict"]);
    }

    [Theory]
    [InlineData("possible", "", "certain", "")]
    [InlineData("possible", "", "certain", "inspection")]
    [InlineData("certain", "inspection", "certain", "")]
    public async Task TheSurerMatchStaysWhicheverCameFirst(string weaker, string weakerBy, string surer, string surerBy)
    {
        static NewFinding Matched(string certainty, string foundBy, string moment) => SomeKept.New("f1", severity: certainty == "certain" ? "HIGH" : "MEDIUM", edit: finding =>
        {
            finding["description"] = $"The match is {certainty} by {foundBy}.";
            finding["logEntries"]![0]!["cloudLoggingEntry"]!["timestamp"] = moment;
            JsonObject match = new() { ["certainty"] = certainty, ["indicator"] = $"{certainty} {foundBy}" };
            if (foundBy != "") match["foundBy"] = foundBy;
            finding["sourceProperties"]!["properties"]!["match"] = match;
        });

        foreach (var early in new[] { "2026-01-10T08:00:00Z", "2026-01-10T10:00:00Z" })
        {
            NewFinding[] both = [Matched(weaker, weakerBy, early), Matched(surer, surerBy, "2026-01-10T09:00:00Z")];
            foreach (var order in (int[][])[[0, 1], [1, 0], [1, 0, 0], [0, 1, 0]])
            {
                await Made.ExecuteAsync("DELETE FROM findings", Cancel);
                KeptFinding? kept = null;
                foreach (var place in order) kept = (await Store.MergeAsync(both[place], Cancel)).Finding;

                Assert.Equal(($"{surer} {surerBy}", $"The match is {surer} by {surerBy}.", "HIGH"), (kept!.Field("sourceProperties", "properties", "match", "indicator"), kept!.Field("description"), kept!.Field("severity")));
            }
        }
    }

    [Fact]
    public async Task EvidenceIsBounded()
    {
        for (var number = 0; number < 30; number++) await Store.MergeAsync(With($"e{number}", $"op{number}", $"2026-01-10T09:{number:D2}:00Z"), Cancel);

        var kept = (await Store.FindAsync(SomeKept.Name("f1"), Cancel))!.Document();
        Assert.Equal(20, kept["logEntries"]!.AsArray().Count);
        Assert.Equal(20, kept["sourceProperties"]!["properties"]!["occurrences"]!["list"]!.AsArray().Count);
    }

    [Fact]
    public async Task ManyScansAtOnceKeepEachFindingOnce()
    {
        await using var other = Made.Open();
        await using FindingStore second = new(other, SomeKept.ReadFilter, Time);

        var merged = await Task.WhenAll(Enumerable.Range(0, 300).Select(number => Task.Run(
            () => (number % 2 == 0 ? Store : second).MergeAsync(SomeKept.New($"f{number % 60}"), Cancel), Cancel)));

        Assert.Equal(60L, await Made.ScalarAsync("SELECT count(*) FROM findings", Cancel));
        Assert.Equal(60, merged.Count(each => each.Outcome is MergeOutcome.Created));
        Assert.All(merged, each => Assert.Equal(1L, each.Finding.Version));
    }

    [Fact]
    public async Task OneBadFindingSpoilsNoOthers()
    {
        NewFinding bad = new(SomeKept.Name("bad"), new("[]"));
        NewFinding orphan = new(new("organizations/1", "nowhere", "x"), SomeKept.New("x").Content);

        var all = Enumerable.Range(0, 50).Select(number => Store.MergeAsync(number switch { 7 => bad, 8 => orphan, _ => SomeKept.New($"f{number}") }, Cancel)).ToList();

        Assert.Equal(Refusal.InvalidArgument, (await Assert.ThrowsAsync<RefusedException>(() => all[7])).Refusal);
        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<RefusedException>(() => all[8])).Refusal);
        foreach (var (task, number) in all.Select((task, number) => (task, number)).Where(each => each.number is not (7 or 8))) Assert.Equal($"f{number}", (await task).Finding.Name.FindingId);
        Assert.Equal(48L, await Made.ScalarAsync("SELECT count(*) FROM findings", Cancel));
    }

    public sealed class OnSqlite() : FindingMergeTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : FindingMergeTests(DatabaseKind.PostgreSql);
}
