using System.Text.Json.Nodes;
using Davy.Tests.Api;
using Davy.Tests.EndToEnd;
using Davy.Tests.Fakes;

namespace Davy.Tests.Client;

/// <summary><c>davy respond</c> for a finding that davyd keeps.</summary>
public sealed class RespondFindingTests(SharedServer shared) : RespondTrial, IClassFixture<SharedServer>
{
    async Task<string> FindingAsync(string category = "Execution: Cryptomining Docker Image", string name = "shop", string project = "acme-prod")
    {
        Server = new() { Address = shared.Server.Http.ToString() };
        var source = await shared.Server.SourceAsync($"organizations/{Random.Shared.Next(1_000_000, 900_000_000)}");
        return (string)(await shared.Server.DoAsync("POST", $"/v2/{source}/findings?findingId=f1", $$$"""
            {"category":"{{{category}}}","severity":"HIGH","state":"ACTIVE","eventTime":"2026-11-20T00:00:00Z",
             "sourceProperties":{"properties":{"resource":{"kind":"service","name":"{{{name}}}","location":"us-central1","project":"{{{project}}}"} } } }
            """))["name"]!;
    }

    async Task<JsonNode> KeptAsync(string finding) =>
        (await shared.Server.DoAsync("GET", $"/v2/{finding.Split("/locations/")[0]}/findings"))["listFindingsResults"]![0]!["finding"]!;

    (int Code, string Out, string Error) Plan(FakeCloudRun fake, string finding, string file, params string[] more) => Run(fake, ["plan", finding, "--action", "stop", "--output", file, .. more]);

    [Fact]
    public async Task APlanIsMadeAppliedAndMarkedForAFinding()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var finding = await FindingAsync();
        var file = Folder.File("plan.json");

        var (code, text, error) = Plan(fake, finding, file);
        Assert.True(code == 1, error);
        Assert.Contains($"Finding {finding}: ACTIVE, Execution: Cryptomining Docker Image", text, StringComparison.Ordinal);
        Assert.Equal(finding, (string?)JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!["finding"]);

        var applied = Apply(fake, file);
        Assert.True(applied.Code == 0, applied.Out + applied.Error);
        Assert.Equal("", applied.Error);
        var kept = await KeptAsync(finding);
        var marks = kept["securityMarks"]!["marks"]!;
        Assert.Equal("ACTIVE", (string?)kept["state"]);
        Assert.Equal(("stop", RecordOf(applied.Out), "verified", "Mining."), ((string?)marks["davy_response"], (string?)marks["davy_response_record"], (string?)marks["davy_response_result"], (string?)marks["davy_response_reason"]));

        Assert.Contains($"  for {finding}\n", Run(fake, "history", finding).Out, StringComparison.Ordinal);
        Assert.Contains("  for ", Run(fake, "history", "f1").Out, StringComparison.Ordinal);
        Assert.Equal("", Run(fake, "history", finding[..^1] + "2").Out);

        var undone = Run(fake, "undo", RecordOf(applied.Out), "--confirm", "shop", "--reason", "An exercise.");
        Assert.True(undone.Code == 0, undone.Out + undone.Error);
        Assert.Equal("undo", (string?)(await KeptAsync(finding))["securityMarks"]!["marks"]!["davy_response"]);
    }

    [Theory]
    [InlineData("finding-active", false)]
    [InlineData("finding-active", true)]
    [InlineData("finding-mute", false)]
    [InlineData("finding-mute", true)]
    [InlineData("finding-category", false)]
    [InlineData("finding-workload", false)]
    public async Task AGuardThatNeedsTheFindingHoldsAtThePlanAndAtTheApply(string guard, bool isPlanned)
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var finding = guard == "finding-category" ? await FindingAsync(category: "Other") : guard == "finding-workload" ? await FindingAsync(name: "other") : await FindingAsync();
        var file = Folder.File("plan.json");
        if (isPlanned) Assert.Equal(1, Plan(fake, finding, file).Code);
        if (guard == "finding-active") await shared.Server.DoAsync("POST", $"/v2/{finding}:setState", """{"state":"INACTIVE"}""");
        if (guard == "finding-mute") await shared.Server.DoAsync("POST", $"/v2/{finding}:setMute", """{"mute":"MUTED"}""");

        var (code, _, error) = isPlanned ? Apply(fake, file) : Plan(fake, finding, file, "--resource", FakeCloudRun.Service);

        Assert.Equal(2, code);
        Assert.Contains($"nothing was changed. The guard '{guard}' holds", error, StringComparison.Ordinal);
        Assert.Empty(fake.Changes);
        Assert.Null((await KeptAsync(finding))["securityMarks"]?["marks"]?["davy_response"]);
    }

    [Fact]
    public async Task ThePlanSaysWhereElseTheSameImageOrActorIs()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var finding = await FindingAsync();
        var source = finding.Split("/locations/")[0];
        foreach (var (id, name, match, actor) in ((string, string, string, string)[])[("same", "same-image", "docker.io/metal3d/xmrig", "x@example.com"), ("actor", "same-actor", "other", "thief@example.com"), ("none", "no-relation", "other", "x@example.com"), ("own", "shop", "docker.io/metal3d/xmrig", "thief@example.com")])
        {
            await shared.Server.DoAsync("POST", $"/v2/{source}/findings?findingId={id}", $$$"""
                {"category":"Execution: Cryptomining Docker Image","severity":"HIGH","state":"ACTIVE","eventTime":"2026-11-20T00:00:00Z","access":{"principalEmail":"{{{actor}}}"},
                 "sourceProperties":{"properties":{"match":{"indicator":"{{{match}}}"},"resource":{"kind":"service","name":"{{{name}}}","location":"us-central1","project":"acme-prod"} } } }
                """);
        }

        var (_, text, error) = Run(fake, "plan", finding);

        Assert.Equal("", error);
        var elsewhere = text.Split("Elsewhere, by the findings that davyd keeps\n")[1];
        Assert.Equal(
        [
            $"  projects/acme-prod/locations/us-central1/services/same-image has docker.io/metal3d/xmrig too: ACTIVE, {source}/locations/global/findings/same",
            $"  projects/acme-prod/locations/us-central1/services/same-actor was deployed by thief@example.com too: ACTIVE, {source}/locations/global/findings/actor",
            "",
        ], elsewhere.Split('\n'));
        Assert.Equal(2, JsonNode.Parse(Run(fake, "plan", finding, "--format", "json").Out)!["elsewhere"]!.AsArray().Count);
        Assert.Contains("Nothing else with the same image or actor.", Run(fake, "plan", "--resource", FakeCloudRun.Service).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutDavydNothingIsAppliedForAFinding()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var file = Folder.File("plan.json");
        Assert.Equal(1, Plan(fake, await FindingAsync(), file).Code);
        Server = new();

        var (code, _, error) = Apply(fake, file);

        Assert.Equal(2, code);
        Assert.Contains("no server is named", error, StringComparison.Ordinal);
        Assert.Empty(fake.Changes);
    }

    [Fact]
    public async Task WhatAFindingSaysNeverBecomesAPath()
    {
        await using var fake = await FakeCloudRun.StartAsync();

        var (code, _, error) = Plan(fake, await FindingAsync(name: "../x?y", project: "a/b"), Folder.File("plan.json"));

        Assert.Equal(2, code);
        Assert.Contains("say --resource too", error, StringComparison.Ordinal);
        Assert.Empty(fake.Http.Requests);
    }
}
