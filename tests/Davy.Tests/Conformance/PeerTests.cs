using System.Net;
using System.Text.Json.Nodes;
using Davy.Tests.Api;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Conformance;

/// <summary>What recorded clients of Security Command Center send is accepted, and what they read is there. The recordings are of v1; paths are those of v2.</summary>
public sealed class PeerTests(SharedServer shared) : IClassFixture<SharedServer>
{
    /// <summary>What the console shows beside a finding, and no version of the API has in it.</summary>
    static readonly string[] OfTheConsole =
        ["assetId", "assetDisplayName", "sourceDisplayName", "findingProviderId", "originalProviderId", "propertyDataTypes", "resource", "workflowState"];

    static JsonNode Read(params string[] path) => JsonNode.Parse(File.ReadAllText(RepositoryRoot.Shared(["data", "peers", .. path])))!;

    static JsonNode Flight(string flight, string file) => Read("cloud-custodian", "flights", flight, file)["body"]!;

    /// <summary>Keeps a finding as its sender sends it, and gives back what is kept.</summary>
    async Task<JsonNode> KeptAsync(JsonNode recorded, string id)
    {
        var source = await shared.Server.SourceAsync();
        var marks = recorded["securityMarks"]?["marks"];
        await shared.Server.DoAsync("POST", $"/v2/{source}/findings?findingId={id}", recorded.ToJsonString());
        if (marks is not null) await shared.Server.DoAsync("PATCH", $"/v2/{source}/findings/{id}/securityMarks?updateMask=marks", $$"""{"marks":{{marks.ToJsonString()}}}""");
        return (await shared.Server.DoAsync("GET", $"/v2/{source}/findings?filter=name%3D%22{Uri.EscapeDataString($"{source}/findings/{id}")}%22"))["listFindingsResults"]![0]!;
    }

    /// <summary>Every value that was recorded is there, but for names, which have a location in v2, and times that the server sets.</summary>
    static void AssertHas(JsonNode? recorded, JsonNode? kept, string path)
    {
        if (path is "name" or "parent" or "canonicalName" or "createTime" or "securityMarks.name") return;
        switch (recorded)
        {
            case JsonObject members:
                // A name in the proto file's spelling comes back in JSON's, except below sourceProperties, which is the sender's own.
                var own = path.StartsWith("sourceProperties", StringComparison.Ordinal) || path.StartsWith("securityMarks.marks", StringComparison.Ordinal);
                foreach (var (name, value) in members)
                {
                    var spelling = own ? name : string.Concat(name.Split('_').Select((part, at) => at == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]));
                    AssertHas(value, kept?[spelling], path.Length == 0 ? spelling : $"{path}.{spelling}");
                }

                break;
            case JsonArray elements:
                Assert.Equal(elements.Count, kept?.AsArray().Count);
                for (var at = 0; at < elements.Count; at++) AssertHas(elements[at], kept![at], $"{path}[{at}]");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(recorded, kept), $"{path}: {recorded?.ToJsonString()} was sent, {kept?.ToJsonString()} is kept.");
                break;
        }
    }

    [Fact]
    public async Task CloudCustodianPostsItsFindings()
    {
        var recorded = Flight("cscc-post-finding", "get-v1-organizations-851339424791-sources-10006123093898971944-findings_1.json")["findings"]![0]!;

        var kept = await KeptAsync(recorded, "d7986435fbcfc061627d9fc79dc94f1");
        AssertHas(recorded, kept["finding"], "");

        // It posts again with each run, and takes 409 for "known".
        var source = ((string)kept["finding"]!["name"]!).Split("/locations/")[0];
        var (status, json) = await shared.Server.SendAsync("POST", $"/v2/{source}/findings?findingId=d7986435fbcfc061627d9fc79dc94f1", recorded.ToJsonString());
        var known = Flight("cscc-post-finding", "post-v1-organizations-851339424791-sources-10006123093898971944-findings_1.json");
        Assert.Equal((int)known["error"]!["code"]!, (int)status);
        Assert.Equal((string?)known["error"]!["status"], (string?)json["error"]!["status"]);
    }

    [Fact]
    public async Task CloudCustodianFindsItsSource()
    {
        var recorded = Flight("cscc-post-finding", "get-v1-organizations-851339424791-sources_1.json")["sources"]![0]!;
        await shared.Server.DoAsync("POST", "/v2/organizations/851339424791/sources", new JsonObject { ["displayName"] = (string)recorded["displayName"]!, ["description"] = (string)recorded["description"]! }.ToJsonString());

        var listed = (await shared.Server.DoAsync("GET", "/v2/organizations/851339424791/sources"))["sources"]![0]!;

        Assert.Equal((string?)recorded["displayName"], (string?)listed["displayName"]);
        Assert.Equal((string?)recorded["description"], (string?)listed["description"]);
        Assert.Matches("^organizations/851339424791/sources/[0-9]+$", (string)listed["name"]!);
    }

    [Fact]
    public async Task CloudCustodianListsFindings()
    {
        var recorded = Flight("filter-scc-findings", "get-v1-organizations-111111111111-sources---findings_1.json")["listFindingsResults"]![0]!;

        var kept = await KeptAsync(recorded["finding"]!, "a2809d4331514d51fa3d117ead9a5c02");

        AssertHas(recorded["finding"], kept["finding"], "");
        Assert.Equal((string?)recorded["resource"]!["name"], (string?)kept["resource"]!["name"]);
    }

    [Fact]
    public async Task CloudCustodianSubscribes()
    {
        var recorded = Flight("mu-scc-subscriber", "post-v1-organizations-111111111111-notificationConfigs_1.json").AsObject();
        const string Parent = "/v2/organizations/111111111111/locations/global/notificationConfigs";

        var (missing, json) = await shared.Server.SendAsync("GET", $"{Parent}/custodian-auto-scc-bucket");
        Assert.Equal(HttpStatusCode.NotFound, missing);
        Assert.Equal("NOT_FOUND", (string?)json["error"]!["status"]);

        var created = await shared.Server.DoAsync("POST", $"{Parent}?configId=custodian-auto-scc-bucket", recorded.ToJsonString());
        Assert.Equal((string?)recorded["pubsubTopic"], (string?)created["pubsubTopic"]);
        Assert.Equal((string?)recorded["description"], (string?)created["description"]);
        var found = await shared.Server.DoAsync("GET", $"{Parent}/custodian-auto-scc-bucket");
        Assert.Equal((string?)recorded["streamingConfig"]!["filter"], (string?)found["streamingConfig"]!["filter"]);
        Assert.Empty((await shared.Server.DoAsync("DELETE", $"{Parent}/custodian-auto-scc-bucket")).AsObject());
    }

    [Fact]
    public async Task AutomaticResponsesReadTheirFindings()
    {
        var files = Directory.GetFiles(RepositoryRoot.Shared("data", "peers", "security-response-automation", "testdata"), "*.json").Order(StringComparer.Ordinal).ToList();
        var read = 0;
        foreach (var file in files)
        {
            // One of them is a log entry.
            if (JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!["finding"] is not { } finding) continue;

            foreach (var name in OfTheConsole) finding.AsObject().Remove(name);
            AssertHas(finding, (await KeptAsync(finding, "sra1"))["finding"], "");
            read++;
        }

        Assert.Equal(files.Count - 1, read);
    }

    [Fact]
    public async Task DemistoMakesAMuteRule()
    {
        var recorded = Read("demisto-content", "mute_rule_create_response.json").AsObject();
        await using var server = await RunningServer.StartAsync(new FakeTimeProvider(DateTimeOffset.Parse((string)recorded["createTime"]!, System.Globalization.CultureInfo.InvariantCulture)));
        JsonObject request = new() { ["description"] = (string)recorded["description"]!, ["filter"] = (string)recorded["filter"]!, ["type"] = "DYNAMIC", ["expiryTime"] = (string)recorded["expiryTime"]! };

        var created = (await server.DoAsync("POST", "/v2/organizations/123/locations/global/muteConfigs?muteConfigId=mute-cryptomining-alerts", request.ToJsonString())).AsObject();

        recorded.Remove("mostRecentEditor");
        Assert.NotEmpty((string)created["mostRecentEditor"]!);
        created.Remove("mostRecentEditor");
        Assert.True(JsonNode.DeepEquals(recorded, created), created.ToJsonString());
    }
}
