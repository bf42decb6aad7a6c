using System.Text.Json.Nodes;
using Davy.Detection;
using Davy.Findings;
using Davy.Images;
using Davy.Indicators;
using Davy.Storage;
using Davy.Tests.Storage;

namespace Davy.Tests.Watching;

/// <summary>What is remembered of deployments, and what a new list finds among them.</summary>
public abstract class DeploymentStoreTests(DatabaseKind kind) : StoreTests(kind)
{
    const string Ours = "registry.example.com/team/app";

    static IndicatorSet WithOurs => IndicatorSet.Default.With(IndicatorFile.Parse("ours.txt", "registry.example.com/team/app\n"u8));

    DeploymentStore Store => new(Database, Time);

    Task<List<ListedDeployment>> AllAsync(DeploymentQuery? query = null) => Store.ListAsync(query ?? new(), null, 100, Cancel);

    [Fact]
    public async Task ADeploymentIsRememberedWithItsImageItsCallerAndItsVerdict()
    {
        await using SomeWatch seen = new(Database, Time);
        await seen.SeeAsync(SomeEntries.Activity("acme-prod", "web", "op-1", second: 8));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", Ours, "op-1", second: 9));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "bad", operation: "op-2", second: 10));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", Ours, "op-1", second: 9));

        var all = await AllAsync();
        Assert.Equal([("bad", "malicious", ""), ("web", "clean", "caller@example.com")], all.Select(each => (each.Deployment.Resource.Name, each.Verdict, each.Principal)));
        Assert.Equal(Ours, Assert.Single(all[1].Deployment.Containers).Image);
        Assert.Equal(SomeEntries.At(9), all[1].Deployment.Time);
        Assert.Equal(all[1].Key, (await Store.FindAsync(all[1].Key, Cancel))!.Key);
        Assert.Equal("web", Assert.Single(await AllAsync(new() { Principal = "caller@example.com" })).Deployment.Resource.Name);
        Assert.Equal("bad", Assert.Single(await AllAsync(new() { Resource = all[0].Deployment.Resource.AdminName })).Deployment.Resource.Name);
        Assert.Empty(await AllAsync(new() { Project = "other" }));
    }

    [Fact]
    public async Task NothingIsKeptThatMayBeASecret()
    {
        var entry = SomeEntries.SystemEvent("acme-prod", "web", Ours);
        var container = entry["protoPayload"]!["response"]!["spec"]!["template"]!["spec"]!["containers"]![0]!.AsObject();
        container["command"] = new JsonArray("run", "--password=hunter2");
        container["args"] = new JsonArray("hunter2");
        container["env"] = new JsonArray(new JsonObject { ["name"] = "PASSWORD", ["value"] = "hunter2" });
        await using SomeWatch seen = new(Database, Time);
        await seen.SeeAsync(entry);

        Assert.DoesNotContain("hunter2", (string?)await Made.ScalarAsync("SELECT document FROM deployments", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANewListIsAskedOfThePastAndWhatItFindsIsDatedBack()
    {
        await using SomeWatch seen = new(Database, Time);
        await seen.SeeAsync(SomeEntries.Activity("acme-prod", "web", "op-1", second: 8));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", Ours, "op-1", second: 9));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", "registry.example.com/team/better", "op-2", second: 69));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "api", Ours, "op-3", second: 20));
        Assert.Equal(default, await seen.Watch.AskThePastAsync(IndicatorSet.Default, Upstreams.None, Cancel));
        Assert.Empty(await FindingsAsync());

        seen.Watch.Learn(Detectors.All(Upstreams.None), WithOurs);
        Assert.Equal(new(2, 0), await seen.Watch.AskThePastAsync(WithOurs, Upstreams.None, Cancel));

        var findings = (await FindingsAsync()).ToDictionary(finding => finding.ToJsonString().Contains("services/web\"", StringComparison.Ordinal) ? "web" : "api");
        Assert.Equal(["api", "web"], findings.Keys.Order());
        Assert.Equal((SomeEntries.At(9), SomeEntries.At(69)), ((string)Exposure(findings["web"])["from"]!, (string)Exposure(findings["web"])["until"]!));
        Assert.Equal((SomeEntries.At(20), null), ((string)Exposure(findings["api"])["from"]!, (string?)Exposure(findings["api"])["until"]));
        Assert.Equal(SomeEntries.At(9), (string)findings["web"]["eventTime"]!);
        Assert.Equal("caller@example.com", (string?)findings["web"]["access"]!["principalEmail"]);
        Assert.Equal(["malicious", "clean", "malicious"], (await AllAsync()).Select(each => each.Verdict));

        // Neither the same list again nor one more finds anything twice.
        Assert.Equal(default, await seen.Watch.AskThePastAsync(WithOurs, Upstreams.None, Cancel));
        await Made.ExecuteAsync("DELETE FROM settings", Cancel);
        Assert.Equal(default, await seen.Watch.AskThePastAsync(WithOurs, Upstreams.None, Cancel));
        Assert.Equal(2, (await FindingsAsync()).Count);
    }

    [Fact]
    public async Task MoreThanAPageOfThePastIsAsked()
    {
        await using SomeWatch seen = new(Database, Time);
        for (var place = 0; place < 450; place++) await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", $"web-{place}", $"{Ours}:{place}", $"op-{place}"));
        seen.Watch.Learn(Detectors.All(Upstreams.None), WithOurs);

        Assert.Equal(new(450, 0), await seen.Watch.AskThePastAsync(WithOurs, Upstreams.None, Cancel));
        Assert.Equal(450, (await FindingsAsync()).Count);
    }

    [Fact]
    public async Task UpstreamsThatChangedAreAskedOfThePastToo()
    {
        var upstreams = Upstreams.Parse("upstreams.json", """{"version": 1, "upstreams": [{"repository": "mirror.example.com", "upstreams": ["docker.io"]}]}"""u8);
        await using SomeWatch seen = new(Database, Time);
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", $"mirror.example.com/{SomeEntries.Miner}"));
        Assert.Equal(default, await seen.Watch.AskThePastAsync(IndicatorSet.Default, Upstreams.None, Cancel));
        Assert.Empty(await FindingsAsync());

        seen.Watch.Learn(Detectors.All(upstreams), IndicatorSet.Default);
        Assert.Equal(new(1, 0), await seen.Watch.AskThePastAsync(IndicatorSet.Default, upstreams, Cancel));
        Assert.Equal(default, await seen.Watch.AskThePastAsync(IndicatorSet.Default, upstreams, Cancel));
        Assert.Single(await FindingsAsync());
    }

    [Fact]
    public async Task WhatIsExceptedIsNotFoundInThePastButCounted()
    {
        await new AnswerStore(Database, Time).AddAsync(new()
        {
            Finding = Davy.Tests.Findings.SomeKept.Name("f1"),
            Intended = true,
            Image = Ours,
            Owner = "alice@example.com",
            Reason = "ours",
            Expires = new(2026, 3, 1),
            AnsweredBy = "bob@example.com",
        }, Cancel);
        await using SomeWatch seen = new(Database, Time);
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "web", Ours));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "api", "registry.example.com/team/other"));
        var list = IndicatorSet.Default.With(IndicatorFile.Parse("ours.txt", "registry.example.com/team/app\nregistry.example.com/team/other\n"u8));

        seen.Watch.Learn(Detectors.All(Upstreams.None), list);
        Assert.Equal(new(1, 1), await seen.Watch.AskThePastAsync(list, Upstreams.None, Cancel));
        Assert.Contains("services/api", Assert.Single(await FindingsAsync()).ToJsonString(), StringComparison.Ordinal);
    }

    static JsonObject Exposure(JsonObject finding) => finding["sourceProperties"]!["properties"]!["exposure"]!.AsObject();

    Task<List<JsonObject>> FindingsAsync() => Database.ReadAsync(async connection =>
    {
        await using var ask = connection.Command("SELECT CAST(document AS text) FROM findings");
        return await ask.ToListAsync(row => JsonNode.Parse(row.Text(0))!.AsObject(), Cancel);
    }, Cancel);

    public sealed class OnSqlite() : DeploymentStoreTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : DeploymentStoreTests(DatabaseKind.PostgreSql);
}
