using System.Text;
using System.Text.Json.Nodes;
using Davy.Benchmarks.Generation;
using Davy.Google;
using Davy.Logs;
using Davy.Outbound;
using Davy.Server.Ingest;
using Davy.Storage;
using Davy.Tests.Fakes;
using Davy.Tests.Google;
using Davy.Tests.Storage;
using Davy.Tests.Watching;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Ingest;

/// <summary>How much is pulled at a time, how it is held while it is in work, and that in the end everything is there once.</summary>
public sealed class PubsubFlowTests : IAsyncLifetime
{
    FakePubsub _pubsub = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pubsub = await FakePubsub.StartAsync(PulledServer.Topic);

    public ValueTask DisposeAsync() => _pubsub.DisposeAsync();

    FakeSubscription Subscribe(int seconds = 10, int mostBytes = 10_000_000) => _pubsub.Add(new(PulledServer.Name, PulledServer.Topic, seconds, TimeProvider.System) { MostBytes = mostBytes });

    void Publish(int count, Func<int, JsonObject> entry)
    {
        for (var place = 0; place < count; place++) _pubsub.Publish(PulledServer.Topic, Encoding.UTF8.GetBytes(entry(place).ToJsonString()));
    }

    static Task UntilAsync(FakeSubscription subscription, Func<FakeSubscription.Counts, bool> holds) => PulledServer.UntilAsync(() => holds(subscription.Now), () => subscription.Now);

    /// <summary>How many deployments each finding has.</summary>
    static SortedDictionary<string, int> Found(IEnumerable<JsonNode> findings) =>
        new(findings.ToDictionary(finding => ((string)finding["name"]!).Split('/')[^1], finding => (int)finding["sourceProperties"]!["properties"]!["occurrences"]!["count"]!), StringComparer.Ordinal);

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task EveryEntryOneToFiveTimesInAnyOrderIsWhatItIsOnceInOrder(DatabaseKind kind)
    {
        await using var server = await PulledServer.StartAsync(_pubsub, messages: kind is DatabaseKind.Sqlite ? 1_000 : 4_000, kind: kind);
        using MemoryStream log = new();
        var answer = new LogGenerator(new() { Bytes = TestLength.Of(whole: 250_000_000, quick: 1_500_000), Seed = 7, CloudRunPercent = TestLength.Of(whole: 10, quick: 90) }).Write(log);
        if (TestLength.Of(whole: 1, quick: 0) == 1) Assert.True(answer.Entries >= 100_000, $"{answer.Entries} entries");
        Random chance = new(7), order = new(8);
        var subscription = _pubsub.Add(new(PulledServer.Name, PulledServer.Topic, 60, TimeProvider.System) { Order = order, Copies = () => 1 + chance.Next(5) });
        var lines = Lines(log).ToList();
        foreach (var line in lines) _pubsub.Publish(PulledServer.Topic, line);
        await UntilAsync(subscription, counts => counts.IsDone);

        var found = Found(await server.FindingsAsync());
        Assert.Equal(answer.Findings, found.Count);
        Assert.True(found.Count > 1, "There is too little to find.");
        Assert.Equal(answer.Entries, subscription.Acknowledged.Count);
        await PulledServer.UntilAsync(() => server.Totals.InFlight == 0, () => server.Totals);
        Assert.Equal((subscription.Now.Deliveries, 0), (server.Totals.Came.Received, server.Totals.Came.Rejected));

        await using var database = await TestDatabase.MigratedAsync(DatabaseKind.Sqlite, Cancel);
        await using SomeWatch inOrder = new(database.Database, TimeProvider.System, remembered: 250_000);
        foreach (var some in lines.Chunk(500)) await inOrder.Watch.ObserveAsync([.. some.Select((line, place) => ((ReadOnlyMemory<byte>)line, new EntryLocation("test", place + 1, 0)))], "test", null, Cancel);
        var once = await database.Database.ReadAsync(async connection =>
        {
            await using var ask = connection.Command("SELECT CAST(document AS text) FROM findings");
            return await ask.ToListAsync(row => JsonNode.Parse(row.Text(0)!)!, Cancel);
        }, Cancel);
        Assert.Equal(Found(once), found);
    }

    static IEnumerable<byte[]> Lines(MemoryStream log)
    {
        for (var (from, all) = (0, log.GetBuffer().AsMemory(0, (int)log.Length)); from < all.Length;)
        {
            var length = all[from..].Span.IndexOf((byte)'\n') is >= 0 and var end ? end : all.Length - from;
            if (length > 0) yield return all.Slice(from, length).ToArray();
            from += length + 1;
        }
    }

    [Fact]
    public async Task WhatIsInWorkForLongIsHeld()
    {
        var subscription = Subscribe(seconds: 1);
        await using var server = await PulledServer.StartAsync(_pubsub);
        await using (await server.LockedAsync())
        {
            Publish(3, place => SomeEntries.SystemEvent("acme-prod", $"web-{place}"));
            await UntilAsync(subscription, counts => counts.Extended >= 9);
            Assert.Equal((3, 0), (subscription.Now.Outstanding, subscription.Acknowledged.Count));
        }

        await UntilAsync(subscription, counts => counts.IsDone);
        Assert.Equal(3, (await server.FindingsAsync()).Count);
    }

    [Fact]
    public async Task WhatIsHeldIsNotHeldForEver()
    {
        FakeTimeProvider clock = new();
        await using var pubsub = await FakePubsub.StartAsync(clock, PulledServer.Topic);
        var subscription = pubsub.Subscribe(PulledServer.Name, PulledServer.Topic, seconds: 600);
        pubsub.Publish(PulledServer.Topic, "{}"u8.ToArray());
        using var http = OutboundGuard.Client(SomeCredentials.Loopback);
        PubsubSubscription pulled = new(PulledServer.Name, () => new(http, null, TimeProvider.System), pubsub.Http.Url);
        var message = Assert.Single((await pulled.PullAsync(10, Cancel)).Messages);
        Assert.Equal(600, await pulled.DeadlineAsync(Cancel));

        await using PubsubLease lease = new(pulled, [message.AckId], 600, clock);
        clock.Advance(TimeSpan.FromSeconds(300));
        await UntilAsync(subscription, counts => counts.Extended == 1);
        await lease.Holding.WaitAsync(TimeSpan.FromMinutes(1), Cancel);

        clock.Advance(TimeSpan.FromSeconds(599));
        Assert.Equal((1, 0), (subscription.Now.Outstanding, subscription.Now.Ready));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((0, 1), (subscription.Now.Outstanding, subscription.Now.Ready));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task NoMoreMessagesAreInWorkThanMayBe(int most)
    {
        var subscription = Subscribe();
        await using var server = await PulledServer.StartAsync(_pubsub, messages: most);
        await using (await server.LockedAsync())
        {
            Publish(50, place => SomeEntries.SystemEvent("acme-prod", $"web-{place}"));
            await UntilAsync(subscription, counts => counts.Outstanding == most);
        }

        await UntilAsync(subscription, counts => counts.IsDone);
        Assert.Equal((most, 50), (subscription.Now.MostOutstanding, (await server.FindingsAsync()).Count));
    }

    [Fact]
    public async Task NoMoreBytesAreInWorkThanMayBe()
    {
        var subscription = Subscribe();
        Publish(60, Large);
        await using var server = await PulledServer.StartAsync(_pubsub, megabytes: 16);
        await UntilAsync(subscription, counts => counts.IsDone);

        Assert.InRange(subscription.Now.MostOutstandingBytes, 5L << 20, 16L << 20);
        Assert.Equal(60, (await server.FindingsAsync()).Count);
    }

    /// <summary>Pub/Sub says nothing of how long its answers may become; what is too long is asked for in smaller pieces.</summary>
    [Fact]
    public async Task AnswersThatAreTooLongBecomeShorter()
    {
        var subscription = Subscribe(seconds: 1, mostBytes: int.MaxValue);
        Publish(40, Large);
        await using var server = await PulledServer.StartAsync(_pubsub, messages: 100, megabytes: 16);
        await UntilAsync(subscription, counts => counts.IsDone);
        Assert.True(subscription.Now.Expired > 0, "No answer was too long.");
        Assert.Equal(40, (await server.FindingsAsync()).Count);
    }

    static JsonObject Large(int place)
    {
        var entry = SomeEntries.SystemEvent("acme-prod", $"web-{place}");
        entry["labels"] = new JsonObject { ["note"] = new string('x', 500_000) };
        return entry;
    }

    [Fact]
    public async Task WhoIsToldToStopGivesBackWhatIsNotKept()
    {
        var subscription = Subscribe(seconds: 600);
        await using var server = await PulledServer.StartAsync(_pubsub, messages: 8);
        Task stopping;
        await using (await server.LockedAsync())
        {
            Publish(20, place => SomeEntries.SystemEvent("acme-prod", $"web-{place}"));
            await UntilAsync(subscription, counts => counts.Outstanding == 8);
            stopping = server.StopAsync();
            await UntilAsync(subscription, counts => counts is { Outstanding: 0, GivenBack: >= 8 });
            Assert.Equal(20, subscription.Now.Ready + subscription.Acknowledged.Count);
        }

        await stopping;
    }

    [Fact]
    public async Task WhoIsToldToStopKeepsAndAcknowledgesWhatHasBegun()
    {
        var subscription = Subscribe(seconds: 600);
        await using var server = await PulledServer.StartAsync(_pubsub, messages: 8);
        var locked = await server.LockedAsync();
        Publish(8, place => SomeEntries.SystemEvent("acme-prod", $"web-{place}"));
        await UntilAsync(subscription, counts => counts.Outstanding == 8);
        var stopping = server.StopAsync();
        await locked.DisposeAsync();
        await stopping;

        Assert.Equal(8, subscription.Acknowledged.Count + subscription.Now.Ready);
        Assert.Equal(0, subscription.Now.Outstanding);
        Assert.True(subscription.Acknowledged.Count > 0, "What has begun is kept.");
    }
}
