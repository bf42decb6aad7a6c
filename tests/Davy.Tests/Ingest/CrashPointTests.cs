using System.Globalization;
using Davy.Storage;
using Davy.Tests.Api;
using Davy.Tests.Fakes;
using Davy.Tests.Storage;
using Microsoft.Data.Sqlite;

namespace Davy.Tests.Ingest;

/// <summary>
/// davyd is killed by strace at one call of the kernel after another while it takes entries, and started again: whatever was answered is kept, nothing is kept twice, and what was not
/// answered is taken when it comes again. <c>DAVY_TEST_CRASH_POINTS</c> says at how many; the figures of a long run stand in docs/reliability.md.
/// </summary>
public sealed class CrashPointTests : IAsyncLifetime
{
    static readonly string[] Calls = ["pwrite64", "fsync", "fdatasync", "write", "sendto", "sendmsg", "rename", "ftruncate"];
    static readonly int Points = AskedFor ?? TestLength.Of(whole: 144, quick: 2);

    readonly TemporaryFolder _folder = new();
    TestDatabase _empty = null!;
    int _copies;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

#pragma warning disable RS0030 // The tests have no Program that could pass it on.
    static int? AskedFor => int.TryParse(Environment.GetEnvironmentVariable("DAVY_TEST_CRASH_POINTS"), CultureInfo.InvariantCulture, out var points) ? points : null;
#pragma warning restore RS0030

    public async ValueTask InitializeAsync() => _empty = await TestDatabase.MigratedAsync(DatabaseKind.Sqlite, Cancel);

    public async ValueTask DisposeAsync()
    {
        await _empty.DisposeAsync();
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public async Task WhatWasAnsweredIsKeptOnceAtWhateverCallItIsKilled()
    {
        Assert.SkipUnless(await TracedServer.CanTraceAsync(), "needs strace, and the right to trace");
        var points = await PointsAsync();
        var (killed, cut, faults) = (0, 0, new List<string>());
        foreach (var (call, number) in points)
        {
            using PushTrial trial = new();
            var database = Copy();
            if (await KilledAsync(trial, database, call, number, url => url)) killed++;
            if (trial.Left.Count > 0 && trial.Answered.Any()) cut++;
            faults.AddRange((await StartAgainAsync(trial, database)).Select(fault => $"killed at {call} {number}: {fault}"));
        }

        TestContext.Current.SendDiagnosticMessage($"{points.Count} points, killed at {killed}, in the midst of the messages at {cut}, {faults.Count} faults");
        Assert.Equal("", string.Join(Environment.NewLine, faults));

        // Killed it must have been, and in the midst of the work, else nothing is shown. Threads share the calls otherwise each time, so some numbers are not reached.
        Assert.True(killed >= points.Count * 5 / 6, $"killed at {killed} of {points.Count} points only");
        Assert.True(cut >= killed / 3, $"{cut} of {killed} fell between two answers only");
    }

    [Fact]
    public async Task WhereItIsAnsweredBeforeItIsKeptTheSameChecksFindTheLoss()
    {
        Assert.SkipUnless(await TracedServer.CanTraceAsync(), "needs strace, and the right to trace");
        using PushTrial trial = new(), inner = new();
        var database = Copy();
        Uri behind = null!;
        List<Task> sent = [];
        await using var hasty = await FakeHttp.StartAsync(request =>
        {
            lock (sent) sent.Add(inner.PushAsync(behind, request.Text));
            return Task.FromResult(new FakeAnswer(204, ""));
        });

        Assert.True(await KilledAsync(trial, database, "pwrite64", 12, url =>
        {
            behind = url;
            return hasty.Url;
        }));
        await Task.WhenAll(sent);
        Assert.NotEmpty(await StartAgainAsync(trial, database));
    }

    /// <summary>Pushes all messages, while strace kills the process at a call.</summary>
    /// <returns>Whether it was killed.</returns>
    async Task<bool> KilledAsync(PushTrial trial, string database, string call, int number, Func<Uri, Uri> receiver)
    {
        await using var server = await TracedServer.StartAsync(_folder.Path, database);
        await server.AttachAsync("/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:signal=KILL:when={number}");
        var (_, unanswered) = await trial.PushAsync(receiver(server.Url));
        if (unanswered > 0) await server.EndedAsync();
        return server.HasEnded;
    }

    /// <summary>Starts davyd's own pipeline on the database again, looks at what is kept, and delivers what is left.</summary>
    static async Task<IReadOnlyList<string>> StartAgainAsync(PushTrial trial, string database)
    {
        await using var server = await RunningServer.StartAsync(database: database);
        var opened = (Database)server.Services.GetService(typeof(Database))!;
        List<string> faults = [.. await trial.FaultsAsync(opened)];
        if (await trial.PushAsync(server.Http) is not (0, 0)) faults.Add("what is left is not taken");
        faults.AddRange(await trial.FaultsAsync(opened));
        var check = await opened.ReadAsync(async connection =>
        {
            await using var command = connection.Command("PRAGMA integrity_check");
            return (string?)await command.ExecuteScalarAsync(Cancel);
        }, Cancel);
        if (check != "ok") faults.Add($"integrity_check says {check}");
        return faults;
    }

    /// <summary>Where to kill: the calls that one thread makes at most while all messages are taken, evenly over all of each kind.</summary>
    async Task<List<(string Call, int Number)>> PointsAsync()
    {
        using PushTrial trial = new();
        var log = _folder.File("strace.log");
        await using (var server = await TracedServer.StartAsync(_folder.Path, Copy()))
        {
            await server.AttachAsync(log, "-e", $"trace={string.Join(',', Calls)}");
            Assert.Equal((0, 0), await trial.PushAsync(server.Url));
            await server.DetachAsync();
        }

        // strace counts the calls of each thread apart.
        Dictionary<(string Thread, string Call), int> counts = [];
        foreach (var line in await File.ReadAllLinesAsync(log, Cancel))
        {
            if (line.Split((char[])[' ', '('], StringSplitOptions.RemoveEmptyEntries) is [var thread, var call, ..] && Calls.Contains(call)) counts[(thread, call)] = counts.GetValueOrDefault((thread, call)) + 1;
        }

        // The middle of each thread's share: the last calls of the busiest may go to another one next time.
        List<(string Call, int Number)> all = [.. Calls.SelectMany(call => Enumerable.Range(1, (counts.Where(count => count.Key.Call == call).Select(count => count.Value).DefaultIfEmpty().Max() + 1) / 2).Select(number => (call, number)))];
        Assert.NotEmpty(all);
        return [.. Enumerable.Range(0, Points).Select(place => Points <= all.Count ? all[place * all.Count / Points] : all[place % all.Count])];
    }

    /// <summary>A database of its own for each point, in this program's form.</summary>
    string Copy()
    {
        var file = _folder.File($"{_copies++}.db");
        using (SqliteConnection connection = new($"Data Source={_empty.File};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "VACUUM INTO @file";
            command.Parameters.AddWithValue("@file", file);
            command.ExecuteNonQuery();
        }

        return $"Data Source={file};Pooling=False";
    }
}
