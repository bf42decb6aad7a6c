using System.Collections.Concurrent;
using System.Diagnostics;
using Davy.Storage;
using Davy.Tests.EndToEnd;
using Davy.Tests.Storage;
using Davy.Tests.Watching;

namespace Davy.Tests.Ingest.Nats;

/// <summary>davyd is killed again and again while it takes a stream: what was acknowledged is kept at every such moment, and at the end everything is there once.</summary>
public sealed class NatsCrashTests : IDisposable
{
    static readonly int Kills = TestLength.Of(whole: 6, quick: 1);
    static readonly int Entries = TestLength.Of(whole: 100_000, quick: 3_000);
    static readonly int Services = TestLength.Of(whole: 500, quick: 40);

    readonly TemporaryFolder _folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task WhatWasAcknowledgedIsKeptAndNothingTwiceWheneverItIsKilled(DatabaseKind kind)
    {
        await using var database = await TestDatabase.MigratedAsync(kind, Cancel);
        await using var server = await TestNatsServer.StartAsync();
        await server.AddConsumerAsync();
        var traffic = NatsTraffic.Of(Services, Entries, seed: 1);
        await server.PublishAsync(traffic.Contents);
        List<string> faults = [];
        var cutOff = 0L;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var program = Start(server, database, "one");
            await AtAsync(server, traffic.Count, kill + 1, Kills + 1);
            await Task.Delay(TimeSpan.FromMilliseconds(kill * 7 % 50), TimeProvider.System, Cancel);
            await KillAsync(program);
            cutOff += await server.LeftAsync();
            faults.AddRange(await traffic.FaultsAsync(database, (await server.InfoAsync()).AckFloor.StreamSeq, Cancel));
        }

        Assert.True(cutOff > 0, "Everything was acknowledged before it was killed.");
        using (var last = Start(server, database, "one"))
        {
            await server.EmptyAsync();
            using var kill = BuiltProgram.Start("kill", ["-TERM", $"{last.Id}"]);
            Assert.Equal(0, last.End().Code);
        }

        faults.AddRange(await traffic.FaultsAsync(database, null, Cancel));
        Assert.Equal("", string.Join(", ", faults));
        if (kind is DatabaseKind.Sqlite) Assert.Equal("ok", await database.ScalarAsync("PRAGMA integrity_check", Cancel));
    }

    [Fact]
    public async Task OfThreeThatShareAConsumerTwoAreKilledAndNothingIsMissing()
    {
        await using var database = await TestDatabase.MigratedAsync(DatabaseKind.PostgreSql, Cancel);
        await using var server = await TestNatsServer.StartAsync();
        await server.AddConsumerAsync();
        await server.AddConsumerAsync(name: "unbroken");
        var traffic = NatsTraffic.Of(Services, Entries, seed: 2);
        using var one = Start(server, database, "one");
        using var two = Start(server, database, "two");
        using var three = Start(server, database, "three");
        await TestNatsServer.UntilAsync(async () => (await server.InfoAsync()).NumWaiting >= 3, "not all three ask for messages");
        await server.PublishAsync(traffic.Contents);

        await AtAsync(server, traffic.Count, 1, 3);
        await KillAsync(one);
        await AtAsync(server, traffic.Count, 2, 3);
        await KillAsync(two);
        await server.EmptyAsync();
        Assert.Equal("", string.Join(", ", await traffic.FaultsAsync(database, null, Cancel)));

        // And it is what one makes of it that is never killed.
        await using var other = await TestDatabase.MigratedAsync(DatabaseKind.Sqlite, Cancel);
        await using (SomeWatch seen = new(other.Database, TimeProvider.System, remembered: 100_000))
        await using (await RunningNats.StartAsync(server.Declared with { Consumer = "unbroken" }, (records, cancel) => seen.Watch.ObserveAsync(records, "nats/logs", null, cancel)))
        {
            await server.EmptyAsync("unbroken");
        }

        Assert.Equal(await NatsTraffic.SummaryAsync(other, Cancel), (await NatsTraffic.SummaryAsync(database, Cancel)));
    }

    [Fact]
    public async Task WhereItIsAcknowledgedBeforeItIsKeptTheSameChecksFindTheLoss()
    {
        await using var database = await TestDatabase.MigratedAsync(DatabaseKind.Sqlite, Cancel);
        await using var server = await TestNatsServer.StartAsync();
        await server.AddConsumerAsync();
        var traffic = NatsTraffic.Of(services: 40, entries: 2_000, seed: 4);
        await server.PublishAsync(traffic.Contents);
        ConcurrentQueue<int> promised = new();

        // It says that it has kept what it means to keep later on; then it dies.
        await using (await RunningNats.StartAsync(server.Declared, (records, _) =>
        {
            promised.Enqueue(records.Count);
            return Task.CompletedTask;
        }))
        {
            await AtAsync(server, traffic.Count, 1, 2);
        }

        Assert.NotEmpty(promised);
        Assert.Contains(await traffic.FaultsAsync(database, (await server.InfoAsync()).AckFloor.StreamSeq, Cancel), fault => fault.EndsWith("is not kept", StringComparison.Ordinal));

        await using (SomeWatch seen = new(database.Database, TimeProvider.System, remembered: 100_000))
        await using (await RunningNats.StartAsync(server.Declared, (records, cancel) => seen.Watch.ObserveAsync(records, "nats/logs", null, cancel)))
        {
            await server.EmptyAsync();
        }

        Assert.Contains(await traffic.FaultsAsync(database, null, Cancel), fault => fault.EndsWith("is not kept", StringComparison.Ordinal));
    }

    BuiltProgram Start(TestNatsServer server, TestDatabase database, string name)
    {
        File.WriteAllText(_folder.File($"{name}.json"), $$"""
            {"organization": "1", "sources": [{"name": "logs", "kind": "nats", "url": "{{server.Url}}", "stream": "{{TestNatsServer.Stream}}", "consumer": "{{TestNatsServer.Consumer}}"}]}
            """);
        return BuiltProgram.Start(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "davyd.exe" : "davyd"),
            ["--config", _folder.File($"{name}.json"), "--data", _folder.File(name), "--database", database.ConnectionString, "--http-port", "0", "--grpc-port", "0", "--insecure", "--log-level", "Error"]);
    }

    /// <summary>Waits until so many of the parts are acknowledged.</summary>
    static Task AtAsync(TestNatsServer server, int all, int part, int parts) =>
        TestNatsServer.UntilAsync(async () => await server.LeftAsync() <= (long)all * (parts - part) / parts, $"part {part} of {parts} is not acknowledged");

    static async Task KillAsync(BuiltProgram program)
    {
        using var process = Process.GetProcessById(program.Id);
        process.Kill();
        await process.WaitForExitAsync(Cancel);
    }
}
