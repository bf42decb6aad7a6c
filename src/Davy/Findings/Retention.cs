using Davy.Logs;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>How long things are kept.</summary>
public sealed record RetentionOptions
{
    /// <summary>Findings, by the later of event and keeping, in days; default 400, for Security Command Center keeps them 13 months.</summary>
    public int FindingDays { get; init; } = 400;

    /// <summary>Doubts, since they were seen last, in days; default 400.</summary>
    public int DoubtDays { get; init; } = 400;

    /// <summary>Rejected entries, in days; default 30, for their bytes may hold secrets.</summary>
    public int RejectedEntryDays { get; init; } = 30;

    /// <summary>Dead letters, in days; default 30, for their bytes may hold secrets.</summary>
    public int DeadLetterDays { get; init; } = 30;

    /// <summary>Operations that have ended, in days; default 30.</summary>
    public int OperationDays { get; init; } = 30;

    /// <summary>What is wrong with the options, one sentence each.</summary>
    /// <returns>The faults.</returns>
    public IEnumerable<string> Faults()
    {
        foreach (var (name, days) in new[] { ("findingDays", FindingDays), ("doubtDays", DoubtDays), ("rejectedEntryDays", RejectedEntryDays), ("deadLetterDays", DeadLetterDays), ("operationDays", OperationDays) })
        {
            if (days is < 1 or > 36_500) yield return $"retention:{name} is {days}; it must be 1 to 36,500.";
        }
    }
}

/// <summary>Deletes what has been kept long enough, in steps, so that nobody waits for it.</summary>
/// <param name="database">The database, migrated.</param>
/// <param name="options">How long.</param>
/// <param name="time">The clock.</param>
public sealed class Retention(Database database, RetentionOptions options, TimeProvider time)
{
    const int RowsInAStep = 500;

    /// <summary>Deletes everything that is due.</summary>
    /// <param name="cancel">Stops between two steps.</param>
    /// <returns>How many findings were deleted.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var findings = Moments.ToNanos(Timestamp.From(Before(options.FindingDays)));
        var deleted = await AllAsync("""
            DELETE FROM findings WHERE key IN (SELECT key FROM findings WHERE event_time < @before AND create_time < @before ORDER BY event_time LIMIT @most)
            """, findings, cancel);
        await AllAsync("""
            DELETE FROM resource_findings WHERE (resource_key, source_id, finding_id) IN (SELECT resource_key, source_id, finding_id FROM resource_findings r
            WHERE @before IS NOT NULL AND NOT EXISTS (SELECT 1 FROM findings f WHERE f.source_id = r.source_id AND f.finding_id = r.finding_id) LIMIT @most)
            """, findings, cancel);

        // What a finding says of what ran before must stay as long as it does.
        await AllAsync("""
            DELETE FROM deployments WHERE key IN (SELECT key FROM deployments d
            WHERE at < @before AND NOT EXISTS (SELECT 1 FROM resource_findings r WHERE r.resource_key = d.resource_key) ORDER BY at LIMIT @most)
            """, findings, cancel);
        var seen = Before(options.FindingDays).ToUnixTimeMilliseconds();
        await AllAsync("DELETE FROM inspections WHERE key IN (SELECT key FROM inspections WHERE last_at < @before ORDER BY last_at LIMIT @most)", seen, cancel);
        await AllAsync("""
            DELETE FROM inspection_uses WHERE seen_at < @before AND (image, subject) IN (SELECT image, subject FROM inspection_uses WHERE seen_at < @before ORDER BY seen_at LIMIT @most)
            """, seen, cancel);
        await AllAsync("DELETE FROM doubts WHERE key IN (SELECT key FROM doubts WHERE last_at < @before ORDER BY last_at LIMIT @most)",
            Before(options.DoubtDays).ToUnixTimeMilliseconds(), cancel);
        await AllAsync("DELETE FROM rejected_entries WHERE key IN (SELECT key FROM rejected_entries WHERE seen_at < @before ORDER BY seen_at LIMIT @most)",
            Before(options.RejectedEntryDays).ToUnixTimeMilliseconds(), cancel);
        await AllAsync("DELETE FROM dead_letters WHERE key IN (SELECT key FROM dead_letters WHERE seen_at < @before ORDER BY seen_at LIMIT @most)",
            Before(options.DeadLetterDays).ToUnixTimeMilliseconds(), cancel);
        await AllAsync("DELETE FROM operations WHERE name IN (SELECT name FROM operations WHERE done = 1 AND update_time < @before LIMIT @most)",
            Moments.ToNanos(Timestamp.From(Before(options.OperationDays))), cancel);
        return deleted;
    }

    DateTimeOffset Before(int days) => time.GetUtcNow().AddDays(-days);

    async Task<int> AllAsync(string text, long before, CancellationToken cancel)
    {
        var all = 0;
        while (true)
        {
            var step = await database.WriteAsync(transaction => transaction.ExecuteAsync(text, cancel, ("@before", before), ("@most", (long)RowsInAStep)), cancel);
            all += step;
            if (step < RowsInAStep) return all;
        }
    }
}
