using System.Data.Common;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>Counts what was dropped to stay within a bound, so that a list which is not all never passes for all.</summary>
static class Dropped
{
    /// <summary>Lets the eldest rows of a table go until no more than a bound are left, and counts them.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="table">The table, a name of ours.</param>
    /// <param name="time">Its column by which a row is old, a name of ours.</param>
    /// <param name="most">The bound.</param>
    /// <param name="what">What the rows are counted as.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>How many went.</returns>
    public static async Task<int> TrimAsync(DbTransaction transaction, string table, string time, int most, string what, CancellationToken cancel)
    {
        var gone = await transaction.ExecuteAsync($"""
            DELETE FROM {table} WHERE key IN (
                SELECT key FROM {table} ORDER BY {time}, key
                LIMIT (SELECT CASE WHEN count(*) > @most THEN count(*) - @most ELSE 0 END FROM {table}))
            """, cancel, ("@most", (long)most));
        await CountAsync(transaction, what, gone, cancel);
        return gone;
    }

    public static async Task CountAsync(DbTransaction transaction, string what, int count, CancellationToken cancel)
    {
        if (count == 0) return;
        await transaction.ExecuteAsync(
            "INSERT INTO dropped (what, count) VALUES (@what, @count) ON CONFLICT (what) DO UPDATE SET count = dropped.count + excluded.count", cancel,
            ("@what", what), ("@count", (long)count));
    }

    public static async Task<long> OfAsync(DbConnection connection, string what, CancellationToken cancel)
    {
        await using var command = connection.Command("SELECT count FROM dropped WHERE what = @what", ("@what", what));
        return await command.ExecuteScalarAsync(cancel) is long count ? count : 0;
    }
}
