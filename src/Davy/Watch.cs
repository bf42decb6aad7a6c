using System.Collections.Concurrent;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Findings;
using Davy.Images;
using Davy.Indicators;
using Davy.Logs;
using Davy.Reports;
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
    readonly FindingStore _findings;
    readonly AnswerStore _answers;
    readonly Database _database;
    readonly TimeProvider _time;
    readonly WatchWriter _writer;
    readonly GroupCommit<ObservedDelivery, Observation> _commit;
    readonly ConcurrentDictionary<string, SourceCount> _counts = new(StringComparer.Ordinal);
    volatile Examiner _examiner;
    volatile bool _hasSource;

    /// <summary>A watch.</summary>
    /// <param name="settings">What it works with.</param>
    /// <param name="database">The database, migrated; the store's own.</param>
    /// <param name="findings">The findings.</param>
    /// <param name="time">The clock.</param>
    public Watch(WatchSettings settings, Database database, FindingStore findings, TimeProvider time)
    {
        (_settings, _database, _findings, _time) = (settings, database, findings, time);
        _answers = new(database, time);
        _examiner = new(settings.Detectors, settings.Indicators, settings.Limits);
        _writer = new(new(database, time), new(database, time), time);
        _commit = new((items, cancel) => findings.WriteAsync((transaction, batch) => _writer.WriteAsync(transaction, batch, items, cancel), cancel),
            MostInACommit, database.Kind is DatabaseKind.PostgreSql ? 2 : 1);
    }

    /// <summary>What came in so far, by source, since this watch began.</summary>
    public IReadOnlyDictionary<string, SourceCount> Counts => _counts;

    /// <summary>Judges what comes from now on by other lists.</summary>
    /// <param name="detectors">The detectors.</param>
    /// <param name="indicators">What is known to be bad.</param>
    public void Learn(IReadOnlyList<IDetector> detectors, IndicatorSet indicators) => _examiner = new(detectors, indicators, _settings.Limits);

    /// <summary>Observes what one delivery carries: a log entry, or an envelope of some.</summary>
    /// <param name="record">The bytes; they must not change until it returns.</param>
    /// <param name="delivery">Where they came from.</param>
    /// <param name="cancel">Gives up waiting; what has begun may still be kept.</param>
    /// <returns>What it came to, once that is durable.</returns>
    /// <exception cref="System.Data.Common.DbException">It could not be kept: deliver it again.</exception>
    public Task<Observation> ObserveAsync(ReadOnlyMemory<byte> record, Delivery delivery, CancellationToken cancel) => ObserveAsync([(record, delivery.Location)], delivery.Source, null, cancel);

    /// <summary>Observes what was read of a source, and keeps together with it how far that was.</summary>
    /// <param name="records">Entries or envelopes, each with its place.</param>
    /// <param name="source">The source that they are counted for.</param>
    /// <param name="cursor">How far the source was read with them; null where it keeps that itself.</param>
    /// <param name="cancel">Gives up waiting; what has begun may still be kept.</param>
    /// <returns>What it came to, once that is durable.</returns>
    /// <exception cref="System.Data.Common.DbException">It could not be kept: read it again.</exception>
    public async Task<Observation> ObserveAsync(IReadOnlyList<(ReadOnlyMemory<byte> Json, EntryLocation Location)> records, string source, WatchCursor? cursor, CancellationToken cancel)
    {
        var count = _counts.GetOrAdd(source, name => new(name));
        count.Begin();
        Observation came = default;
        try
        {
            var (entries, ignored) = await ExamineAsync(records, cancel);
            return came = entries.Count == 0 && cursor is null ? new(0, ignored, 0, 0, 0) : await _commit.AddAsync(new(entries, ignored, cursor), cancel);
        }
        finally
        {
            count.End(came, _time.GetUtcNow());
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

    /// <summary>Notes what did not come in time, and forgets what was remembered long enough. To be called every minute or so.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    public Task TidyAsync(CancellationToken cancel) => _database.WriteAsync(transaction => _writer.TidyAsync(transaction, _settings, cancel), cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _commit.DisposeAsync();

    async Task<(List<ObservedEntry> Entries, long Ignored)> ExamineAsync(IReadOnlyList<(ReadOnlyMemory<byte> Json, EntryLocation Location)> records, CancellationToken cancel)
    {
        List<ObservedEntry> entries = [];
        long ignored = 0;
        foreach (var (record, location) in records)
        {
            var place = 0;
            foreach (var entry in Envelopes.Unwrap(record, _settings.Limits))
            {
                place++;
                if (entry.Rejected is { } fault) entries.Add(ObservedEntry.Of(new(location, fault.Reason, fault.Message), record, place));
                else if (await ExamineAsync(entry.Json, location, place, cancel) is { } kept) entries.Add(kept);
                else ignored++;
            }
        }

        return (entries, ignored);
    }

    /// <summary>What is to be kept of an entry; null for nothing.</summary>
    async Task<ObservedEntry?> ExamineAsync(ReadOnlyMemory<byte> json, EntryLocation location, int place, CancellationToken cancel)
    {
        var examination = _examiner.Examine(json, location);
        if (examination.Rejected is { } rejected) return ObservedEntry.Of(rejected, json, place);

        var entry = ObservedEntry.Of(examination);
        if (examination is { Deployment: { } deployment, Findings.Count: > 0 }) entry = await FoundAsync(entry, examination, deployment, cancel);
        return entry.IsToBeKept ? entry : null;
    }

    async Task<ObservedEntry> FoundAsync(ObservedEntry entry, Examination examination, Deployment deployment, CancellationToken cancel)
    {
        await EnsureSourceAsync(cancel);
        var exceptions = await _answers.ExceptionsAsync(cancel);
        var now = _time.GetUtcNow();
        FindingSet found = new();
        if (deployment.IsDeletion) found.AddDeletion(deployment);
        HashSet<string> excepted = [];
        foreach (var (detector, verdict) in examination.Findings)
        {
            found.Add(detector, deployment, verdict, examination.Location);
            var image = verdict.Match.Repository == "" || verdict.Container.Image is not { } text ? null : ImageSpelling.Read(text.Text).Reference;
            var id = FindingId.Of(detector.Rule, deployment.Resource, verdict.Match.Repository);
            if (exceptions.Covers(image, deployment.Resource.AdminName, DateOnly.FromDateTime(now.UtcDateTime)) is not null) excepted.Add(id);
        }

        // When it was detected is the finding's time; the log's own stands in its evidence.
        var options = _settings.Report with { DetectedAt = Timestamp.From(now) };
        SecondLook look = new() { HasHistory = false, WhyNoActor = "its activity entry has not come yet" };
        List<(NewFinding, string)> findings = [];
        List<Doubt> doubts = [.. entry.Doubts];
        foreach (var finding in found.ToFindings(look))
        {
            if (KeptForm.Of(finding, options) is not { } made)
            {
                doubts.Add(new(DoubtKind.UnknownShape, $"no project {finding.Id}", $"{finding.Category}: the entry names no project, so the finding has no name and cannot be kept.", examination.Location));
            }
            else if (!excepted.Contains(finding.Id) || await _findings.FindAsync(made.Name, cancel) is not null)
            {
                findings.Add((made with { Content = await _settings.Complete(made.Content, cancel) }, finding.Occurrences[0].Id));
            }
        }

        return entry with { Findings = findings, Doubts = doubts };
    }

    async Task EnsureSourceAsync(CancellationToken cancel)
    {
        if (_hasSource) return;
        await new SourceStore(_database, _time).EnsureAsync(new()
        {
            SourceId = _settings.Report.SourceId,
            Parent = _settings.SourceParent,
            DisplayName = "Davy",
            Description = "Findings of Davy, the open threat detector for Cloud Run.",
        }, cancel);
        _hasSource = true;
    }
}
