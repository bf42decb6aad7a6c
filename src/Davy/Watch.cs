using System.Diagnostics;
using Davy.Detection;
using Davy.Findings;
using Davy.Images;
using Davy.Indicators;
using Davy.Logs;
using Davy.Storage;

namespace Davy;

/// <summary>
/// The watch: a log entry comes in, and when <see cref="ObserveAsync(ReadOnlyMemory{byte}, Delivery, CancellationToken)"/> returns, all that follows from it is kept: finding, evidence,
/// what is to be told, who did it, and that the entry was seen. Only then may whoever brought it acknowledge it. Everything may be delivered again, in any order.
/// </summary>
public sealed class Watch : IAsyncDisposable
{
    const int MostInACommit = 100;

    readonly WatchSettings _settings;
    readonly Database _database;
    readonly TimeProvider _time;
    readonly WatchExaminer _examiner;
    readonly LookBack _lookBack;
    readonly ToldInspections _told;
    readonly WatchWriter _writer;
    readonly GroupCommit<ObservedDelivery, KeptDelivery> _commit;

    /// <summary>A watch.</summary>
    /// <param name="settings">What it works with.</param>
    /// <param name="database">The database, migrated; the store's own.</param>
    /// <param name="findings">The findings.</param>
    /// <param name="time">The clock.</param>
    public Watch(WatchSettings settings, Database database, FindingStore findings, TimeProvider time)
    {
        (_settings, _database, _time) = (settings, database, time);
        Sources = new(time);
        Deployments = new(database, time);
        _examiner = new(settings, database, findings, time);
        _lookBack = new(_examiner, Deployments, database);
        Inspections = new(database, time);
        _told = new(_examiner, Deployments, findings, Inspections);
        DeadLetters = new(database, time, settings.DeadLetters);
        _writer = new(new(database, time), new(database, time), DeadLetters, Deployments, settings.Inspect, time);
        Indicators = settings.Indicators;
        Metrics = new(Sources, () => Indicators, database.Kind, time);
        _commit = new(async (items, cancel) =>
            {
                var start = time.GetTimestamp();
                var kept = await findings.WriteAsync((transaction, batch) => _writer.WriteAsync(transaction, batch, items, cancel), cancel);
                Metrics.Committed(time.GetElapsedTime(start));
                return kept;
            },
            MostInACommit, database.Kind is DatabaseKind.PostgreSql ? 2 : 1);
    }

    /// <summary>The sources: what came from each, and what is wrong with it.</summary>
    public SourceHealth Sources { get; }

    /// <summary>What was deployed, as far as it is remembered.</summary>
    public DeploymentStore Deployments { get; }

    /// <summary>The images that are looked into, and what is in them.</summary>
    public InspectionStore Inspections { get; }

    /// <summary>What was read and failed for good.</summary>
    public DeadLetterStore DeadLetters { get; }

    /// <summary>All of it in numbers.</summary>
    public WatchMetrics Metrics { get; }

    /// <summary>What is known to be bad.</summary>
    public IndicatorSet Indicators { get; private set; }

    /// <summary>What came in so far, by source, since this watch began.</summary>
    public IReadOnlyDictionary<string, SourceCount> Counts => Sources.Counts;

    /// <summary>Judges what comes from now on by other lists.</summary>
    /// <param name="detectors">The detectors.</param>
    /// <param name="indicators">What is known to be bad.</param>
    public void Learn(IReadOnlyList<IDetector> detectors, IndicatorSet indicators)
    {
        Indicators = indicators;
        _examiner.Learn(detectors, indicators);
    }

    /// <summary>Judges what is remembered by the present lists, where it was not judged by them before. What is found is dated back to when it was deployed.</summary>
    /// <param name="indicators">The present list.</param>
    /// <param name="upstreams">The present upstreams, which the detectors have.</param>
    /// <param name="cancel">Stops it; the next call begins anew, and finds nothing twice.</param>
    /// <returns>How many deployments were found to be malicious, and how many more are excepted.</returns>
    /// <exception cref="System.Data.Common.DbException">The database failed; call it again.</exception>
    public Task<PastFound> AskThePastAsync(IndicatorSet indicators, Upstreams upstreams, CancellationToken cancel) =>
        _lookBack.RunAsync(indicators, upstreams, entry => _commit.AddAsync(new([entry], 0, null), cancel), cancel);

    /// <summary>Tells what was found in images to some of the findings and deployments that use them.</summary>
    /// <param name="cancel">Stops it; the next call goes on.</param>
    /// <returns>Whether there may be more to tell.</returns>
    /// <exception cref="System.Data.Common.DbException">The database failed; call it again.</exception>
    public Task<bool> TellInspectionsAsync(CancellationToken cancel) => _told.StepAsync(entry => _commit.AddAsync(new([entry], 0, null), cancel), cancel);

    /// <summary>Observes what one delivery carries: a log entry, or an envelope of some.</summary>
    /// <param name="record">The bytes; they must not change until it returns.</param>
    /// <param name="delivery">Where they came from.</param>
    /// <param name="cancel">Gives up waiting; what has begun may still be kept.</param>
    /// <returns>What it came to, once that is durable.</returns>
    /// <exception cref="System.Data.Common.DbException">It could not be kept: deliver it again.</exception>
    public Task<Observation> ObserveAsync(ReadOnlyMemory<byte> record, Delivery delivery, CancellationToken cancel) => ObserveAsync(_examiner.Unwrap([(record, delivery.Location)]), delivery.Source, null, delivery.Trace, cancel);

    /// <summary>Observes what was read of a source, and keeps together with it how far that was.</summary>
    /// <param name="records">Entries or envelopes, each with its place.</param>
    /// <param name="source">The source that they are counted for.</param>
    /// <param name="cursor">How far the source was read with them; null where it keeps that itself.</param>
    /// <param name="cancel">Gives up waiting; what has begun may still be kept.</param>
    /// <returns>What it came to, once that is durable.</returns>
    /// <exception cref="System.Data.Common.DbException">It could not be kept: read it again.</exception>
    public Task<Observation> ObserveAsync(IReadOnlyList<(ReadOnlyMemory<byte> Json, EntryLocation Location)> records, string source, WatchCursor? cursor, CancellationToken cancel) =>
        ObserveAsync(records, [], source, cursor, cancel);

    /// <summary>Observes what was read of a source, and what could not be read of it, and keeps together with it how far that was.</summary>
    /// <param name="records">Entries or envelopes, each with its place.</param>
    /// <param name="rejected">What could not be read, and where; each counts as an entry that is rejected.</param>
    /// <param name="source">The source that they are counted for.</param>
    /// <param name="cursor">How far the source was read with them; null where it keeps that itself.</param>
    /// <param name="cancel">Gives up waiting; what has begun may still be kept.</param>
    /// <returns>What it came to, once that is durable.</returns>
    /// <exception cref="System.Data.Common.DbException">It could not be kept: read it again.</exception>
    public Task<Observation> ObserveAsync(
        IReadOnlyList<(ReadOnlyMemory<byte> Json, EntryLocation Location)> records, IReadOnlyList<RejectedEntry> rejected, string source, WatchCursor? cursor, CancellationToken cancel)
    {
        var carried = _examiner.Unwrap(records);
        carried.AddRange(rejected.Select(each => new CarriedEntry(default, each.Location, 1) { Rejected = new(each.Reason, each.Detail) }));
        return ObserveAsync(carried, source, cursor, default, cancel);
    }

    /// <summary>Runs a dead letter through the watch again. Where that succeeds, what follows from it is kept and the letter removed, both or neither; it is not counted for its source again.</summary>
    /// <param name="key">The letter's key.</param>
    /// <param name="cancel">Gives up waiting; what has begun may still be kept.</param>
    /// <returns>What came of it; null where there is no such letter.</returns>
    /// <exception cref="System.Data.Common.DbException">The database failed; the letter is as it was.</exception>
    public async Task<Replay?> ReplayAsync(long key, CancellationToken cancel)
    {
        if (await DeadLetters.ContentAsync(key, cancel) is not { } kept) return null;
        if (kept.Bytes is not { } bytes)
        {
            return kept.IsDamaged ? new(ReplayResult.Damaged, "What is kept of it is not what came in: the checksum is another.", []) : new(ReplayResult.NoContent, "Its bytes were not kept, for there was no room; have its source deliver it again.", []);
        }

        List<ObservedEntry> entries = [];
        foreach (var carried in _examiner.Unwrap([(bytes, EntryLocation.Read(kept.Letter.Place))])) entries.Add(await _examiner.ExamineAsync(carried, kept.Letter.Source, cancel) with { IsReplayed = true });
        if (entries.Find(entry => entry.DeadLetter is not null)?.DeadLetter is { } again) return await FailedAgainAsync(again.Reason, again.Detail);
        try
        {
            await _commit.AddAsync(new([.. entries.Where(entry => entry.IsToBeKept)], 0, null, key), cancel);
        }
        catch (Exception fault) when (PermanentFault.Is(fault))
        {
            return await FailedAgainAsync(DeadLetterReason.Keeping, PermanentFault.DetailOf(fault));
        }

        return new(ReplayResult.Kept, "", [.. entries.SelectMany(entry => entry.Findings).Select(found => found.Finding.Name.ToString())]);

        async Task<Replay> FailedAgainAsync(DeadLetterReason reason, string detail)
        {
            await DeadLetters.AttemptedAsync(key, reason, detail, cancel);
            return new(ReplayResult.Failed, detail, []);
        }
    }

    /// <summary>Where a source was read to.</summary>
    /// <param name="name">The cursor's name.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null where it was never read.</returns>
    public Task<string?> CursorAsync(string name, CancellationToken cancel) => _database.ReadAsync(async connection =>
    {
        await using var command = connection.Command("SELECT value FROM cursors WHERE name = @name", ("@name", name));
        return await command.ExecuteScalarAsync(cancel) as string;
    }, cancel);

    /// <summary>Notes what did not come in time, forgets what was remembered long enough, and shares with other servers when each source brought its last. To be called every minute or so.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    public async Task TidyAsync(CancellationToken cancel)
    {
        await _database.WriteAsync(transaction => _writer.TidyAsync(transaction, _settings, cancel), cancel);
        Sources.Know(await new SourceSightings(_database, _time).NoteAsync(Sources.Sightings, _settings.Memory, cancel));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _commit.DisposeAsync();
        Metrics.Dispose();
    }

    async Task<Observation> ObserveAsync(List<CarriedEntry> carried, string source, WatchCursor? cursor, ActivityContext parent, CancellationToken cancel)
    {
        var count = Sources.Of(source);
        count.Take(carried.Count);
        using var trace = WatchTrace.Receive(count.Name, carried.Count, parent);
        try
        {
            List<ObservedEntry> entries;
            Timestamp? newest;
            using (WatchTrace.Examine(trace)) (entries, newest) = await ExamineAsync(carried, source, cancel);
            ObservedDelivery delivery = new(entries, carried.Count - entries.Count, cursor);
            KeptDelivery kept = new(new(0, delivery.Ignored, 0, 0, 0), [], []);
            if (entries.Count > 0 || cursor is not null)
            {
                using (WatchTrace.Commit(trace)) kept = await KeepAsync(delivery, source, cancel);
            }

            count.Settle(carried.Count, kept.Came, newest, _time.GetUtcNow());
            Metrics.Kept(count.Name, kept);
            WatchTrace.Kept(trace, kept.Came);
            return kept.Came;
        }
        catch (Exception fault)
        {
            WatchTrace.Failed(trace, fault);
            count.GiveBack(carried.Count);
            throw;
        }
    }

    /// <summary>What is to be kept of entries, and the latest of their times.</summary>
    async Task<(List<ObservedEntry> Entries, Timestamp? Newest)> ExamineAsync(List<CarriedEntry> carried, string source, CancellationToken cancel)
    {
        List<ObservedEntry> entries = [];
        Timestamp? newest = null;
        foreach (var one in carried)
        {
            var entry = await _examiner.ExamineAsync(one, source, cancel);
            if (entry.IsToBeKept) entries.Add(entry);
            if (entry.Time is { } time && !(time <= newest)) newest = time;
        }

        return (entries, newest);
    }

    async Task<KeptDelivery> KeepAsync(ObservedDelivery delivery, string source, CancellationToken cancel)
    {
        try
        {
            return await _commit.AddAsync(delivery, cancel);
        }
        catch (Exception fault) when (PermanentFault.Is(fault))
        {
            // One of its entries will never be kept. Each by itself, for all that follows from one may be repeated; how far the source was read comes last.
            KeptDelivery all = new(new(0, delivery.Ignored, 0, 0, 0), [], []);
            foreach (var entry in delivery.Entries) all += await KeepAloneAsync(entry, source, cancel);
            return delivery.Cursor is null ? all : all + await _commit.AddAsync(new([], 0, delivery.Cursor), cancel);
        }
    }

    async Task<KeptDelivery> KeepAloneAsync(ObservedEntry entry, string source, CancellationToken cancel)
    {
        try
        {
            return await _commit.AddAsync(new([entry], 0, null), cancel);
        }
        catch (Exception fault) when (PermanentFault.Is(fault))
        {
            NewDeadLetter letter = new(source, entry.Carried.Location, DeadLetterReason.Keeping, PermanentFault.DetailOf(fault), entry.Carried.Json);
            return await _commit.AddAsync(new([new ObservedEntry { Key = entry.Key, Time = entry.Time, Carried = entry.Carried }.Failed(letter)], 0, null), cancel);
        }
    }
}
