using System.Data.Common;
using Davy.Logs;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>The entries that could not be read, kept for a while, and no more than a bound; the eldest make room.</summary>
/// <param name="database">The database, migrated.</param>
/// <param name="time">The clock.</param>
/// <param name="most">How many are kept.</param>
public sealed class RejectedEntryStore(Database database, TimeProvider time, int most = 10_000)
{
    /// <summary>How many bytes of an entry are kept.</summary>
    public const int MostBytes = 65_536;

    const string What = "rejected entries";

    /// <summary>Keeps entries that were rejected.</summary>
    /// <param name="entries">Each with its bytes, of which the first <see cref="MostBytes"/> are kept; empty where they are not to be kept, since they may hold secrets.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    public Task AddAsync(IReadOnlyCollection<(RejectedEntry Entry, ReadOnlyMemory<byte> Content)> entries, CancellationToken cancel) =>
        database.WriteAsync(transaction => AddAsync(transaction, entries, cancel), cancel);

    /// <summary>The same, in a transaction that keeps more.</summary>
    internal async Task<int> AddAsync(DbTransaction transaction, IReadOnlyCollection<(RejectedEntry Entry, ReadOnlyMemory<byte> Content)> entries, CancellationToken cancel)
    {
        foreach (var (entry, content) in entries)
        {
            await InsertAsync(transaction, entry.Reason.ToString(), KeptText.Of(entry.Detail), KeptText.Of(entry.Location.ToString()), content, cancel);
        }

        return await Dropped.TrimAsync(transaction, "rejected_entries", "seen_at", most, What, cancel);
    }

    /// <summary>Keeps entries of a scan, without their bytes. One with the same place and fault is there already: the scan was made or sent again, and it is only seen again.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    public Task AddOnceAsync(IReadOnlyCollection<RejectedEntry> entries, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        await using var known = transaction.Command("SELECT key, reason, detail, place FROM rejected_entries");
        var keys = (await known.ToListAsync(row => (Entry: (row.Text(1), row.Text(2), row.Text(3)), Key: row.Number(0)), cancel))
            .DistinctBy(each => each.Entry).ToDictionary(each => each.Entry, each => each.Key);

        foreach (var entry in entries.Select(entry => (Reason: entry.Reason.ToString(), Detail: KeptText.Of(entry.Detail), Place: KeptText.Of(entry.Location.ToString()))).Distinct())
        {
            if (keys.TryGetValue(entry, out var key)) await transaction.ExecuteAsync("UPDATE rejected_entries SET seen_at = @now WHERE key = @key", cancel, ("@now", Now), ("@key", key));
            else await InsertAsync(transaction, entry.Reason, entry.Detail, entry.Place, default, cancel);
        }

        return await Dropped.TrimAsync(transaction, "rejected_entries", "seen_at", most, What, cancel);
    }, cancel);

    /// <summary>A page of entries, from the newest down, without their bytes.</summary>
    /// <param name="before">The key below which the page begins; null for the first page.</param>
    /// <param name="size">The most to answer.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The entries.</returns>
    public Task<List<KeptRejection>> ListAsync(long? before, int size, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command(
            "SELECT key, reason, detail, place, seen_at, size FROM rejected_entries WHERE key < @before ORDER BY key DESC LIMIT @most",
            ("@before", before ?? long.MaxValue), ("@most", (long)size));
        return await command.ToListAsync(Read, cancel);
    }, cancel);

    /// <summary>The bytes of an entry. They may hold secrets: whoever shows them says to whom.</summary>
    /// <param name="key">The entry's key.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null where there is no such entry, or its bytes were not kept.</returns>
    public Task<byte[]?> ContentAsync(long key, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command("SELECT content FROM rejected_entries WHERE key = @key", ("@key", key));
        return await command.ExecuteScalarAsync(cancel) as byte[];
    }, cancel);

    /// <summary>How many entries were dropped to stay within the bound.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The number.</returns>
    public Task<long> DroppedAsync(CancellationToken cancel) => database.ReadAsync(connection => Dropped.OfAsync(connection, What, cancel), cancel);

    long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    Task<int> InsertAsync(DbTransaction transaction, string reason, string detail, string place, ReadOnlyMemory<byte> content, CancellationToken cancel) => transaction.ExecuteAsync("""
        INSERT INTO rejected_entries (reason, detail, place, seen_at, size, content) VALUES (@reason, @detail, @place, @now, @size, @content)
        """, cancel,
        ("@reason", reason), ("@detail", detail), ("@place", place), ("@now", Now),
        ("@size", (long)content.Length), ("@content", content.Length == 0 ? null : content[..Math.Min(content.Length, MostBytes)].ToArray()));

    static KeptRejection Read(DbDataReader row) => new(
        row.Number(0), Enum.Parse<RejectReason>(row.Text(1)), row.Text(2), row.Text(3), DateTimeOffset.FromUnixTimeMilliseconds(row.Number(4)), row.Number(5));
}

/// <summary>A rejected entry as it is kept.</summary>
/// <param name="Key">Its place in the list.</param>
/// <param name="Reason">The kind of fault.</param>
/// <param name="Detail">One sentence for a person.</param>
/// <param name="Place">Where it stood.</param>
/// <param name="SeenAt">When it was rejected.</param>
/// <param name="Size">How many bytes were given to keep.</param>
public sealed record KeptRejection(long Key, RejectReason Reason, string Detail, string Place, DateTimeOffset SeenAt, long Size);
