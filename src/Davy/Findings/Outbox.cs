using System.Data.Common;
using System.Security.Cryptography;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>
/// What is to be told on, as it stood when there was reason to. A notification is claimed, sent, and then removed; a sender that dies loses its claim after a while, so
/// each is sent at least once. Those of one finding go to one config one after the other, in order; configs do not wait for each other.
/// </summary>
/// <param name="database">The database, migrated.</param>
/// <param name="time">The clock.</param>
public sealed class Outbox(Database database, TimeProvider time)
{
    /// <summary>The configs that something is due for.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Their names.</returns>
    public Task<List<string>> DueAsync(CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command(
            "SELECT n.name FROM notification_configs n WHERE EXISTS (SELECT 1 FROM outbox o WHERE o.config = n.name AND o.due_at <= @now) ORDER BY n.name", ("@now", Now));
        return await command.ToListAsync(row => row.Text(0), cancel);
    }, cancel);

    /// <summary>Claims what is due for a config, at most one notification of each finding.</summary>
    /// <param name="config">The config's name.</param>
    /// <param name="most">The most to claim.</param>
    /// <param name="lease">How long the claim holds; sending must take less, or it is sent twice.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The notifications, in the order in which they were put in.</returns>
    public Task<List<OutboxEntry>> ClaimAsync(string config, int most, TimeSpan lease, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        // The outer condition is asked again where another server claimed first; the elder, though claimed, still holds back the younger.
        await using var command = transaction.Command("""
            UPDATE outbox SET claim = @claim, attempts = attempts + 1, due_at = @until
            WHERE due_at <= @now AND seq IN (
                SELECT o.seq FROM outbox o
                WHERE o.config = @config AND o.due_at <= @now
                    AND NOT EXISTS (SELECT 1 FROM outbox elder WHERE elder.config = o.config AND elder.finding_key = o.finding_key AND elder.seq < o.seq)
                ORDER BY o.due_at, o.seq
                LIMIT @most)
            RETURNING seq, config, claim, attempts, created_at, document, resource, wire
            """,
            ("@claim", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))), ("@until", Now + (long)lease.TotalMilliseconds), ("@now", Now), ("@config", config), ("@most", (long)most));
        var claimed = await command.ToListAsync(Read, cancel);
        return claimed.OrderBy(entry => entry.Sequence).ToList();
    }, cancel);

    /// <summary>Removes a notification that was sent.</summary>
    /// <param name="entry">The notification, as it was claimed.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>False where the claim was lost meanwhile; then another sends it again.</returns>
    public Task<bool> SentAsync(OutboxEntry entry, CancellationToken cancel) => database.WriteAsync(async transaction =>
        await transaction.ExecuteAsync("DELETE FROM outbox WHERE seq = @seq AND claim = @claim", cancel, ("@seq", entry.Sequence), ("@claim", entry.Claim)) == 1, cancel);

    /// <summary>Puts a notification back that could not be sent.</summary>
    /// <param name="entry">The notification, as it was claimed.</param>
    /// <param name="error">Why, for people; without secrets. At most 1,000 characters are kept.</param>
    /// <param name="wait">How long to wait before the next attempt.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>False where the claim was lost meanwhile.</returns>
    public Task<bool> FailedAsync(OutboxEntry entry, string error, TimeSpan wait, CancellationToken cancel) => database.WriteAsync(async transaction =>
        await transaction.ExecuteAsync("UPDATE outbox SET claim = '', due_at = @due, last_error = @error WHERE seq = @seq AND claim = @claim", cancel,
            ("@due", Now + (long)wait.TotalMilliseconds), ("@error", error.Length > 1_000 ? error[..1_000] : error), ("@seq", entry.Sequence), ("@claim", entry.Claim)) == 1, cancel);

    /// <summary>
    /// Takes all claims away, so that what a process that died had claimed is due at once. Only for a database that no other process uses: an SQLite file at the start.
    /// </summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>How many there were.</returns>
    public Task<int> ReleaseAsync(CancellationToken cancel) => database.WriteAsync(transaction =>
        transaction.ExecuteAsync("UPDATE outbox SET claim = '', due_at = @now WHERE claim <> ''", cancel, ("@now", Now)), cancel);

    /// <summary>Gives up what has waited too long, so that a target that is dead for ever does not fill the database. It is counted, and shown.</summary>
    /// <param name="oldest">What was put in before is given up.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>How many were given up.</returns>
    public Task<int> GiveUpAsync(DateTimeOffset oldest, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        var gone = await transaction.ExecuteAsync("DELETE FROM outbox WHERE created_at < @oldest", cancel, ("@oldest", oldest.ToUnixTimeMilliseconds()));
        await Dropped.CountAsync(transaction, "notifications", gone, cancel);
        return gone;
    }, cancel);

    /// <summary>How it stands with each config that something waits for.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The backlogs, by config.</returns>
    public Task<List<OutboxBacklog>> BacklogAsync(CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command(
            "SELECT config, count(*), min(created_at), max(attempts), coalesce(max(last_error), '') FROM outbox GROUP BY config ORDER BY config");
        return await command.ToListAsync(row => new OutboxBacklog(row.Text(0), row.Number(1), DateTimeOffset.FromUnixTimeMilliseconds(row.Number(2)), row.Number(3), row.Text(4)), cancel);
    }, cancel);

    long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    static OutboxEntry Read(DbDataReader row) => new(
        row.Number(0), row.Text(1), row.Text(2), row.Number(3), DateTimeOffset.FromUnixTimeMilliseconds(row.Number(4)),
        new(row.Text(5), row.Text(6), row.IsDBNull(7) ? null : row.Bytes(7)));
}

/// <summary>A notification that was claimed.</summary>
/// <param name="Sequence">Its place in the order.</param>
/// <param name="Config">The name of the config to tell.</param>
/// <param name="Claim">What proves the claim.</param>
/// <param name="Attempts">Which attempt this is, from 1.</param>
/// <param name="CreatedAt">When there was reason to tell.</param>
/// <param name="Finding">The finding as it stood then.</param>
public sealed record OutboxEntry(long Sequence, string Config, string Claim, long Attempts, DateTimeOffset CreatedAt, FindingContent Finding);

/// <summary>What waits for one config.</summary>
/// <param name="Config">The config's name.</param>
/// <param name="Count">How many notifications.</param>
/// <param name="Oldest">When the oldest was put in.</param>
/// <param name="MostAttempts">How often one of them was tried at most; 0 where none was.</param>
/// <param name="LastError">Why one of them could not be sent; empty where none failed.</param>
public sealed record OutboxBacklog(string Config, long Count, DateTimeOffset Oldest, long MostAttempts, string LastError);
