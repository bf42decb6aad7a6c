using System.Collections.Concurrent;
using System.Text;
using Davy.Logs;
using Davy.Storage;
using Davy.Tests.Storage;
using Davy.Tests.Watching;
using NATS.Client.JetStream.Models;

namespace Davy.Tests.Ingest.Nats;

/// <summary>When messages of a stream are acknowledged, when they come again, and how many are taken at once.</summary>
public sealed class NatsSourceTests
{
    static readonly int Entries = TestLength.Of(whole: 20_000, quick: 2_000);

    readonly ConcurrentQueue<string> _kept = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static IEnumerable<byte[]> Texts(int count) => Enumerable.Range(0, count).Select(number => Encoding.UTF8.GetBytes($"message {number}"));

    Task KeepAsync(IReadOnlyList<(ReadOnlyMemory<byte> Json, EntryLocation Location)> records)
    {
        foreach (var (json, _) in records) _kept.Enqueue(Encoding.UTF8.GetString(json.Span));
        return Task.CompletedTask;
    }

    [Fact]
    public async Task AMessageIsAcknowledgedWhenItIsKeptAndNotBefore()
    {
        await using var server = await TestNatsServer.StartAsync();
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var running = await RunningNats.StartAsync(server.Declared, async (records, _) =>
        {
            await open.Task;
            await KeepAsync(records);
        });
        await server.PublishAsync(Texts(10));
        await TestNatsServer.UntilAsync(async () => (await server.InfoAsync()).NumAckPending == 10, "they are not delivered");

        open.SetResult();
        await server.EmptyAsync();
        Assert.Equal(10, _kept.Distinct().Count());

        // The consumer was made by the source: it never gives up, and waits for each acknowledgement.
        var made = (await server.InfoAsync()).Config;
        Assert.Equal((ConsumerConfigAckPolicy.Explicit, -1L, TimeSpan.FromSeconds(30)), (made.AckPolicy, made.MaxDeliver, made.AckWait));
    }

    [Fact]
    public async Task AStoreThatIsSlowBoundsWhatIsTakenAndNothingComesTwiceMeanwhile()
    {
        await using var server = await TestNatsServer.StartAsync();
        await server.AddConsumerAsync();
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await server.PublishAsync(Texts(Entries));
        await using var running = await RunningNats.StartAsync(server.Declared, async (records, _) =>
        {
            await open.Task;
            await KeepAsync(records);
        });
        await TestNatsServer.UntilAsync(async () => (await server.InfoAsync()).NumAckPending >= 900, "it does not take what it may");

        // Longer than the server waits for an acknowledgement: what is in our hands is not delivered again.
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, Cancel);
        var info = await server.InfoAsync();
        Assert.InRange(info.NumAckPending, 900, 1_024);
        Assert.Equal(0, info.NumRedelivered);

        open.SetResult();
        await server.EmptyAsync();
        Assert.Equal(Entries, _kept.Count);
        Assert.Equal(Entries, _kept.Distinct().Count());
    }

    [Fact]
    public async Task LargeMessagesAreBoundedByTheirBytes()
    {
        await using var server = await TestNatsServer.StartAsync();
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await server.PublishAsync(Enumerable.Range(0, 40).Select(number => Encoding.UTF8.GetBytes($"{number}{new string(' ', 1_000_000)}")));
        await using var running = await RunningNats.StartAsync(server.Declared, async (records, _) =>
        {
            await open.Task;
            await KeepAsync(records);
        });

        // 16 MiB, of which the place for one more of the largest is kept free.
        await TestNatsServer.UntilAsync(async () => (await server.InfoAsync()).NumAckPending >= 14, "it does not take what it may");
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Cancel);
        Assert.InRange((await server.InfoAsync()).NumAckPending, 14, 16);

        open.SetResult();
        await server.EmptyAsync();
        Assert.Equal(40, _kept.Distinct().Count());
    }

    [Fact]
    public async Task AMessageFromWhenTheServerTookLargerOnesIsTakenByItself()
    {
        await using var server = await TestNatsServer.StartAsync("max_payload: 20MB");
        await server.PublishAsync([.. Texts(300), new byte[17 << 20], .. Texts(600).Skip(300)]);
        server.Kill();
        await server.RestartAsync("max_payload: 1MB");
        await using var running = await RunningNats.StartAsync(server.Declared, (records, _) => KeepAsync(records));

        await server.EmptyAsync();
        Assert.Equal(601, _kept.Count);
        Assert.Contains(_kept, text => text.Length == 17 << 20);
    }

    [Fact]
    public async Task OneThatFailsHoldsUpNoOtherAndIsKeptOnceItCanBe()
    {
        await using var server = await TestNatsServer.StartAsync();
        var isMended = false;
        await server.PublishAsync(Texts(Entries).Select((text, number) => number % 100 == 7 ? Encoding.UTF8.GetBytes($"poison {number}") : text));
        await using var running = await RunningNats.StartAsync(server.Declared, (records, _) =>
        {
            if (!Volatile.Read(ref isMended) && records.Any(record => record.Json.Span.StartsWith("poison"u8))) throw new InvalidOperationException("It cannot be kept.");
            return KeepAsync(records);
        });

        await TestNatsServer.UntilAsync(() => Task.FromResult(_kept.Count == Entries - (Entries / 100)), () => $"the others are not kept: {_kept.Count}, {running.Log}");
        await running.ToldAsync("It cannot be kept.");
        Assert.DoesNotContain(_kept, text => text.StartsWith("poison", StringComparison.Ordinal));

        Volatile.Write(ref isMended, true);
        await server.EmptyAsync();
        Assert.Equal(Entries, _kept.Distinct().Count());
        await running.WellAsync();
    }

    [Fact]
    public async Task WhatItHasNotBegunWhenItStopsIsDeliveredToTheNextAtOnce()
    {
        await using var server = await TestNatsServer.StartAsync();
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await server.PublishAsync(Texts(500));

        // What is not given back would come again after an hour.
        await server.AddConsumerAsync(config => config.AckWait = TimeSpan.FromHours(1));
        await using (var running = await RunningNats.StartAsync(server.Declared, async (_, cancel) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancel);
        }))
        {
            await begun.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancel);
        }

        await using var next = await RunningNats.StartAsync(server.Declared, (records, _) => KeepAsync(records));
        await server.EmptyAsync();
        Assert.Equal(500, _kept.Distinct().Count());
    }

    [Fact]
    public async Task EntriesEnvelopesAndWhatIsNeitherAreKeptWithTheirPlace()
    {
        await using var server = await TestNatsServer.StartAsync();
        await using var database = await TestDatabase.MigratedAsync(DatabaseKind.Sqlite, Cancel);
        await using SomeWatch seen = new(database.Database, TimeProvider.System);
        await using var running = await RunningNats.StartAsync(server.Declared, (records, cancel) => seen.Watch.ObserveAsync(records, "nats/logs", null, cancel));
        var entry = SomeEntries.SystemEvent("acme-prod", "web").ToJsonString();
        var envelope = PushedMessage.Of(1, "web", isDeployment: false, SomeEntries.Activity("acme-prod", "web").ToJsonString()).Body;
        await server.PublishAsync(((string[])[entry, envelope, "no entry", "", $$"""{"textPayload": "{{new string('x', 900_000)}}"}""", entry]).Select(Encoding.UTF8.GetBytes));

        await server.EmptyAsync();
        Assert.Contains("caller@example.com", (string)(await database.ScalarAsync("SELECT CAST(document AS text) FROM findings", Cancel))!, StringComparison.Ordinal);
        Assert.Equal("nats/logs/3:1:0,nats/logs/4:1:0", await database.ScalarAsync("SELECT group_concat(place) FROM (SELECT place FROM rejected_entries ORDER BY place)", Cancel));
        var totals = seen.Watch.Counts["nats/logs"].Totals.Came;
        Assert.Equal((6, 2, 1, 1, 2), (totals.Received, totals.Accepted, totals.Ignored, totals.Duplicates, totals.Rejected));
    }
}
