using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Reports;
using Davy.Storage;
using Davy.Tests.Storage;

namespace Davy.Tests.Watching;

/// <summary>What is remembered of a resource, in a finding of the watch: what ran before, who deployed, whether it was deleted. It is what a scan of the same entries says, in any order.</summary>
public abstract class PastTests(DatabaseKind kind) : StoreTests(kind)
{
    static readonly int Seeds = TestLength.Of(whole: 60, quick: 8);

    SomeWatch New() => new(Database, Time);

    static async Task<List<JsonObject>> FindingsAsync(Database database) => await database.ReadAsync(async connection =>
    {
        await using var ask = connection.Command("SELECT CAST(document AS text) FROM findings ORDER BY finding_id");
        return await ask.ToListAsync(row => JsonNode.Parse(row.Text(0))!.AsObject(), Cancel);
    }, Cancel);

    async Task<JsonObject> OnlyFindingAsync() => Assert.Single(await FindingsAsync(Database))["sourceProperties"]!["properties"]!.AsObject();

    async Task ForgetAllAsync()
    {
        foreach (var table in (string[])["seen_entries", "pending_operations", "pending_findings", "expected_events", "deployments", "resource_findings", "findings"]) await Made.ExecuteAsync($"DELETE FROM {table}", Cancel);
    }

    static (string? Image, string? At, string? By, int Before) History(JsonObject properties) =>
        ((string?)properties["history"]!["previousImage"], (string?)properties["history"]!["previousAt"], (string?)properties["history"]!["previousActor"], (int)properties["history"]!["deploymentsByActor"]!);

    [Fact]
    public async Task AWatchSaysWhatAScanSaysWhateverTheOrder()
    {
        await using var other = Made.Open();
        for (var seed = 0; seed < Seeds; seed++)
        {
            var entries = SomePast.Entries(seed);
            var scanned = Scanning.Scan(string.Join('\n', entries.Select(entry => entry.ToJsonString()))).Findings
                .Select(finding => KeptForm.Of(finding, ReportOptions.Default)!).OrderBy(form => form.Name.FindingId, StringComparer.Ordinal).Select(form => Told(JsonNode.Parse(form.Content.Document)!.AsObject()));

            await ForgetAllAsync();
            Random random = new(seed);
            JsonObject[] order = [.. entries.SelectMany(entry => Enumerable.Repeat(entry, random.Next(1, 4)))];
            random.Shuffle(order);
            await using (var one = New())
            await using (SomeWatch two = new(seed % 3 == 0 ? other : Database, Time))
            {
                if (seed % 2 == 0) await Task.WhenAll(order.Select((entry, place) => (place % 2 == 0 ? one : two).SeeAsync(entry)));
                else foreach (var entry in order) await one.SeeAsync(entry);
            }

            Assert.Equal(string.Join('\n', scanned), string.Join('\n', (await FindingsAsync(Database)).Select(Told)));
        }
    }

    /// <summary>What is told of the past, one line each, with the members in one order.</summary>
    static string Told(JsonObject finding)
    {
        var properties = finding["sourceProperties"]!["properties"]!;
        List<string> lines = [];
        foreach (var name in (string[])["history", "resourceDeleted", "resourceDeletedAt", "actor"]) lines.Add($"{name} {Sorted(properties[name])}");
        foreach (var occurrence in properties["occurrences"]!["list"]!.AsArray())
        {
            lines.Add(string.Join(' ', ((string[])["id", "revision", "first", "last", "digest", "actor", "deletion"]).Select(name => $"{name} {Sorted(occurrence![name])}")));
        }

        lines.Add(Sorted(properties["occurrences"]!["first"]) + Sorted(properties["occurrences"]!["last"]) + Sorted(properties["occurrences"]!["count"]));
        lines.AddRange(finding["logEntries"]!.AsArray().Select(Sorted).Order(StringComparer.Ordinal));
        return string.Join('\n', lines);
    }

    static string Sorted(JsonNode? node) => node switch
    {
        JsonObject json => $"{{{string.Join(", ", json.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}: {Sorted(member.Value)}"))}}}",
        _ => node?.ToJsonString() ?? "null",
    };

    [Fact]
    public async Task ADeploymentThatComesLateIsTheOneBefore()
    {
        await using var seen = New();
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", "nginx", "op-1", 100));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", operation: "op-4", second: 400));
        await seen.SeeAsync(SomeEntries.Activity("acme-prod", "web", "op-4", 399, "caller@example.com"));
        Assert.Equal(("nginx", SomeEntries.At(100), null, 0), History(await OnlyFindingAsync()));

        // Who deployed it, another that ran later still, and one that ran after the finding.
        await seen.SeeAsync(SomeEntries.Activity("acme-prod", "web", "op-1", 99, "caller@example.com"));
        Assert.Equal(("nginx", SomeEntries.At(100), "caller@example.com", 1), History(await OnlyFindingAsync()));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", "httpd", "op-2", 200));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", "redis", "op-5", 500));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "other", "redis", "op-6", 300));
        Assert.Equal(("httpd", SomeEntries.At(200), null, 1), History(await OnlyFindingAsync()));

        // The bad image ran earlier than was known.
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", operation: "op-0", second: 50));
        Assert.Equal((null, null, null, 0), History(await OnlyFindingAsync()));
    }

    [Fact]
    public async Task TwoServersAtTheSameMomentLoseNothingOfThePast()
    {
        await using var other = Made.Open();
        await using SomeWatch one = new(Database, Time);
        await using SomeWatch two = new(other, Time);

        await Task.WhenAll(Enumerable.Range(0, 40).SelectMany(number => (Task[])
        [
            one.SeeAsync(SomeEntries.SystemEvent("acme-prod", $"web{number}", operation: $"op-b{number}", second: 200)),
            two.SeeAsync(SomeEntries.SystemEvent("acme-prod", $"web{number}", "nginx", $"op-a{number}", 100)),
        ]));

        var findings = await FindingsAsync(Database);
        Assert.Equal(40, findings.Count);
        Assert.All(findings, finding => Assert.Equal("nginx", (string?)finding["sourceProperties"]!["properties"]!["history"]!["previousImage"]));
    }

    [Fact]
    public async Task WhatIsForgottenChangesNoFindingBack()
    {
        await using var seen = New();
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", "nginx", "op-1", 100));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "quiet", "nginx", "op-1", 100));
        Time.Advance(TimeSpan.FromDays(300));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", operation: "op-4", second: 400));
        Time.Advance(TimeSpan.FromDays(150));
        Retention retention = new(Database, new(), Time);
        await retention.RunAsync(Cancel);

        Assert.Equal(2L, await Made.ScalarAsync("SELECT count(*) FROM deployments", Cancel));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", operation: "op-5", second: 500));
        Assert.Equal(("nginx", SomeEntries.At(100), null, 0), History(await OnlyFindingAsync()));

        Time.Advance(TimeSpan.FromDays(500));
        await retention.RunAsync(Cancel);
        await retention.RunAsync(Cancel);
        foreach (var table in (string[])["findings", "resource_findings", "deployments"]) Assert.Equal(0L, await Made.ScalarAsync($"SELECT count(*) FROM {table}", Cancel));
    }

    [Fact]
    public async Task WhatAScanKnowsOfThePastStays()
    {
        var before = SomeEntries.SystemEvent("acme-prod", "web", "nginx", "op-1", 100);
        var bad = SomeEntries.SystemEvent("acme-prod", "web", operation: "op-4", second: 400);
        await using FindingStore findings = new(Database, Davy.Tests.Findings.SomeKept.ReadFilter, Time);
        await using var seen = New();
        await seen.SeeAsync(bad);
        var scanned = Assert.Single(Scanning.Scan($"{before.ToJsonString()}\n{bad.ToJsonString()}").Findings);
        await findings.MergeAsync(KeptForm.Of(scanned, ReportOptions.Default)!, Cancel);
        Assert.Equal("nginx", History(await OnlyFindingAsync()).Image);

        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", operation: "op-5", second: 500));
        Assert.Equal("nginx", History(await OnlyFindingAsync()).Image);
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", "httpd", "op-2", 200));
        Assert.Equal("httpd", History(await OnlyFindingAsync()).Image);
    }

    [Fact]
    public async Task ADeletionIsToldAndClosesNothing()
    {
        var gone = SomeEntries.Activity("acme-prod", "web", "op-9", 900, "remover@example.com");
        gone["protoPayload"]!["methodName"] = "google.cloud.run.v1.Services.DeleteService";
        await using var seen = New();
        await seen.SeeAsync(gone);
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", operation: "op-4", second: 400));

        var finding = Assert.Single(await FindingsAsync(Database));
        var properties = await OnlyFindingAsync();
        Assert.Equal(("ACTIVE", true, SomeEntries.At(900), 2), ((string?)finding["state"], (bool)properties["resourceDeleted"]!, (string?)properties["resourceDeletedAt"], finding["logEntries"]!.AsArray().Count));

        // It was deployed again since.
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", operation: "op-10", second: 1_000));
        properties = await OnlyFindingAsync();
        Assert.Equal((false, null), ((bool)properties["resourceDeleted"]!, (string?)properties["resourceDeletedAt"]));
    }

    /// <summary>A deletion carries the operation of the last deployment, whose caller is at the head as long as nothing else is known. Whoever made that one need not have brought the image.</summary>
    [Fact]
    public async Task WhoMadeAnotherDeploymentIsNotNamedOnceTheImagesOwnIsKnown()
    {
        var gone = SomeEntries.SystemEvent("acme-prod", "web", operation: "op-4", second: 900);
        gone["protoPayload"]!["methodName"] = "/Services.DeleteService";
        gone["protoPayload"]!["response"]!["metadata"]!["deletionTimestamp"] = SomeEntries.At(899);
        await using var seen = New();
        await seen.SeeAsync(SomeEntries.Activity("acme-prod", "web", "op-4", 799, "other@example.com"));
        await seen.SeeAsync(gone);
        Assert.Equal("other@example.com", (string?)(await OnlyFindingAsync())["actor"]!["principal"]);

        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", operation: "op-1", second: 100));
        var finding = Assert.Single(await FindingsAsync(Database));
        Assert.Equal((null, null), (finding["sourceProperties"]!["properties"]!["actor"], finding["access"]!["principalEmail"]));
        Assert.Equal(SecondLook.NotYet, (string?)(await OnlyFindingAsync())["whyNoActor"]);

        await seen.SeeAsync(SomeEntries.Activity("acme-prod", "web", "op-1", 99, "caller@example.com"));
        Assert.Equal("caller@example.com", (string?)(await OnlyFindingAsync())["actor"]!["principal"]);
    }

    public sealed class OnSqlite() : PastTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : PastTests(DatabaseKind.PostgreSql);
}
