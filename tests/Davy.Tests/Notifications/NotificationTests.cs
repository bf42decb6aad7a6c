using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Notifications;
using Davy.Server.Hosting;
using Davy.Tests.Api;
using Davy.Tests.Fakes;
using Davy.Tests.Google;
using Microsoft.Extensions.DependencyInjection;

namespace Davy.Tests.Notifications;

/// <summary>davyd, and the targets that it tells.</summary>
public sealed class NotificationTests : IDisposable
{
    const string Topic = "projects/example-project/topics/findings";
    const string Node = "organizations/123";

    readonly TemporaryFolder _folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    static Target.Webhook Hook(string name, Uri url, string filter = "") => new() { Name = name, Below = Node, Filter = filter, Url = url, Template = BodyTemplate.OfName("json") };

    static Func<ServerOptions, ServerOptions> With(params Target[] targets) => options => options with { Targets = targets, Outbound = SomeCredentials.Loopback };

    static async Task<string> CreateAsync(RunningServer server, string source, string id, string severity = "HIGH")
    {
        await server.DoAsync("POST", $"/v2/{source}/findings?findingId={id}",
            $$"""{"category":"C","severity":"{{severity}}","resourceName":"//cloudresourcemanager.googleapis.com/projects/1","eventTime":"2026-01-10T10:00:00Z"}""");
        return $"{source}/findings/{id}";
    }

    static Task<JsonNode> StateAsync(RunningServer server, string finding, string state) => server.DoAsync("POST", $"/v2/{finding}:setState", $$"""{"state":"{{state}}"}""");

    static async Task UntilAsync(Func<bool> holds, string what)
    {
        for (var wait = 0; !holds(); wait++)
        {
            Assert.True(wait < 600, $"It never came to this: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, Cancel);
        }
    }

    static async Task<long> WaitingAsync(RunningServer server) => (await server.Services.GetRequiredService<Outbox>().BacklogAsync(Cancel)).Sum(config => config.Count);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ATopicIsGivenTheMessageOfSecurityCommandCenter(bool emulator)
    {
        await using var pubsub = await FakePubsub.StartAsync(Topic);
        var key = _folder.File("key.json");
        await File.WriteAllTextAsync(key, SomeCredentials.ServiceAccount("http://127.0.0.1:1/never-asked").ToJsonString(), Cancel);
        await using var server = await RunningServer.StartAsync(with: options => emulator
            ? options with { PubsubEmulator = pubsub.Http.Url }
            : options with { Endpoints = new() { Pubsub = pubsub.Http.Url }, Credentials = new() { File = key }, Outbound = SomeCredentials.Loopback });
        var source = await server.SourceAsync();
        await server.DoAsync("POST", $"/v2/{Node}/locations/global/notificationConfigs?configId=high", $$"""{"pubsubTopic":"{{Topic}}","streamingConfig":{"filter":"severity=\"HIGH\""} }""");

        await CreateAsync(server, source, "low", "LOW");
        var finding = await CreateAsync(server, source, "f1");
        await StateAsync(server, finding, "INACTIVE");
        await UntilAsync(() => pubsub.Messages(Topic).Count == 2, "two messages");

        var message = pubsub.Messages(Topic)[0];
        Assert.Equal($"{Node}/locations/global/notificationConfigs/high", (string?)message.Json["notificationConfigName"]);
        Assert.Equal($"{source}/locations/global/findings/f1", (string?)message.Json["finding"]!["name"]);
        Assert.Equal(("ACTIVE", "C", "HIGH"), ((string?)message.Json["finding"]!["state"], (string?)message.Json["finding"]!["category"], (string?)message.Json["finding"]!["severity"]));
        Assert.Equal("//cloudresourcemanager.googleapis.com/projects/1", (string?)message.Json["resource"]!["name"]);
        Assert.Equal(["ACTIVE", "INACTIVE"], pubsub.Messages(Topic).Select(each => (string)each.Json["finding"]!["state"]!));
        Assert.Equal("f1", message.OrderingKey);
        Assert.Equal(emulator, message.Authorization.Length == 0);
        await UntilAsync(() => WaitingAsync(server).GetAwaiter().GetResult() == 0, "an empty outbox");
    }

    [Fact]
    public async Task ADeadTargetHoldsUpNobodyAndIsToldInOrderOnceItLives()
    {
        var dead = true;
        await using var good = await FakeHttp.StartAsync(_ => new FakeAnswer(200, ""));
        await using var bad = await FakeHttp.StartAsync(_ => new FakeAnswer(dead ? 503 : 200, ""));
        await using var server = await RunningServer.StartAsync(with: With(Hook("good", good.Url), Hook("bad", bad.Url)));
        var source = await server.SourceAsync();

        var first = await CreateAsync(server, source, "f0");
        for (var number = 1; number < 12; number++) await CreateAsync(server, source, $"f{number}");
        await StateAsync(server, first, "INACTIVE");
        await StateAsync(server, first, "ACTIVE");
        await UntilAsync(() => good.Requests.Count == 14, "the living target knows all");

        var (status, health) = (HttpStatusCode.OK, (JsonNode?)null);
        await UntilAsync(() => ((status, health) = server.SendAsync("GET", "/readyz").GetAwaiter().GetResult()).Item2!["status"]!.ToString() == "degraded", "the health tells of the dead target");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("Notifications to 1 of the targets fail", (string?)health!["reasons"]![0], StringComparison.Ordinal);
        Assert.DoesNotContain("bad", health.ToJsonString(), StringComparison.Ordinal);
        Assert.True(bad.Requests.Count < 14, "A dead target is tried with little.");

        var before = bad.Requests.Count;
        dead = false;
        await UntilAsync(() => bad.Requests.Skip(before).Select(Id).Distinct().Count() == 14, "the target that lives again knows all");
        Assert.Equal(["ACTIVE", "INACTIVE", "ACTIVE"], bad.Requests.Skip(before).Select(request => request.Json["message"]!["finding"]!).Where(each => ((string)each["name"]!).EndsWith("/f0", StringComparison.Ordinal)).Select(each => (string)each["state"]!));
        await UntilAsync(() => server.SendAsync("GET", "/readyz").GetAwaiter().GetResult().Json["status"]!.ToString() == "ok", "health");
        await UntilAsync(() => WaitingAsync(server).GetAwaiter().GetResult() == 0, "an empty outbox");
    }

    [Fact]
    public async Task WhatOneTargetRefusesHoldsUpOnlyItsFinding()
    {
        await using var picky = await FakeHttp.StartAsync(request => new FakeAnswer(request.Text.Contains("/findings/poison", StringComparison.Ordinal) ? 400 : 200, ""));
        await using var server = await RunningServer.StartAsync(with: With(Hook("picky", picky.Url)));
        var source = await server.SourceAsync();

        await CreateAsync(server, source, "poison");
        await UntilAsync(() => picky.Requests.Count > 0, "the poison was tried");
        for (var number = 0; number < 10; number++) await CreateAsync(server, source, $"f{number}");

        await UntilAsync(() => picky.Requests.Where(request => !request.Text.Contains("/findings/poison", StringComparison.Ordinal)).Select(Id).Distinct().Count() == 10, "the others were sent");
        await UntilAsync(() => WaitingAsync(server).GetAwaiter().GetResult() == 1, "only the poison waits");
    }

    [Fact]
    public async Task ARealSecurityCommandCenterKeepsTheFindingsBelowASourceOfItsOwn()
    {
        await using var center = await RunningServer.StartAsync();
        var there = await center.SourceAsync("organizations/9");
        var key = _folder.File("key.json");
        await File.WriteAllTextAsync(key, SomeCredentials.ServiceAccount("http://127.0.0.1:1/never-asked").ToJsonString(), Cancel);
        Target.SecurityCenter target = new() { Name = "scc", Below = Node, Source = there };
        await using var server = await RunningServer.StartAsync(with: options =>
            With(target)(options) with { Endpoints = new() { SecurityCenter = center.Http }, Credentials = new() { File = key } });
        var source = await server.SourceAsync();

        var finding = await CreateAsync(server, source, "f1");
        await server.DoAsync("POST", $"/v2/{finding}:setMute", """{"mute":"MUTED"}""");
        await StateAsync(server, finding, "INACTIVE");
        JsonNode? kept = null;
        await UntilAsync(() => (kept = center.DoAsync("GET", $"/v2/{there}/findings").GetAwaiter().GetResult()["listFindingsResults"]?[0]?["finding"]) is not null && (string?)kept["state"] == "INACTIVE", "the finding is there, and closed");

        Assert.Equal($"{there}/locations/global/findings/f1", (string?)kept!["name"]);
        Assert.Equal(("C", "HIGH", "2026-01-10T10:00:00Z"), ((string?)kept["category"], (string?)kept["severity"], (string?)kept["eventTime"]));
        Assert.NotEqual("MUTED", (string?)kept["mute"]);
        await UntilAsync(() => WaitingAsync(server).GetAwaiter().GetResult() == 0, "an empty outbox");
    }

    [Fact]
    public async Task WhatAFileDeclaresIsSeenOverTheApiAndChangedOnlyThere()
    {
        await using var receiver = await FakeHttp.StartAsync(_ => new FakeAnswer(200, ""));
        await using var server = await RunningServer.StartAsync(with: With(Hook("ops", new(receiver.Url, "hook-secret"), "severity=\"HIGH\"")));
        const string name = $"{Node}/locations/global/notificationConfigs/ops";

        var listed = (await server.DoAsync("GET", $"/v2/{Node}/locations/global/notificationConfigs"))["notificationConfigs"]![0]!;
        Assert.Equal((name, "severity=\"HIGH\""), ((string?)listed["name"], (string?)listed["streamingConfig"]!["filter"]));
        Assert.DoesNotContain("hook-secret", listed.ToJsonString(), StringComparison.Ordinal);
        foreach (var (method, body) in new[] { ("DELETE", null), ("PATCH", """{"description":"x","pubsubTopic":"projects/p/topics/ttt"}""") })
        {
            var (status, fault) = await server.SendAsync(method, $"/v2/{name}", body);
            Assert.Equal((HttpStatusCode.BadRequest, "FAILED_PRECONDITION"), (status, (string?)fault["error"]!["status"]));
        }
    }

    [Fact]
    public async Task TheStoreFollowsTheFile()
    {
        await using var server = await RunningServer.StartAsync();
        var store = server.Services.GetRequiredService<NotificationConfigStore>();
        static NotificationConfig Declared(string id, string filter = "") =>
            new() { Name = $"{Node}/locations/global/notificationConfigs/{id}", Parent = Node, Filter = filter, Target = """{"kind":"webhook"}""" };
        await server.DoAsync("POST", $"/v2/{Node}/locations/global/notificationConfigs?configId=api", """{"pubsubTopic":"projects/p/topics/ttt"}""");

        await store.DeclareAsync([Declared("a"), Declared("b")], Cancel);
        var first = await store.FindAsync(Declared("a").Name, Cancel);
        await CreateAsync(server, await server.SourceAsync(), "f1");
        await store.DeclareAsync([Declared("a"), Declared("c", "severity=\"LOW\"")], Cancel);

        Assert.Equal(["a", "api", "c"], (await store.ListAsync("", "", 10, Cancel)).Items.Select(config => config.Name.Split('/')[^1]));
        Assert.Equal(first, await store.FindAsync(Declared("a").Name, Cancel));
        Assert.DoesNotContain(await server.Services.GetRequiredService<Outbox>().BacklogAsync(Cancel), backlog => backlog.Config.EndsWith("/b", StringComparison.Ordinal));
        Assert.Equal(Refusal.AlreadyExists, (await Assert.ThrowsAsync<RefusedException>(() => store.DeclareAsync([Declared("api")], Cancel))).Refusal);
    }

    [Theory]
    [InlineData("--allow-outbound: 'a b' is no host", "--allow-outbound", "a b")]
    [InlineData("--proxy must be", "--proxy", "socks5://example.com")]
    [InlineData("--notification-days is 0", "--notification-days", "0")]
    [InlineData("there is no such file", "--targets", "/nonexistent/targets.json")]
    [InlineData("the filter of 'ops': column 1", "--targets", "FILE")]
    public async Task AWrongOptionIsTold(string said, params string[] arguments)
    {
        var file = _folder.File("targets.json");
        await File.WriteAllTextAsync(file, """{"version":1,"targets":[{"name":"ops","below":"organizations/1","filter":"no such thing","webhook":{"url":"https://example.com"} }]}""", Cancel);
        using StringWriter error = new(CultureInfo.InvariantCulture);

        string[] all = ["--insecure", "--http-port", "0", "--grpc-port", "0", "--data", _folder.File("data"), .. arguments.Select(argument => argument == "FILE" ? file : argument)];
        Assert.Equal(2, await Davy.Server.Program.RunAsync(all, new System.Collections.Hashtable(), error));

        Assert.StartsWith("davyd: ", error.ToString(), StringComparison.Ordinal);
        Assert.Contains(said, error.ToString(), StringComparison.Ordinal);
    }

    static string Id(FakeRequest request) => request.Header(WebhookSignature.IdHeader);
}
