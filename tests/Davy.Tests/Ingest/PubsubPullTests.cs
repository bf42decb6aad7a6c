using System.Text;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Tests.Fakes;
using Davy.Tests.Google;
using Microsoft.Extensions.DependencyInjection;

namespace Davy.Tests.Ingest;

/// <summary>What is pulled from Pub/Sub: when it is acknowledged, and what becomes of it where it cannot be kept or read.</summary>
public sealed class PubsubPullTests : IAsyncLifetime
{
    FakePubsub _pubsub = null!;
    FakeSubscription _subscription = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _pubsub = await FakePubsub.StartAsync(PulledServer.Topic);
        _subscription = _pubsub.Subscribe(PulledServer.Name, PulledServer.Topic, seconds: 2);
    }

    public ValueTask DisposeAsync() => _pubsub.DisposeAsync();

    void Publish(JsonNode entry) => _pubsub.Publish(PulledServer.Topic, Encoding.UTF8.GetBytes(entry.ToJsonString()));

    Task UntilAsync(Func<FakeSubscription.Counts, bool> holds) => PulledServer.UntilAsync(() => holds(_subscription.Now), () => _subscription.Now);

    int Asked(string method) => _pubsub.Http.Requests.Count(request => request.Path.EndsWith(method, StringComparison.Ordinal));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AMessageIsAFindingAndIsAcknowledged(bool emulator)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder.File("key.json"), SomeCredentials.ServiceAccount("http://127.0.0.1:1/never-asked").ToJsonString(), Cancel);
        Publish(SomeEntries.Activity("acme-prod", "web"));
        Publish(SomeEntries.SystemEvent("acme-prod", "web"));
        await using var server = await PulledServer.StartAsync(_pubsub, with: options => emulator
            ? options with { PubsubEmulator = _pubsub.Http.Url }
            : options with { Endpoints = new() { Pubsub = _pubsub.Http.Url }, Credentials = new() { File = folder.File("key.json") }, Outbound = SomeCredentials.Loopback });
        await UntilAsync(counts => counts.IsDone);

        Assert.Contains("caller@example.com", Assert.Single(await server.FindingsAsync()).ToJsonString(), StringComparison.Ordinal);
        Assert.Equal((2, 2, 0), (server.Totals.Came.Received, server.Totals.Came.Accepted, server.Totals.InFlight));
        Assert.All(_pubsub.Http.Requests, request => Assert.Equal(emulator, request.Header("Authorization") == ""));
        Assert.Null(server.Fault);
    }

    [Fact]
    public async Task WhatCannotBeKeptIsGivenBackAndKeptLater()
    {
        await using var server = await PulledServer.StartAsync(_pubsub);
        await server.ExecuteAsync("ALTER TABLE seen_entries RENAME TO away");
        Publish(SomeEntries.SystemEvent("acme-prod", "web"));
        await UntilAsync(counts => counts.GivenBack >= 2);
        Assert.Empty(_subscription.Acknowledged);
        Assert.Empty(await server.FindingsAsync());
        await PulledServer.UntilAsync(() => server.Fault is not null, () => "no fault");
        Assert.Contains("seen_entries", server.Fault, StringComparison.Ordinal);

        await server.ExecuteAsync("ALTER TABLE away RENAME TO seen_entries");
        await UntilAsync(counts => counts.IsDone);
        Assert.Single(await server.FindingsAsync());
        Assert.Equal(1, server.Totals.Came.Received);
        await PulledServer.UntilAsync(() => server.Fault is null, () => server.Fault);
    }

    [Fact]
    public async Task OneThatCannotBeKeptHoldsUpNoOther()
    {
        const int Services = 30;
        await using var server = await PulledServer.StartAsync(_pubsub);
        await server.ExecuteAsync("CREATE TRIGGER bad BEFORE INSERT ON findings WHEN NEW.document LIKE '%services/web-7\"%' BEGIN SELECT RAISE(ABORT, 'it cannot be kept'); END");
        for (var place = 0; place < Services; place++) Publish(SomeEntries.SystemEvent("acme-prod", $"web-{place}"));

        await UntilAsync(counts => counts.IsDone);
        Assert.Equal(Services - 1, (await server.FindingsAsync()).Count);
        Assert.Equal((Services - 1, 1), (server.Totals.Came.Accepted, server.Totals.Came.DeadLettered));

        await server.ExecuteAsync("DROP TRIGGER bad");
        var watch = server.Services.GetRequiredService<Watch>();
        var letter = Assert.Single(await watch.DeadLetters.ListAsync(null, 10, Cancel));
        Assert.Equal("pubsub/logs/8:1:0", letter.Place);
        Assert.Equal(ReplayResult.Kept, (await watch.ReplayAsync(letter.Key, Cancel))!.Result);
        Assert.Equal(Services, (await server.FindingsAsync()).Count);
    }

    [Fact]
    public async Task WhatCannotBeReadIsRejectedOnceAndAcknowledged()
    {
        var good = Convert.ToBase64String(Encoding.UTF8.GetBytes(SomeEntries.SystemEvent("acme-prod", "web").ToJsonString()));
        var other = Convert.ToBase64String(Encoding.UTF8.GetBytes(SomeEntries.SystemEvent("acme-prod", "api").ToJsonString()));
        string[] hostile =
        [
            "{}", """{"data": 7, "messageId": "1"}""", """{"data": "%%%", "messageId": "2"}""", """{"data": "\ud800", "messageId": "3"}""", """{"data": "", "messageId": "4"}""",
            """{"messageId": "5", "attributes": {"a": "\ud800"}}""", $$"""{"data": "{{Convert.ToBase64String("no entry"u8)}}", "messageId": "6\u001b[31m"}""", $$"""{"data": "{{Convert.ToBase64String("[{}]"u8)}}", "messageId": "../../etc"}""",
            $$"""{"data": "{{Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"insertId": "{{new string('x', 2_000_000)}}"}"""))}}", "messageId": "7"}""",
        ];
        for (var place = 0; place < hostile.Length; place++) _subscription.Add($"h{place}", hostile[place]);
        _subscription.Add("g1", $$"""{"data": "{{good}}", "messageId": "8"}""");
        _subscription.Add("g2", $$"""{"data": "{{other}}"}""");
        await using var server = await PulledServer.StartAsync(_pubsub);
        await UntilAsync(counts => counts.IsDone);

        Assert.Equal(hostile.Length + 2, _subscription.Acknowledged.Count);
        Assert.Equal(2, (await server.FindingsAsync()).Count);
        var kept = await server.Services.GetRequiredService<RejectedEntryStore>().ListAsync(null, 50, Cancel);
        Assert.Equal(hostile.Length, kept.Count);
        Assert.Contains(kept, entry => entry.Place == "pubsub/logs/2:1:0");
        Assert.All(kept, entry => Assert.Matches(@"\Apubsub/logs/[A-Za-z0-9_-]{1,64}:1:0\z", entry.Place));
        Assert.Null(server.Fault);

        // The same again, as Pub/Sub may: each has its place, so it is no other.
        for (var place = 0; place < hostile.Length; place++) _subscription.Add($"h{place}", hostile[place]);
        await UntilAsync(counts => counts.IsDone);
        Assert.Equal(hostile.Length, (await server.Services.GetRequiredService<RejectedEntryStore>().ListAsync(null, 50, Cancel)).Count);
    }

    [Theory]
    [InlineData(403, """{"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "User not authorized to perform this action."}}""")]
    [InlineData(404, """{"error": {"code": 404, "status": "NOT_FOUND", "message": "Resource not found (resource=davy)."}}""")]
    public async Task ARefusalIsToldUntilItPasses(int code, string answer)
    {
        Publish(SomeEntries.SystemEvent("acme-prod", "web"));
        var refused = 1;
        _pubsub.Fault = request => Volatile.Read(ref refused) == 1 ? new(code, answer) : null;
        await using var server = await PulledServer.StartAsync(_pubsub);
        await PulledServer.UntilAsync(() => server.Fault is not null, () => "a note");

        Volatile.Write(ref refused, 0);
        await UntilAsync(counts => counts.IsDone);
        await PulledServer.UntilAsync(() => server.Fault is null, () => "no note");
        Assert.Single(await server.FindingsAsync());
    }

    [Fact]
    public async Task WhatPassesByItselfIsWaitedForAndNotTold()
    {
        FakeAnswer[] faults = [new(200, "no JSON"), new(0, ""), FakeAnswer.Error(429, "RESOURCE_EXHAUSTED", "Later."), FakeAnswer.Error(503, "UNAVAILABLE", "Later.")];
        Publish(SomeEntries.SystemEvent("acme-prod", "web"));
        var next = -1;
        _pubsub.Fault = request => request.Path.EndsWith(":pull", StringComparison.Ordinal) && Interlocked.Increment(ref next) is var place && place < faults.Length ? faults[place] : null;
        await using var server = await PulledServer.StartAsync(_pubsub);
        await PulledServer.UntilAsync(() => { Assert.Null(server.Fault); return _subscription.Now.IsDone; }, () => _subscription.Now);
        Assert.Single(await server.FindingsAsync());
        Assert.True(next >= faults.Length);
    }

    [Fact]
    public async Task WhatCannotBeAcknowledgedComesAgainAndIsKnown()
    {
        var refused = 1;
        _pubsub.Fault = request => Volatile.Read(ref refused) == 1 && request.Path.EndsWith(":acknowledge", StringComparison.Ordinal) ? FakeAnswer.Error(503, "UNAVAILABLE", "Later.") : null;
        Publish(SomeEntries.SystemEvent("acme-prod", "web"));
        await using var server = await PulledServer.StartAsync(_pubsub);
        await PulledServer.UntilAsync(() => Asked(":acknowledge") >= 2, () => "it is tried again");
        Assert.Empty(_subscription.Acknowledged);
        await UntilAsync(counts => counts.Again >= 1);

        Volatile.Write(ref refused, 0);
        await UntilAsync(counts => counts.IsDone);
        Assert.Single(await server.FindingsAsync());
        Assert.True(server.Totals.Came.Duplicates >= 1);
    }
}
