using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Server;
using Davy.Storage;
using Davy.Tests.Storage;

namespace Davy.Tests.Inspections;

/// <summary>davyd looks into the images that are deployed, in a process of their own.</summary>
public abstract class BackgroundInspectionTests(DatabaseKind kind) : StoreTests(kind)
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task AMinerOnNoListBecomesAFindingOfEachDeployment()
    {
        await using var images = await DeployedImages.StartAsync();
        await using var server = await InspectingServer.StartAsync(Made);
        var image = images.ByDigest(DeployedImages.Miner());
        await server.SeeAsync(SomeEntries.Activity("acme-prod", "web", "op-web-9"));
        await server.SeeAsync(DeployedImages.Entry(image));
        await server.SeeAsync(DeployedImages.Entry(image, "api"));
        await server.SeeAsync(DeployedImages.Entry(images.ByDigest(DeployedImages.Honest()), "good"));

        Assert.Equal(["clean", "miner"], (await server.DoneAsync(2)).Select(each => each.Verdict).Order());
        var findings = await server.FindingsAsync();
        Assert.Equal(2, findings.Count);
        var web = findings.Single(finding => finding.ToJsonString().Contains("services/web\"", StringComparison.Ordinal));
        var properties = web["sourceProperties"]!["properties"]!;
        Assert.Equal(("Execution: Cryptomining Docker Image", "HIGH", SomeEntries.At(9)), ((string?)web["category"], (string?)web["severity"], (string?)web["eventTime"]));
        Assert.Equal(("inspection", "certain", "image inspection"), ((string?)properties["match"]!["foundBy"], (string?)properties["match"]!["certainty"], (string?)properties["match"]!["list"]));
        var inside = Assert.Single(properties["inspection"]!.AsArray())!;
        Assert.Equal((image, "digest", "miner", "/m"), ((string?)inside["image"], (string?)inside["askedBy"], (string?)inside["verdict"], (string?)inside["evidence"]![0]!["place"]));
        Assert.Equal("caller@example.com", (string?)web["access"]!["principalEmail"]);
        Assert.Empty(await server.DoubtsAsync());

        // A later deployment finds the answer there.
        var asked = images.Registry.Asked.Count;
        await server.SeeAsync(DeployedImages.Entry(image, "later"));
        Assert.Equal(3, (await InspectingServer.EventuallyAsync(server.FindingsAsync, all => all.Count == 3)).Count);
        Assert.Equal(asked, images.Registry.Asked.Count);
    }

    static JsonNode Properties(JsonObject finding) => finding["sourceProperties"]!["properties"]!;

    static string Of(JsonObject finding) => (string)Properties(finding)["resource"]!["name"]!;

    string List(string repository, string name = "low.json")
    {
        var list = _folder.File(name);
        File.WriteAllText(list, $$"""{"version": 1, "indicators": [{"reference": "{{repository}}", "kind": "malicious", "confidence": "low", "sources": [{"title": "A trace", "where": "https://example.com/trace"}]}]}""");
        return list;
    }

    [Fact]
    public async Task ProofMakesAPossibleMatchCertainWhicheverCameFirstAndItStaysSo()
    {
        await using var images = await DeployedImages.StartAsync();
        await using var server = await InspectingServer.StartAsync(Made, options => options with { Scope = InspectionScope.Findings, AsksForListed = true }, List(images.Repository));
        var image = images.ByDigest(DeployedImages.Miner());
        await server.SeeAsync(DeployedImages.Entry(image));
        await server.DoneAsync(1);

        // The answer is there before the next finding; and another entry of the first is possible by itself.
        await server.SeeAsync(DeployedImages.Entry(image, "api"));
        await server.SeeAsync(DeployedImages.Entry(image, second: 99));
        await server.SeeAsync(DeployedImages.Entry(image, second: 3));
        var findings = await InspectingServer.EventuallyAsync(server.FindingsAsync, all => all.Count == 2 && all.All(finding => Properties(finding)["inspection"] is not null));

        foreach (var finding in findings)
        {
            var match = Properties(finding)["match"]!;
            Assert.Equal(("certain", null, "malicious", "HIGH"), ((string?)match["certainty"], (string?)match["whyPossible"], (string?)match["kind"], (string?)finding["severity"]));
            Assert.Contains("The match is certain.", (string?)finding["description"], StringComparison.Ordinal);
            Assert.Equal("miner", (string?)Assert.Single(Properties(finding)["inspection"]!.AsArray())!["verdict"]);
        }

        Assert.True(JsonNode.DeepEquals(Properties(findings[0])["inspection"], Properties(findings[1])["inspection"]));
        Assert.Equal(3, (int)Properties(findings.Single(finding => Of(finding) == "web"))["occurrences"]!["count"]!);
        Assert.Equal(1, server.Inspected);
    }

    [Fact]
    public async Task AListedImageIsNotAskedForWithoutAWord()
    {
        await using var images = await DeployedImages.StartAsync();
        await using var server = await InspectingServer.StartAsync(Made, options => options with { Scope = InspectionScope.Findings }, List(images.Repository));
        await server.SeeAsync(DeployedImages.Entry(images.ByDigest(DeployedImages.Miner())));
        await server.SeeAsync(DeployedImages.Entry($"{images.Registry.Authority}/other/app@sha256:{1:x64}", "unlisted"));

        Assert.Equal([("notWanted", ""), ("done", "notVerified")], (await server.DoneAsync(2)).Select(image => (image.State, image.Verdict)));
        var inside = Assert.Single(Properties(Assert.Single(await server.FindingsAsync()))["inspection"]!.AsArray())!;
        Assert.Equal("notVerified", (string?)inside["verdict"]);
        Assert.Contains("--inspect-listed", (string?)inside["whyNot"], StringComparison.Ordinal);
        Assert.Equal("image-not-verified", Assert.Single(await server.DoubtsAsync()).Kind);
        Assert.Empty(images.Registry.Asked);
    }

    [Fact]
    public async Task WhatIsNotSureIsADoubtAndOtherListsAskAgain()
    {
        await using var images = await DeployedImages.StartAsync();
        var suspicious = images.ByDigest(DeployedImages.Suspicious());
        await using (var server = await InspectingServer.StartAsync(Made))
        {
            await server.SeeAsync(DeployedImages.Entry(images.ByDigest(DeployedImages.Container())));
            await server.SeeAsync(DeployedImages.Entry(suspicious, "api"));
            await server.DoneAsync(2);

            Assert.Empty(await server.FindingsAsync());
            Assert.Equal(["suspect-image", "suspect-image"], (await server.DoubtsAsync()).Select(doubt => doubt.Kind));

            // It is asked for over the API by digest, by reference and by verdict.
            foreach (var query in new[] { $"image={suspicious.Split('@')[1]}", $"image={Uri.EscapeDataString(suspicious)}", "verdict=suspicious" })
            {
                var answer = Assert.Single((await server.Server.DoAsync("GET", $"/davy/v1/inspections?{query}"))["inspections"]!.AsArray())!;
                Assert.Equal(("suspicious", "done", "digest"), ((string?)answer["verdict"], (string?)answer["state"], (string?)answer["askedBy"]));
                var whole = await server.Server.DoAsync("GET", $"/davy/v1/inspections/{answer["id"]}");
                Assert.Equal((suspicious, "/app"), ((string?)whole["references"]![0], (string?)whole["inspection"]!["evidence"]![0]!["place"]));
            }
        }

        using StringWriter output = new(CultureInfo.InvariantCulture), error = new(CultureInfo.InvariantCulture);
        var code = await Program.RunAsync(["inspections", "list", "--verdict", "suspicious", "--data", _folder.Path, "--database", Made.ConnectionString], new Hashtable(), error, new(output, true));
        Assert.Equal((0, ""), (code, error.ToString()));
        Assert.Contains(suspicious.Split('@')[1], Assert.Single(output.ToString().Trim().Split('\n')[1..]), StringComparison.Ordinal);

        await using var next = await InspectingServer.StartAsync(Made, null, List("registry.example.com/none"));
        await InspectingServer.EventuallyAsync(() => Task.FromResult(next.Inspected), count => count == 2);
        Assert.Equal(2, (await next.DoubtsAsync()).Count);
    }

    [Fact]
    public async Task DeploymentsFromBeforeItWasSaidAreFoundToo()
    {
        await using var images = await DeployedImages.StartAsync();
        var image = images.ByDigest(DeployedImages.Miner());
        await using (var off = await InspectingServer.StartAsync(Made, options => options with { Scope = InspectionScope.Off }))
        {
            await off.SeeAsync(DeployedImages.Entry(image, "before", 5));
            Assert.Empty(await off.ImagesAsync());
        }

        await using var server = await InspectingServer.StartAsync(Made);
        await server.SeeAsync(DeployedImages.Entry(image, "after", 30));
        await server.DoneAsync(1);

        var findings = await InspectingServer.EventuallyAsync(server.FindingsAsync, all => all.Count == 2);
        Assert.Equal([("after", SomeEntries.At(30)), ("before", SomeEntries.At(5))], findings.Select(finding => (Of(finding), (string)finding["eventTime"]!)).Order());
    }

    protected override Task EndAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    public sealed class OnSqlite() : BackgroundInspectionTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : BackgroundInspectionTests(DatabaseKind.PostgreSql);
}
