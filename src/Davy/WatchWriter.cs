using System.Data.Common;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Logs;
using Davy.Storage;

namespace Davy;

/// <summary>Keeps deliveries of the watch within a transaction: each entry once, with all that follows from it.</summary>
sealed class WatchWriter(DoubtStore doubts, RejectedEntryStore rejected, DeadLetterStore letters, DeploymentStore deployments, InspectionScope inspect, TimeProvider time)
{
    const long NanosPerMinute = 60_000_000_000;
    const int ToldAtOnce = 500;

    /// <summary>Keeps deliveries.</summary>
    /// <returns>What each came to.</returns>
    public async Task<IReadOnlyList<KeptDelivery>> WriteAsync(DbTransaction transaction, FindingBatch batch, IReadOnlyList<ObservedDelivery> deliveries, CancellationToken cancel)
    {
        var news = await MarkAsync(transaction, [.. deliveries.SelectMany(delivery => delivery.Entries)], cancel);
        await ExpectAsync(transaction, news, cancel);
        var callers = await CallersAsync(transaction, news, cancel);
        if (news.Select(entry => entry.Remembered).OfType<RememberedEntry>().ToList() is { Count: > 0 } remembered) await deployments.AddAsync(transaction, remembered, cancel);
        if (inspect is not InspectionScope.Off) await ImageUse.AddAsync(transaction, UsesOf(news), time.GetUtcNow(), cancel);
        var past = await WatchPast.OfAsync(transaction, batch, news, cancel);
        var changed = await KeepFindingsAsync(transaction, batch, past, news, callers, cancel);
        past.Concern(await CompleteAsync(transaction, batch, [.. news.Where(entry => entry.Caller is not null).Select(entry => entry.Operation!)], callers, cancel));
        await past.RefreshAsync(cancel);
        if (news.SelectMany(entry => entry.Doubts).ToList() is { Count: > 0 } doubted) await doubts.AddAsync(transaction, doubted, cancel);
        if (news.Where(entry => entry.Rejected is not null).Select(entry => entry.Rejected!.Value).ToList() is { Count: > 0 } bad) await rejected.AddAsync(transaction, bad, cancel);
        if (news.Select(entry => entry.DeadLetter).OfType<NewDeadLetter>().ToList() is { Count: > 0 } dead) await letters.AddAsync(transaction, dead, cancel);
        foreach (var letter in deliveries.Select(delivery => delivery.Replayed).OfType<long>().Order()) await DeadLetterStore.RemoveAsync(transaction, letter, cancel);
        await WatchCursors.MoveAsync(transaction, [.. deliveries.Select(delivery => delivery.Cursor).OfType<WatchCursor>()], Now, cancel);

        return [.. deliveries.Select(delivery =>
        {
            var kept = delivery.Entries.Where(news.Contains).ToList();
            List<RejectReason> reasons = [.. kept.Where(entry => entry.Rejected is not null).Select(entry => entry.Rejected!.Value.Entry.Reason)];
            var failed = kept.Count(entry => entry.DeadLetter is not null);
            Observation came = new(kept.Count - reasons.Count - failed, delivery.Ignored, delivery.Entries.Count - kept.Count, reasons.Count, kept.Sum(entry => changed.GetValueOrDefault(entry))) { DeadLettered = failed };
            return new KeptDelivery(came, reasons, [.. kept.Where(entry => entry.Time is not null && changed.ContainsKey(entry)).Select(entry => entry.Time!.Value)]);
        })];
    }

    IEnumerable<ImageUse> UsesOf(HashSet<ObservedEntry> news) => news.SelectMany(entry =>
        (entry.Remembered is { } remembered ? ImageUse.Of(remembered, inspect) : []).Concat(entry.Findings.SelectMany(found => ImageUse.Of(found.Finding))));

    /// <summary>Notes resources whose images were not told in time, once a project, and forgets what is old or too much.</summary>
    public async Task<int> TidyAsync(DbTransaction transaction, WatchSettings settings, CancellationToken cancel)
    {
        await using var ask = transaction.Command("""
            SELECT key, project, resource, place FROM expected_events
            WHERE told = 0 AND announced_time > shown_time + @near AND seen_at <= @before ORDER BY seen_at, key LIMIT @most
            """, ("@near", NanosPerMinute), ("@before", Now - (long)settings.Patience.TotalMilliseconds), ("@most", (long)ToldAtOnce));
        var due = await ask.ToListAsync(row => (Key: row.Text(0), Project: row.Text(1), Resource: row.Text(2), Place: row.Text(3)), cancel);
        List<Doubt> missing = [.. due.DistinctBy(each => each.Project).Select(each => new Doubt(DoubtKind.NoSystemEvent, $"project {each.Project}",
            $"{each.Resource} was deployed, but no system_event of it came, and only that names the image; check that the sink's filter takes cloudaudit.googleapis.com/system_event of project {each.Project}.",
            new EntryLocation(each.Place, 0, 0)) { Project = each.Project })];
        if (missing.Count > 0) await doubts.AddAsync(transaction, missing, cancel);
        foreach (var each in due) await transaction.ExecuteAsync("UPDATE expected_events SET told = 1 WHERE key = @key", cancel, ("@key", each.Key));

        foreach (var table in (string[])["seen_entries", "pending_operations", "pending_findings", "expected_events"])
        {
            await transaction.ExecuteAsync($"DELETE FROM {table} WHERE seen_at < @before", cancel, ("@before", Now - (long)settings.Memory.TotalMilliseconds));
            await Dropped.TrimAsync(transaction, table, "seen_at", settings.Remembered, table, cancel);
        }

        return missing.Count;
    }

    long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The entries that were not kept before. Of two at once one waits here for the other, also where another server has it.</summary>
    async Task<HashSet<ObservedEntry>> MarkAsync(DbTransaction transaction, List<ObservedEntry> entries, CancellationToken cancel)
    {
        HashSet<ObservedEntry> news = new(entries.Where(entry => entry.Key is null || entry.IsReplayed), ReferenceEqualityComparer.Instance);
        var keyed = entries.Where(entry => entry.Key is not null).OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList();
        var marked = await RepeatedStatement.RunAsync(transaction, "INSERT INTO seen_entries (key, seen_at) VALUES (@key, @now) ON CONFLICT (key) DO NOTHING RETURNING seen_at",
            [.. keyed.Select(entry => (SqlValue[])[new("@key", entry.Key), new("@now", Now)])], _ => true, cancel);
        for (var place = 0; place < keyed.Count; place++)
        {
            if (marked[place]) news.Add(keyed[place]);
        }

        return news;
    }

    /// <summary>
    /// Who called, for the operations of these entries. Whoever brings one half of an operation writes its row, so that the other half, should another server bring it at the same
    /// moment, waits for this commit and then finds it.
    /// </summary>
    async Task<Dictionary<string, JsonObject>> CallersAsync(DbTransaction transaction, HashSet<ObservedEntry> news, CancellationToken cancel)
    {
        var told = news.Where(entry => entry.Operation is not null && (entry.Caller is not null || entry.Findings.Count > 0))
            .GroupBy(entry => entry.Operation!, StringComparer.Ordinal)
            .Select(group => (Operation: group.Key, Caller: group.Select(entry => entry.Caller).Where(caller => caller is not null).Min(StringComparer.Ordinal) ?? ""))
            .OrderBy(each => each.Operation, StringComparer.Ordinal).ToList();
        var known = await RepeatedStatement.RunAsync(transaction, """
            INSERT INTO pending_operations (key, actor, seen_at) VALUES (@key, @actor, @now)
            ON CONFLICT (key) DO UPDATE SET actor = CASE WHEN pending_operations.actor = '' THEN excluded.actor ELSE pending_operations.actor END
            RETURNING actor
            """, [.. told.Select(each => (SqlValue[])[new("@key", each.Operation), new("@actor", each.Caller), new("@now", Now)])], row => row.Text(0), cancel);
        return told.Select((each, place) => (each.Operation, Actor: known[place])).Where(each => !string.IsNullOrEmpty(each.Actor))
            .ToDictionary(each => each.Operation, each => JsonNode.Parse(each.Actor!)!.AsObject(), StringComparer.Ordinal);
    }

    async Task<Dictionary<ObservedEntry, long>> KeepFindingsAsync(
        DbTransaction transaction, FindingBatch batch, WatchPast past, HashSet<ObservedEntry> news, Dictionary<string, JsonObject> callers, CancellationToken cancel)
    {
        var all = await past.TellAsync([.. news.SelectMany(entry => entry.Findings.Select(found => (entry, found.Finding, found.Occurrence)))], callers, cancel);
        var merged = await batch.MergeAsync([.. all.Select(each => new PreparedFinding(each.Finding, null, null))], cancel);

        foreach (var (entry, finding, occurrence) in all.Where(each => each.Entry.Operation is { } operation && !callers.ContainsKey(operation))
            .OrderBy(each => each.Entry.Operation, StringComparer.Ordinal).ThenBy(each => each.Finding.Name.FindingId, StringComparer.Ordinal))
        {
            await transaction.ExecuteAsync("""
                INSERT INTO pending_findings (operation, source_id, finding_id, occurrence, seen_at) VALUES (@operation, @source, @finding, @occurrence, @now)
                ON CONFLICT (operation, source_id, finding_id) DO NOTHING
                """, cancel, ("@operation", entry.Operation), ("@source", finding.Name.SourceId), ("@finding", finding.Name.FindingId), ("@occurrence", KeptText.Of(occurrence)), ("@now", Now));
        }

        Dictionary<ObservedEntry, long> changed = new(ReferenceEqualityComparer.Instance);
        for (var place = 0; place < all.Count; place++)
        {
            if (merged[place].Outcome is MergeOutcome.Unchanged) continue;
            changed[all[place].Entry] = changed.GetValueOrDefault(all[place].Entry) + 1;
            past.Merged(all[place].Entry, merged[place]);
        }

        return changed;
    }

    /// <summary>Tells findings that waited for it who called.</summary>
    /// <returns>The findings.</returns>
    static async Task<IReadOnlyList<KeptFinding>> CompleteAsync(DbTransaction transaction, FindingBatch batch, IReadOnlyList<string> operations, Dictionary<string, JsonObject> callers, CancellationToken cancel)
    {
        List<KeptFinding> completed = [];
        foreach (var operation in operations.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            await using var ask = transaction.Command("DELETE FROM pending_findings WHERE operation = @operation RETURNING source_id, finding_id, occurrence", ("@operation", operation));
            var waiting = (await ask.ToListAsync(row => (Source: row.Text(0), Finding: row.Text(1), Occurrence: row.Text(2)), cancel))
                .OrderBy(each => each.Source, StringComparer.Ordinal).ThenBy(each => each.Finding, StringComparer.Ordinal).ToList();
            var found = await FindingWriter.FindAsync(transaction, [.. waiting.Select(each => new FindingName("", each.Source, each.Finding))], cancel);
            for (var place = 0; place < waiting.Count; place++)
            {
                var occurrence = waiting[place].Occurrence;
                if (found[place] is not { } kept) continue;
                await batch.EditAsync([kept], (_, finding) => FindingActor.Fill(finding, occurrence, callers[operation]), cancel);
                completed.Add(kept);
            }
        }

        return completed;
    }

    /// <summary>Notes what is told of the images of resources, and holds the resources' rows until the commit.</summary>
    async Task ExpectAsync(DbTransaction transaction, HashSet<ObservedEntry> news, CancellationToken cancel)
    {
        var resources = news.Select(entry => entry.Event).OfType<ExpectedEvent>().GroupBy(each => each.Key, StringComparer.Ordinal).OrderBy(each => each.Key, StringComparer.Ordinal);
        await RepeatedStatement.RunAsync(transaction, """
            INSERT INTO expected_events (key, project, resource, place, announced_time, shown_time, told, seen_at) VALUES (@key, @project, @resource, @place, @announced, @shown, 0, @now)
            ON CONFLICT (key) DO UPDATE SET
                announced_time = CASE WHEN excluded.announced_time > expected_events.announced_time THEN excluded.announced_time ELSE expected_events.announced_time END,
                shown_time = CASE WHEN excluded.shown_time > expected_events.shown_time THEN excluded.shown_time ELSE expected_events.shown_time END,
                seen_at = CASE WHEN excluded.announced_time = 0 AND excluded.shown_time = 0 AND expected_events.told = 0 AND expected_events.announced_time > expected_events.shown_time
                    THEN expected_events.seen_at ELSE excluded.seen_at END
            """, [.. resources.Select(each => (each.First(), Announced: each.Max(told => told.Announced), Shown: each.Max(told => told.Shown))).Select(each => (SqlValue[])
            [
                new("@key", each.Item1.Key), new("@project", KeptText.Of(each.Item1.Project)), new("@resource", KeptText.Of(each.Item1.Resource)), new("@place", KeptText.Of(each.Item1.Place)),
                new("@announced", each.Announced is { } announced ? Moments.ToNanos(announced) : 0L), new("@shown", each.Shown is { } shown ? Moments.ToNanos(shown) : 0L), new("@now", Now),
            ])], _ => true, cancel);
    }
}
