using System.Data.Common;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Logs;
using Davy.Storage;
using Davy.Tests.Storage;

namespace Davy.Tests.Watching;

/// <summary>An entry on which Davy fails for good costs no other, is kept with its bytes, and gives its finding once the fault is mended.</summary>
public abstract class PoisonTests(DatabaseKind kind) : StoreTests(kind)
{
    static readonly int Poisons = TestLength.Of(whole: 1_000, quick: 10);

    static (ReadOnlyMemory<byte> Json, EntryLocation Location) Record(JsonObject entry, string place) => (Encoding.UTF8.GetBytes(entry.ToJsonString()), new(place, 3, 7));

    static JsonObject Miner(string service, int second = 9) => SomeEntries.SystemEvent("acme-prod", service, operation: $"op-{service}", second: second);

    /// <summary>A watch that fails in completing findings of services named <c>poison…</c>, as a fault in Davy's own code would.</summary>
    SomeWatch Faulty(DeadLetterLimits? limits = null, Func<string, Exception>? thrown = null) => new(Database, Time, 1_000_000, settings => settings with
    {
        DeadLetters = limits ?? new(),
        Complete = (content, _) => content.Document.Contains("services/poison", StringComparison.Ordinal)
            ? throw (thrown ?? (_ => new FormatException("It quotes hunter2.")))(content.Document)
            : Task.FromResult(content),
    });

    SomeWatch FaultyDetector() => new(Database, Time, with: settings => settings with { Detectors = [.. settings.Detectors, new FaultyDetector()] });

    Task<List<KeptDeadLetter>> LettersAsync(Database? database = null) => new DeadLetterStore(database ?? Database, Time, new()).ListAsync(null, 10_000, Cancel);

    async Task<long> FindingsAsync() => Convert.ToInt64(await Made.ScalarAsync("SELECT count(*) FROM findings", Cancel), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The database itself refuses findings of services named <c>unkeepable</c>.</summary>
    Task RefuseAsync() => Made.ExecuteAsync(Database.Kind is DatabaseKind.Sqlite
        ? "CREATE TRIGGER refusal BEFORE INSERT ON findings WHEN CAST(NEW.document AS text) LIKE '%unkeepable%' BEGIN SELECT RAISE(ABORT, 'refused'); END"
        : "ALTER TABLE findings ADD CONSTRAINT refusal CHECK (CAST(document AS text) NOT LIKE '%unkeepable%')", Cancel);

    Task MendAsync() => Made.ExecuteAsync(Database.Kind is DatabaseKind.Sqlite ? "DROP TRIGGER refusal" : "ALTER TABLE findings DROP CONSTRAINT refusal", Cancel);

    [Fact]
    public async Task OnePoisonInAHundredBlocksNothingAndReplayGivesItsFindingWhenTheFaultIsMended()
    {
        await using (var seen = Faulty())
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, Poisons), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (number, cancel) =>
            {
                var records = Enumerable.Range(0, 100).Select(good => SomeEntries.SystemEvent("acme-prod", $"web{good}", "nginx", $"op{number}", number)).ToList();
                foreach (var (record, good) in records.Select((record, good) => (record, good))) record["insertId"] = $"good-{number}-{good}";
                records.Insert(number % 100, Miner($"poison{number}"));
                await seen.Watch.ObserveAsync([.. records.Select((record, place) => Record(record, $"{number}/{place}"))], "test", null, cancel);
            });

            var totals = seen.Watch.Counts["test"].Totals;
            Assert.Equal((Poisons * 100, Poisons, 0), (totals.Came.Accepted, totals.Came.DeadLettered, totals.GivenBack));
        }

        Assert.Equal(0, await FindingsAsync());
        var letters = await LettersAsync();
        Assert.Equal(Poisons, letters.Count);
        await using var mended = new SomeWatch(Database, Time);
        foreach (var letter in letters)
        {
            var replay = await mended.Watch.ReplayAsync(letter.Key, Cancel);
            Assert.Equal(ReplayResult.Kept, replay!.Result);
            Assert.Single(replay.Findings);
        }

        Assert.Empty(await LettersAsync());
        Assert.Equal(Poisons, await FindingsAsync());
        Assert.Empty(mended.Watch.Counts);
    }

    [Fact]
    public async Task ADeadLetterIsCountedOnceAndSaysWhatFailedAndWhereAndNothingOfTheEntry()
    {
        await using var seen = Faulty();
        var record = Record(Miner("poison"), "gcs/audit.json");
        for (var time = 0; time < 3; time++) await seen.Watch.ObserveAsync([record], "gcs", null, Cancel);

        Assert.Equal(new Observation(0, 0, 2, 0, 0) { DeadLettered = 1 }, seen.Watch.Counts["gcs"].Totals.Came);
        var letter = Assert.Single(await LettersAsync());
        Assert.Equal(("gcs", "gcs/audit.json:3:7", DeadLetterReason.Examining, (long)record.Json.Length, true, 0L), (letter.Source, letter.Place, letter.Reason, letter.Size, letter.HasContent, letter.Attempts));
        Assert.StartsWith("FormatException at Davy.", letter.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", letter.Detail, StringComparison.Ordinal);
        Assert.Equal(record.Json.ToArray(), (await seen.Watch.DeadLetters.ShowAsync(letter.Key, "alice", Cancel))!.Bytes);
    }

    [Fact]
    public async Task WhatFailsOnceIsTriedAgainAndIsNoDeadLetter()
    {
        var thrown = 0;
        await using SomeWatch seen = new(Database, Time, with: settings => settings with { Complete = (content, _) => Interlocked.Increment(ref thrown) == 1 ? throw new FormatException() : Task.FromResult(content) });

        Assert.Equal(new Observation(1, 0, 0, 0, 1), await seen.SeeAsync(Miner("web")));
        Assert.Empty(await LettersAsync());
    }

    [Fact]
    public async Task WhatPassesIsNoDeadLetterAndIsDeliveredAgain()
    {
        foreach (var fault in (Exception[])[new IOException("away"), new TimeoutException(), new HttpRequestException("away"), new OperationCanceledException(), new System.Net.Sockets.SocketException(111)])
        {
            await using var seen = Faulty(thrown: _ => fault);
            await Assert.ThrowsAsync(fault.GetType(), () => seen.SeeAsync(Miner("poison")));
            Assert.Equal((0, 1), (seen.Watch.Counts["test"].Totals.Received, seen.Watch.Counts["test"].Totals.GivenBack));
        }

        await using var away = new SomeWatch(Database, Time);
        await Made.ExecuteAsync("ALTER TABLE seen_entries RENAME TO away", Cancel);
        await Assert.ThrowsAnyAsync<DbException>(() => away.SeeAsync(Miner("web")));
        await Made.ExecuteAsync("ALTER TABLE away RENAME TO seen_entries", Cancel);
        Assert.Empty(await LettersAsync());
    }

    [Fact]
    public async Task WhatADetectorFailsOnIsADeadLetterAndWhatTheOthersFoundIsKept()
    {
        await using (var seen = FaultyDetector())
        {
            Assert.Equal(new Observation(0, 0, 0, 0, 1) { DeadLettered = 1 }, await seen.SeeAsync(Miner("poison")));
            Assert.Equal(new Observation(1, 0, 0, 0, 1), await seen.SeeAsync(Miner("web")));
            Assert.Equal(DeadLetterReason.Judging, Assert.Single(await LettersAsync()).Reason);
            Assert.Equal(ReplayResult.Failed, (await seen.Watch.ReplayAsync((await LettersAsync())[0].Key, Cancel))!.Result);
        }

        Assert.Equal(2, await FindingsAsync());
        Assert.Contains(await new DoubtStore(Database, Time).ListAsync(null, 10, Cancel), doubt => doubt.Kind is DoubtKind.DetectorFault);
        await using var mended = new SomeWatch(Database, Time);
        Assert.Equal(ReplayResult.Kept, (await mended.Watch.ReplayAsync((await LettersAsync())[0].Key, Cancel))!.Result);
        Assert.Equal(2, await FindingsAsync());
    }

    [Fact]
    public async Task WhatTheDatabaseRefusesForGoodCostsNoNeighbourAndTheCursorMoves()
    {
        await using var seen = new SomeWatch(Database, Time);
        await RefuseAsync();
        var records = (string[])["web1", "unkeepable", "web2"];

        // Others share its commit at the same moment.
        var others = Enumerable.Range(0, 50).Select(number => seen.SeeAsync(Miner($"other{number}"))).ToList();
        var came = await seen.Watch.ObserveAsync([.. records.Select(name => Record(Miner(name), name)), Record(new() { ["logName"] = "projects/p/logs/other" }, "ignored")], "file", new("file", "100"), Cancel);

        Assert.Equal(new Observation(2, 1, 0, 0, 2) { DeadLettered = 1 }, came);
        Assert.All(await Task.WhenAll(others), other => Assert.Equal(new Observation(1, 0, 0, 0, 1), other));
        Assert.Equal("100", await seen.Watch.CursorAsync("file", Cancel));
        Assert.Equal(52, await FindingsAsync());
        var letter = Assert.Single(await LettersAsync());
        Assert.Equal((DeadLetterReason.Keeping, "unkeepable:3:7"), (letter.Reason, letter.Place));
        Assert.DoesNotContain("acme-prod", letter.Detail, StringComparison.Ordinal);

        Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(ReplayResult.Failed, (await seen.Watch.ReplayAsync(letter.Key, Cancel))!.Result);
        letter = Assert.Single(await LettersAsync());
        Assert.Equal((1L, Time.GetUtcNow()), (letter.Attempts, letter.AttemptedAt));

        await MendAsync();
        Assert.Equal(ReplayResult.Kept, (await seen.Watch.ReplayAsync(letter.Key, Cancel))!.Result);
        Assert.Null(await seen.Watch.ReplayAsync(letter.Key, Cancel));
        Assert.Equal(53, await FindingsAsync());
    }

    [Fact]
    public async Task WhereThereIsNoRoomAnEntryIsKeptWithoutItsBytesOrRefused()
    {
        await using (var seen = Faulty(new() { Bytes = 0 }))
        {
            Assert.Equal(1, (await seen.SeeAsync(Miner("poison1"))).DeadLettered);
            var letter = Assert.Single(await LettersAsync());
            Assert.False(letter.HasContent);
            Assert.Equal(ReplayResult.NoContent, (await seen.Watch.ReplayAsync(letter.Key, Cancel))!.Result);
        }

        await using (var seen = Faulty(new() { Bytes = 0, RefuseWhenFull = true }))
        {
            var good = seen.SeeAsync(Miner("web"));
            await Assert.ThrowsAsync<DeadLettersFullException>(() => seen.SeeAsync(Miner("poison2")));
            Assert.Equal(1, (await good).Findings);
            Assert.Equal(1, seen.Watch.Counts["test"].Totals.GivenBack);
        }

        Assert.Single(await LettersAsync());
    }

    public sealed class OnSqlite() : PoisonTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : PoisonTests(DatabaseKind.PostgreSql);
}
