using System.Data.Common;
using Davy.Storage;

namespace Davy;

/// <summary>How far sources were read, as it is kept.</summary>
/// <param name="database">The database, migrated.</param>
public sealed class WatchCursors(Database database)
{
    /// <summary>All cursors whose names begin alike.</summary>
    /// <param name="prefix">How they begin; it ends with a slash.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The cursors, those that moved last at the end.</returns>
    public Task<List<WatchCursor>> BelowAsync(string prefix, CancellationToken cancel)
    {
        if (!prefix.EndsWith('/')) throw new ArgumentException("A prefix ends with a slash.", nameof(prefix));

        // The digit 0 is the sign that follows on the slash.
        return database.ReadAsync(async connection =>
        {
            await using var command = connection.Command("SELECT name, value FROM cursors WHERE name > @from AND name < @to ORDER BY moved_at, name", ("@from", prefix), ("@to", prefix[..^1] + "0"));
            return await command.ToListAsync(row => new WatchCursor(row.Text(0), row.Text(1)), cancel);
        }, cancel);
    }

    /// <summary>Moves cursors, and those that move with them.</summary>
    internal static async Task MoveAsync(DbTransaction transaction, IReadOnlyList<WatchCursor> cursors, long now, CancellationToken cancel)
    {
        // Always in the same order, so that two transactions wait for each other in none.
        var all = cursors.SelectMany(cursor => cursor.Others.Prepend(cursor)).OrderBy(cursor => cursor.Name, StringComparer.Ordinal).ToList();
        await RepeatedStatement.RunAsync(transaction, """
            INSERT INTO cursors (name, value, moved_at) VALUES (@name, @value, @now)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value, moved_at = excluded.moved_at
            """, [.. all.Where(cursor => cursor.Value is not null).Select(cursor => (SqlValue[])[new("@name", cursor.Name), new("@value", cursor.Value), new("@now", now)])], _ => true, cancel);
        await RepeatedStatement.RunAsync(transaction, "DELETE FROM cursors WHERE name = @name",
            [.. all.Where(cursor => cursor.Value is null).Select(cursor => (SqlValue[])[new("@name", cursor.Name)])], _ => true, cancel);
    }
}
