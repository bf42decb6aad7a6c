using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Davy.Outbound;
using Davy.Storage;
using Davy.Tests.EndToEnd;
using Davy.Tests.Fakes;
using Davy.Tests.Google;
using Davy.Tests.Storage;

namespace Davy.Tests.Ingest;

/// <summary>
/// davyd is ended again and again while it pulls, at once or by SIGTERM: what it has acknowledged is kept at every such moment, and at the end everything is there once. Pub/Sub delivers
/// each message one to five times, in any order.
/// </summary>
public sealed class PubsubPullCrashTests : IDisposable
{
    static readonly int Services = TestLength.Of(whole: 150, quick: 40);
    static readonly int Ends = TestLength.Of(whole: 12, quick: 2);

    readonly TemporaryFolder _folder = new();
    int _cutOff;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task WhatWasAcknowledgedIsKeptAndNothingTwiceWheneverItEnds(DatabaseKind kind)
    {
        await using var database = await TestDatabase.MigratedAsync(kind, Cancel);
        Assert.Equal("", string.Join(", ", await RunAsync(database, isHasty: false)));

        Assert.True(_cutOff > 0, "Nothing was in work: the process was never ended while entries came.");
        Assert.Equal((long)Services, Convert.ToInt64(await database.ScalarAsync("SELECT count(*) FROM findings", Cancel), CultureInfo.InvariantCulture));
        if (kind is DatabaseKind.Sqlite) Assert.Equal("ok", await database.ScalarAsync("PRAGMA integrity_check", Cancel));
    }

    [Fact]
    public async Task WhereItIsAcknowledgedBeforeItIsKeptTheSameChecksFindTheLoss()
    {
        await using var database = await TestDatabase.MigratedAsync(DatabaseKind.Sqlite, Cancel);
        Assert.Contains(await RunAsync(database, isHasty: true), fault => fault.EndsWith("is not kept", StringComparison.Ordinal));
    }

    /// <summary>Nothing can be kept for a while, and the messages are as large as entries become: what cannot be kept stays with Pub/Sub.</summary>
    [Fact]
    public async Task MemoryIsBoundedWhereTheStoreIsSlow()
    {
        var messages = TestLength.Of(whole: 600, quick: 0);
        Assert.SkipWhen(messages == 0, "takes a minute: DAVY_TEST_WHOLE=1 asks for it");
        await using var database = await TestDatabase.MigratedAsync(DatabaseKind.Sqlite, Cancel);
        await using var pubsub = await FakePubsub.StartAsync(PulledServer.Topic);
        var subscription = pubsub.Add(new(PulledServer.Name, PulledServer.Topic, 2, TimeProvider.System) { MostBytes = 16_000_000 });
        for (var number = 0; number < messages; number++)
        {
            var entry = SomeEntries.SystemEvent("acme-prod", $"web-{number}");
            entry["labels"] = new JsonObject { ["note"] = new string('x', 500_000) };
            subscription.Add($"{number}", PushedMessage.Of(number, $"web-{number}", isDeployment: true, entry.ToJsonString()).Message);
        }

        await File.WriteAllTextAsync(_folder.File("davyd.json"), $$"""{"sources": [{"name": "logs", "kind": "pubsub-pull", "subscription": "{{PulledServer.Name}}"}]}""", Cancel);
        using var http = OutboundGuard.Client(SomeCredentials.Loopback);
        using var program = await StartAsync(http, database, pubsub);
        using var process = Process.GetProcessById(program.Id);
        for (var hold = 0; hold < 3; hold++)
        {
            await using (await PulledServer.LockedAsync(database))
            {
                await PulledServer.UntilAsync(() => subscription.Now is { Outstanding: > 0, Extended: > 0 } or { IsDone: true }, () => subscription.Now);
            }
        }

        await PulledServer.UntilAsync(() => subscription.Now.IsDone, () => subscription.Now);
        process.Refresh();
        var peak = process.PeakWorkingSet64;
        TestContext.Current.SendDiagnosticMessage($"{messages} messages, {subscription.Now.MostOutstandingBytes >> 20} MiB in work at most, {peak >> 20} MiB of memory at most");
        Assert.InRange(peak, 1, 512L << 20);
        Assert.InRange(subscription.Now.MostOutstandingBytes, 16L << 20, 64L << 20);
    }

    /// <summary>Delivers all messages while the process is ended several times.</summary>
    /// <returns>What is not as it must be.</returns>
    async Task<List<string>> RunAsync(TestDatabase database, bool isHasty)
    {
        await using var pubsub = await FakePubsub.StartAsync(PulledServer.Topic);
        Random chance = new(5), order = new(6);
        var subscription = pubsub.Add(new(PulledServer.Name, PulledServer.Topic, 2, TimeProvider.System) { Order = order, Copies = () => 1 + chance.Next(5), IsHasty = isHasty });
        var messages = KnownDeployments.Messages(Services).DistinctBy(message => message.Number).ToDictionary(message => message.Number.ToString(CultureInfo.InvariantCulture));
        foreach (var (id, message) in messages) subscription.Add(id, message.Message);

        await File.WriteAllTextAsync(_folder.File("davyd.json"), $$"""{"sources": [{"name": "logs", "kind": "pubsub-pull", "subscription": "{{PulledServer.Name}}", "messages": 8}]}""", Cancel);
        using var http = OutboundGuard.Client(SomeCredentials.Loopback);
        List<string> faults = [];
        for (var end = 0; end < Ends; end++)
        {
            using var program = await StartAsync(http, database, pubsub);
            var until = messages.Count * (end + 1) / (Ends + 1);
            await PulledServer.UntilAsync(() => subscription.Acknowledged.Count >= until, () => $"end {end}: {subscription.Acknowledged.Count} of {until}, {subscription.Now}");
            await Task.Delay(TimeSpan.FromMilliseconds(end % 7), TimeProvider.System, Cancel);

            using var process = Process.GetProcessById(program.Id);
            var told = Stopwatch.GetTimestamp();
            if (end % 3 == 1 && !isHasty) Terminate(program);
            else process.Kill();
            await process.WaitForExitAsync(Cancel);
            TestContext.Current.SendDiagnosticMessage($"end {end}: {Stopwatch.GetElapsedTime(told).TotalMilliseconds:F0} ms, {subscription.Now}");
            if (subscription.Now.Outstanding > 0) _cutOff++;
            faults.AddRange(await FaultsAsync(isOver: false));
            if (isHasty && faults.Count > 0) return faults;
        }

        using (await StartAsync(http, database, pubsub))
        {
            await PulledServer.UntilAsync(() => subscription.Now.IsDone, () => subscription.Now);
            faults.AddRange(await FaultsAsync(isOver: true));
        }

        return faults;

        Task<List<string>> FaultsAsync(bool isOver) => KnownDeployments.FaultsAsync(database, [.. subscription.Acknowledged.Select(id => messages[id])], isOver);
    }

    async Task<BuiltProgram> StartAsync(HttpClient http, TestDatabase database, FakePubsub pubsub) =>
        (await StartedDavyd.StartAsync(http, ["--config", _folder.File("davyd.json"), "--data", _folder.File("data"), "--database", database.ConnectionString], ("PUBSUB_EMULATOR_HOST", pubsub.Http.Authority))).Program;

    static void Terminate(BuiltProgram program)
    {
        using var kill = BuiltProgram.Start("kill", ["-TERM", program.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.End();
    }
}
