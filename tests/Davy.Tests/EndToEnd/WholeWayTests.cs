using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Outbound;
using Davy.Tests.Callers;
using Davy.Tests.Fakes;
using Davy.Tests.Google;
using Davy.Tests.Ingest;

namespace Davy.Tests.EndToEnd;

/// <summary>The whole way of one miner: a log entry is pushed into davyd as it was built, its finding is read, its image looked into, a plan made, applied, verified and undone, and the record is in davyd.</summary>
public sealed class WholeWayTests : RespondTrial, IAsyncLifetime
{
    readonly HttpClient _http = OutboundGuard.Client(SomeCredentials.Loopback);
    FakeIssuer _issuer = null!;
    DeployedImages _images = null!;
    FakeCloudRun _fake = null!;
    Uri _davyd = null!;
    int _messages;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (_issuer, _images, _fake) = (await FakeIssuer.StartAsync(), await DeployedImages.StartAsync(), await FakeCloudRun.StartAsync());
        await File.WriteAllTextAsync(Folder.File("oidc.json"), $$"""
            {"issuers": [{"issuer": "{{FakeIssuer.Issuer}}", "audiences": ["{{FakeIssuer.Audience}}"], "discovery": "{{_issuer.Discovery}}", "algorithms": ["RS256"],
              "roles": [{"role": "ingester", "claim": "email", "value": "alice@example.com"}, {"role": "responder", "claim": "email", "value": "alice@example.com"}]}]}
            """, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _fake.DisposeAsync();
        await _images.DisposeAsync();
        await _issuer.DisposeAsync();
        _http.Dispose();
        Dispose();
    }

    [Fact]
    public async Task FromTheLogEntryToTheUndoing()
    {
        var (program, davyd) = await StartedDavyd.StartAsync(_http, ["--data", Folder.File("data"), "--oidc", Folder.File("oidc.json")]);
        using (program)
        {
            _davyd = davyd;
            Server = new() { Address = davyd.ToString(), Token = _issuer.Sign(FakeIssuer.Claims()) };

            // Somebody gives the service a miner, and the log says so.
            var deployment = Deployment(FakeCloudRun.Bad, "op-1", 10);
            await PushAsync(deployment);
            await PushAsync(SomeEntries.Activity("acme-prod", "shop", "op-1", 9, "thief@example.com"));
            var found = await FindingAsync();
            var name = (string)found["name"]!;
            Assert.Equal(("ACTIVE", 1, "thief@example.com"), ((string)found["state"]!, Occurrences(found), (string)found["access"]!["principalEmail"]!));

            // The revision before it has an image that is looked into, and clean.
            var good = _images.ByDigest(DeployedImages.Honest());
            _fake.Objects[$"{FakeCloudRun.Service}/revisions/shop-00001-abc"]["containers"] = FakeCloudRun.Containers(good);
            var plan = Folder.File("plan.json");
            var planned = Run(_fake, "plan", name, "--inspect", "--plain-http", "--anonymous", "--action", "replace", "--output", plan);
            Assert.True(planned.Code == 1, planned.Out + planned.Error);
            Assert.Contains($"The image {good} is clean by the inspection of ", planned.Out, StringComparison.Ordinal);

            // It is done, and read back.
            var applied = Apply(_fake, plan);
            Assert.True((applied.Code, applied.Error) == (0, ""), applied.Out + applied.Error);
            Assert.Equal(good, (string?)_fake.Objects[FakeCloudRun.Service]["template"]!["containers"]![0]!["image"]);
            var record = RecordOf(applied.Out);
            Assert.Equal(("replace", "verified", name), await KeptAsync(record));
            Assert.Equal(record, (string?)(await FindingAsync())["securityMarks"]!["marks"]!["davy_response_record"]);

            // What proves it was there before: the finding with its log entries, and the report of the image.
            var evidence = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Records, record, "finding.json"), Cancel))!;
            Assert.NotEmpty(evidence["finding"]!["finding"]!["logEntries"]!.AsArray());
            Assert.Contains("metal3d/xmrig", evidence["deployments"]!.ToJsonString(), StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(Records, record, "inspections.json")));

            // The finding is closed. What comes late of before and of the removal leaves it closed, and counts nothing twice.
            await CloseAsync(name);
            await PushAsync(deployment);
            await PushAsync(Deployment(good, "op-2", 30));
            Assert.Equal(("INACTIVE", 1), ((string)(await FindingAsync())["state"]!, Occurrences(await FindingAsync())));

            // A new deployment of the same opens it again, as its second.
            await PushAsync(Redeployment(FakeCloudRun.Bad, "op-3", TimeProvider.System.GetUtcNow().AddSeconds(1)));
            Assert.Equal(("ACTIVE", 2), ((string)(await FindingAsync())["state"]!, Occurrences(await FindingAsync())));

            var undone = Run(_fake, "undo", record, "--confirm", "shop", "--reason", "It was an exercise.");
            Assert.True(undone.Code == 0, undone.Out + undone.Error);
            Assert.Equal(FakeCloudRun.Bad, (string?)_fake.Objects[FakeCloudRun.Service]["template"]!["containers"]![0]!["image"]);
            var history = Run(_fake, "history", name);
            Assert.True(history.Code == 0, history.Error);
            Assert.Equal(2, history.Out.Split("record: folder and davyd").Length - 1);
        }
    }

    static JsonObject Deployment(string image, string operation, int second)
    {
        var entry = SomeEntries.SystemEvent("acme-prod", "shop", image, operation, second);
        entry["resource"]!["labels"]!["location"] = "us-central1";
        return entry;
    }

    /// <summary>The revision of a deployment that was made at a moment.</summary>
    static JsonObject Redeployment(string image, string operation, DateTimeOffset made)
    {
        var entry = SomeEntries.Revision("acme-prod", "shop", image, $"sha256:{1:x64}", operation, 500);
        entry["resource"]!["labels"]!["location"] = "us-central1";
        entry["timestamp"] = made.AddSeconds(5).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        entry["protoPayload"]!["response"]!["metadata"]!["creationTimestamp"] = made.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return entry;
    }

    static int Occurrences(JsonNode finding) => (int)finding["sourceProperties"]!["properties"]!["occurrences"]!["count"]!;

    async Task<(string, string, string)> KeptAsync(string record)
    {
        var kept = await SendAsync(HttpMethod.Get, $"davy/v1/responses/{record}", null);
        return ((string)kept["action"]!, (string)kept["result"]!, (string)kept["finding"]!);
    }

    async Task<JsonNode> FindingAsync() => Assert.Single((await SendAsync(HttpMethod.Get, "v2/projects/acme-prod/sources/-/findings", null))["listFindingsResults"]!.AsArray())!["finding"]!;

    async Task CloseAsync(string name) => await SendAsync(HttpMethod.Post, $"v2/{name}:setState", """{"state":"INACTIVE"}""");

    async Task PushAsync(JsonObject entry) => await SendAsync(HttpMethod.Post, "ingest/pubsub/logs", PushedMessage.Of(++_messages, "shop", isDeployment: true, entry.ToJsonString()).Body);

    async Task<JsonNode> SendAsync(HttpMethod method, string path, string? body)
    {
        using HttpRequestMessage request = new(method, new Uri(_davyd, path));
        request.Headers.Authorization = new("Bearer", _issuer.Sign(FakeIssuer.Claims()));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
        return text == "" ? new JsonObject() : JsonNode.Parse(text)!;
    }
}
