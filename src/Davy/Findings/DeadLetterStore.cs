using System.Data.Common;
using System.Security.Cryptography;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>
/// The entries that were read and failed for good, with their bytes and a checksum. When there is no more room the eldest stay, for they came first to somebody's notice: a new one is
/// kept without its bytes, or refused, as <see cref="DeadLetterLimits"/> says.
/// </summary>
/// <param name="database">The database, migrated.</param>
/// <param name="time">The clock.</param>
/// <param name="limits">How much is kept.</param>
public sealed class DeadLetterStore(Database database, TimeProvider time, DeadLetterLimits limits)
{
    const string What = "dead letters";
    const string WhatBytes = "contents of dead letters";
    const int Showings = 10_000;
    const string Columns = "key, hash, source, place, reason, detail, seen_at, size, kept, attempts, attempted_at";

    /// <summary>How much is kept.</summary>
    public DeadLetterLimits Limits => limits;

    /// <summary>Keeps letters in a transaction that keeps more. One whose bytes are kept already is not kept again.</summary>
    /// <exception cref="DeadLettersFullException">There is no room, and none is to be kept without its bytes.</exception>
    internal async Task AddAsync(DbTransaction transaction, IReadOnlyCollection<NewDeadLetter> letters, CancellationToken cancel)
    {
        await using var ask = transaction.Command("SELECT count(*), CAST(coalesce(sum(kept), 0) AS bigint) FROM dead_letters");
        var (count, bytes) = (await ask.ToListAsync(row => (row.Number(0), row.Number(1)), cancel))[0];
        foreach (var letter in letters)
        {
            var hasRoom = bytes + letter.Content.Length <= limits.Bytes && count < limits.Letters;
            if (!hasRoom && limits.RefuseWhenFull) throw new DeadLettersFullException();
            if (count >= limits.Letters)
            {
                await Dropped.CountAsync(transaction, What, 1, cancel);
                continue;
            }

            var kept = hasRoom ? letter.Content.Length : 0L;
            var added = await transaction.ExecuteAsync("""
                INSERT INTO dead_letters (hash, source, place, reason, detail, seen_at, size, kept, attempts, attempted_at, content)
                VALUES (@hash, @source, @place, @reason, @detail, @now, @size, @kept, 0, 0, @content)
                ON CONFLICT (hash) DO NOTHING
                """, cancel,
                ("@hash", HashOf(letter.Content.Span)), ("@source", KeptText.Of(letter.Source)), ("@place", KeptText.Of(letter.Location.ToString())), ("@reason", letter.Reason.ToString()),
                ("@detail", KeptText.Of(letter.Detail)), ("@now", Now), ("@size", (long)letter.Content.Length), ("@kept", kept), ("@content", hasRoom ? letter.Content.ToArray() : null));
            if (added > 0 && !hasRoom) await Dropped.CountAsync(transaction, WhatBytes, 1, cancel);
            (count, bytes) = (count + added, bytes + (added * kept));
        }
    }

    /// <summary>A page of letters, from the newest down, without their bytes.</summary>
    /// <param name="before">The key below which the page begins; null for the first page.</param>
    /// <param name="size">The most to answer.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The letters.</returns>
    public Task<List<KeptDeadLetter>> ListAsync(long? before, int size, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command($"SELECT {Columns} FROM dead_letters WHERE key < @before ORDER BY key DESC LIMIT @most", ("@before", before ?? long.MaxValue), ("@most", (long)size));
        return await command.ToListAsync(Read, cancel);
    }, cancel);

    /// <summary>Shows a letter with its bytes to somebody, and notes it first, for they may hold secrets.</summary>
    /// <param name="key">The letter's key.</param>
    /// <param name="who">To whom.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null where there is no such letter.</returns>
    public async Task<DeadLetterContent?> ShowAsync(long key, string who, CancellationToken cancel)
    {
        var noted = await database.WriteAsync(async transaction =>
        {
            var rows = await transaction.ExecuteAsync(
                "INSERT INTO dead_letter_showings (letter, hash, shown_to, seen_at) SELECT key, hash, @who, @now FROM dead_letters WHERE key = @key", cancel, ("@who", KeptText.Of(who)), ("@now", Now), ("@key", key));
            await Dropped.TrimAsync(transaction, "dead_letter_showings", "seen_at", Showings, "showings of dead letters", cancel);
            return rows;
        }, cancel);
        return noted == 0 ? null : await ContentAsync(key, cancel);
    }

    /// <summary>To whom the bytes of a letter were shown, the latest first.</summary>
    /// <param name="hash">The letter's checksum.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Who, and when.</returns>
    public Task<List<(string Who, DateTimeOffset At)>> ShowingsAsync(string hash, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command("SELECT shown_to, seen_at FROM dead_letter_showings WHERE hash = @hash ORDER BY key DESC", ("@hash", hash));
        return await command.ToListAsync(row => (row.Text(0), DateTimeOffset.FromUnixTimeMilliseconds(row.Number(1))), cancel);
    }, cancel);

    /// <summary>Throws a letter away.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Whether there was one.</returns>
    public Task<bool> PurgeAsync(long key, CancellationToken cancel) => database.WriteAsync(async transaction => await RemoveAsync(transaction, key, cancel) > 0, cancel);

    /// <summary>How many letters are kept, by source.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The sources that have any.</returns>
    public Task<List<DeadLetterTotal>> TotalsAsync(CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command("SELECT source, count(*), CAST(sum(kept) AS bigint) FROM dead_letters GROUP BY source ORDER BY source");
        return await command.ToListAsync(row => new DeadLetterTotal(row.Text(0), row.Number(1), row.Number(2)), cancel);
    }, cancel);

    /// <summary>How many letters were kept without their bytes, or not at all, because there was no room.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The number.</returns>
    public Task<long> DroppedAsync(CancellationToken cancel) => database.ReadAsync(async connection => await Dropped.OfAsync(connection, What, cancel) + await Dropped.OfAsync(connection, WhatBytes, cancel), cancel);

    /// <summary>A letter with its bytes, held against their checksum; null where there is none.</summary>
    internal Task<DeadLetterContent?> ContentAsync(long key, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command($"SELECT {Columns}, content FROM dead_letters WHERE key = @key", ("@key", key));
        return (await command.ToListAsync(row =>
        {
            var letter = Read(row);
            if (!letter.HasContent) return new DeadLetterContent(letter, null, false);
            var bytes = row.Bytes(11);
            return HashOf(bytes) == letter.Hash ? new(letter, bytes, false) : new DeadLetterContent(letter, null, true);
        }, cancel)).FirstOrDefault();
    }, cancel);

    /// <summary>Removes a letter in a transaction that keeps what it was replayed to.</summary>
    internal static Task<int> RemoveAsync(DbTransaction transaction, long key, CancellationToken cancel) => transaction.ExecuteAsync("DELETE FROM dead_letters WHERE key = @key", cancel, ("@key", key));

    /// <summary>Notes that a letter was replayed, and failed again.</summary>
    internal Task AttemptedAsync(long key, DeadLetterReason reason, string detail, CancellationToken cancel) => database.WriteAsync(transaction => transaction.ExecuteAsync(
        "UPDATE dead_letters SET attempts = attempts + 1, attempted_at = @now, reason = @reason, detail = @detail WHERE key = @key", cancel,
        ("@now", Now), ("@reason", reason.ToString()), ("@detail", KeptText.Of(detail)), ("@key", key)), cancel);

    /// <summary>The checksum of bytes.</summary>
    internal static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    static KeptDeadLetter Read(DbDataReader row) => new()
    {
        Key = row.Number(0),
        Hash = row.Text(1),
        Source = row.Text(2),
        Place = row.Text(3),
        Reason = Enum.TryParse<DeadLetterReason>(row.Text(4), out var reason) ? reason : DeadLetterReason.Examining,
        Detail = row.Text(5),
        SeenAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Number(6)),
        Size = row.Number(7),
        HasContent = row.Number(8) == row.Number(7),
        Attempts = row.Number(9),
        AttemptedAt = row.Number(10) is var at and not 0 ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
    };
}
