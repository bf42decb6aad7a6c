using Davy.Logs;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>When each source of log entries brought its last, kept over restarts and for all servers of one database: silence is silence of all of them.</summary>
/// <param name="database">The database, migrated.</param>
/// <param name="time">The clock.</param>
sealed class SourceSightings(Database database, TimeProvider time)
{
    /// <summary>Notes what this server saw, and tells what all of them saw.</summary>
    /// <param name="seen">What this server saw.</param>
    /// <param name="memory">How long a source that brings nothing is remembered.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>All sources, by name.</returns>
    public Task<List<SourceSighting>> NoteAsync(IReadOnlyList<SourceSighting> seen, TimeSpan memory, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        await transaction.ExecuteAsync("DELETE FROM watched_sources WHERE since_at < @before AND last_at < @before", cancel, ("@before", (time.GetUtcNow() - memory).ToUnixTimeMilliseconds()));
        foreach (var source in seen.OrderBy(source => source.Name, StringComparer.Ordinal))
        {
            await transaction.ExecuteAsync("""
                INSERT INTO watched_sources (name, since_at, last_at, newest_time) VALUES (@name, @since, @last, @newest)
                ON CONFLICT (name) DO UPDATE SET
                    last_at = CASE WHEN excluded.last_at > watched_sources.last_at THEN excluded.last_at ELSE watched_sources.last_at END,
                    newest_time = CASE WHEN excluded.newest_time > watched_sources.newest_time THEN excluded.newest_time ELSE watched_sources.newest_time END
                """, cancel,
                ("@name", KeptText.Of(source.Name)), ("@since", source.Since.ToUnixTimeMilliseconds()), ("@last", source.LastAt?.ToUnixTimeMilliseconds() ?? 0L),
                ("@newest", source.Newest is { } newest ? Moments.ToNanos(newest) : 0L));
        }

        await using var ask = transaction.Command("SELECT name, since_at, last_at, newest_time FROM watched_sources ORDER BY name LIMIT 10000");
        return await ask.ToListAsync(row => new SourceSighting(
            row.Text(0), DateTimeOffset.FromUnixTimeMilliseconds(row.Number(1)), row.Number(2) is var last and not 0 ? DateTimeOffset.FromUnixTimeMilliseconds(last) : null,
            row.Number(3) is var newest and not 0 ? Moments.FromNanos(newest) : null), cancel);
    }, cancel);
}

/// <summary>What was seen of a source.</summary>
/// <param name="Name">The source.</param>
/// <param name="Since">Since when it is known.</param>
/// <param name="LastAt">When its last entry was kept; null for never.</param>
/// <param name="Newest">The latest of the entries' own times; null where none told it.</param>
sealed record SourceSighting(string Name, DateTimeOffset Since, DateTimeOffset? LastAt, Timestamp? Newest);
