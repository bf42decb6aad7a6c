using System.Data.Common;
using Davy.Logs;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>
/// Brings what is kept in line with the dynamic mute configs after one was made, changed, deleted or came to its end. It goes through the findings in steps, each one
/// transaction together with the note how far it has come; so it goes on after a crash, and servers that share a database take turns. What is written meanwhile follows
/// the new configs anyhow.
/// </summary>
public sealed class MuteSweep
{
    const int FindingsInAStep = 500;

    readonly Database _database;
    readonly FindingWriter _writer;
    readonly TimeProvider _time;

    /// <summary>A sweep.</summary>
    /// <param name="database">The database, migrated.</param>
    /// <param name="read">Reads the filters of configs.</param>
    /// <param name="time">The clock.</param>
    public MuteSweep(Database database, ReadFilter read, TimeProvider time) => (_database, _writer, _time) = (database, new(database, read, time), time);

    /// <summary>Goes one step. To be called again at once while there is more to do, and every few seconds otherwise, since configs come to their end.</summary>
    /// <param name="cancel">Stops it; the step is then undone.</param>
    /// <returns>Whether there is more to do.</returns>
    public Task<bool> StepAsync(CancellationToken cancel) => _database.WriteAsync(async transaction =>
    {
        var rules = await _writer.RulesAsync(transaction, cancel);
        var now = Moments.ToNanos(Timestamp.From(_time.GetUtcNow()));

        // The update locks the row: another server's step waits here.
        await transaction.ExecuteAsync("""
            UPDATE mute_sweep SET expiry_done = @now, wanted = wanted + (
                SELECT count(*) FROM mute_configs WHERE expiry_time > mute_sweep.expiry_done AND expiry_time <= @now AND expiry_time <> 0)
            WHERE id = 1
            """, cancel, ("@now", now));
        await using var ask = transaction.Command("SELECT wanted, done, doing, reached FROM mute_sweep WHERE id = 1");
        var (wanted, done, doing, reached) = (await ask.ToListAsync(row => (row.Number(0), row.Number(1), row.Number(2), row.Number(3)), cancel)).Single();
        if (wanted == done) return false;
        if (doing != wanted) (doing, reached) = (wanted, 0);

        var last = await ApplyAsync(transaction, rules, reached, cancel);
        await transaction.ExecuteAsync("UPDATE mute_sweep SET doing = @doing, reached = @reached, done = @done WHERE id = 1", cancel,
            ("@doing", doing), ("@reached", last ?? 0), ("@done", last is null ? doing : done));
        return last is not null;
    }, cancel);

    /// <summary>Applies the configs to the next findings.</summary>
    /// <returns>The last key; null where there are no more.</returns>
    async Task<long?> ApplyAsync(DbTransaction transaction, WriteRules rules, long reached, CancellationToken cancel)
    {
        await using var command = transaction.Command(
            $"SELECT {FindingRow.Selected} FROM findings f WHERE f.key > @reached ORDER BY f.key LIMIT @most", ("@reached", reached), ("@most", (long)FindingsInAStep));
        var findings = await command.ToListAsync(FindingRow.Read, cancel);

        await new FindingBatch(_writer, transaction, rules).EditAsync(findings, (_, _) => { }, cancel);
        return findings.Count < FindingsInAStep ? null : findings[^1].Key;
    }
}
