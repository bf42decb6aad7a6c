using System.Data.Common;
using Davy.Logs;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>The long-running operations.</summary>
/// <param name="database">The database, migrated.</param>
public sealed class OperationStore(Database database)
{
    const string Selected = "name, kind, parent, request, requested_by, done, error, affected, create_time, update_time";

    /// <summary>An operation.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null where there is none.</returns>
    public Task<Operation?> FindAsync(string name, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command($"SELECT {Selected} FROM operations WHERE name = @name", ("@name", name));
        return (await command.ToListAsync(Read, cancel)).FirstOrDefault();
    }, cancel);

    /// <summary>A page of operations, by name.</summary>
    /// <param name="parent">The node; empty for all.</param>
    /// <param name="after">The name behind which the page begins; empty for the first page.</param>
    /// <param name="size">The most to answer.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The page.</returns>
    public Task<NamePage<Operation>> ListAsync(string parent, string after, int size, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command(
            $"SELECT {Selected} FROM operations WHERE (@parent = '' OR parent = @parent) AND name > @after ORDER BY name LIMIT @most",
            ("@parent", parent), ("@after", after), ("@most", size + 1L));
        return NamePage<Operation>.Of(await command.ToListAsync(Read, cancel), size, operation => operation.Name);
    }, cancel);

    /// <summary>Forgets an operation that has ended.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    /// <exception cref="RefusedException">There is none (<see cref="Refusal.NotFound"/>), or it has not ended (<see cref="Refusal.FailedPrecondition"/>).</exception>
    public Task DeleteAsync(string name, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        if (await transaction.ExecuteAsync("DELETE FROM operations WHERE name = @name AND done = 1", cancel, ("@name", name)) == 1) return name;

        await using var exists = transaction.Command("SELECT count(*) FROM operations WHERE name = @name", ("@name", name));
        throw await exists.ExecuteScalarAsync(cancel) is 0L
            ? new RefusedException(Refusal.NotFound, $"The operation {name} does not exist.")
            : new RefusedException(Refusal.FailedPrecondition, $"The operation {name} has not ended; cancel it first.");
    }, cancel);

    /// <summary>Ends an operation before its time: what it has done stays done, and the step that it is at is its last. One that has ended is left as it is.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    /// <exception cref="RefusedException">There is none (<see cref="Refusal.NotFound"/>).</exception>
    public Task CancelAsync(string name, Timestamp now, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        var ended = await transaction.ExecuteAsync("UPDATE operations SET done = 1, error = @error, update_time = @now WHERE name = @name AND done = 0", cancel,
            ("@error", Operation.Cancelled), ("@now", Moments.ToNanos(now)), ("@name", name));
        if (ended == 1) return name;

        await using var exists = transaction.Command("SELECT count(*) FROM operations WHERE name = @name", ("@name", name));
        return await exists.ExecuteScalarAsync(cancel) is 0L ? throw new RefusedException(Refusal.NotFound, $"The operation {name} does not exist.") : name;
    }, cancel);

    /// <summary>Keeps a new operation, with the last key that it concerns.</summary>
    internal static Task AddAsync(DbTransaction transaction, Operation operation, long lastKey, CancellationToken cancel) => transaction.ExecuteAsync("""
        INSERT INTO operations (name, kind, parent, request, requested_by, done, error, affected, reached, last_key, create_time, update_time)
        VALUES (@name, @kind, @parent, @request, @by, 0, '', 0, 0, @last_key, @created, @created)
        """, cancel,
        ("@name", operation.Name), ("@kind", KindWord(operation.Kind)), ("@parent", operation.Parent), ("@request", operation.Request), ("@by", operation.RequestedBy),
        ("@last_key", lastKey), ("@created", Moments.ToNanos(operation.CreateTime)));

    /// <summary>The eldest operation that has not ended, locked until the transaction ends, with how far it has come and the last key that it concerns.</summary>
    internal static async Task<(Operation Operation, long Reached, long LastKey)?> NextAsync(DbTransaction transaction, OperationKind kind, CancellationToken cancel)
    {
        await using var eldest = transaction.Command("SELECT name FROM operations WHERE done = 0 AND kind = @kind ORDER BY create_time, name LIMIT 1", ("@kind", KindWord(kind)));
        if (await eldest.ExecuteScalarAsync(cancel) is not string name) return null;

        // The update locks the row; what another server did meanwhile is read behind it.
        await transaction.ExecuteAsync("UPDATE operations SET done = done WHERE name = @name", cancel, ("@name", name));
        await using var command = transaction.Command($"SELECT {Selected}, reached, last_key FROM operations WHERE name = @name AND done = 0", ("@name", name));
        var rows = await command.ToListAsync(row => (Read(row), row.Number(10), row.Number(11)), cancel);
        return rows is [var row] ? row : null;
    }

    /// <summary>Notes how far an operation has come.</summary>
    internal static Task WriteAsync(DbTransaction transaction, Operation operation, long reached, CancellationToken cancel) => transaction.ExecuteAsync("""
        UPDATE operations SET done = @done, error = @error, affected = @affected, reached = @reached, update_time = @updated WHERE name = @name AND done = 0
        """, cancel,
        ("@done", operation.Done ? 1L : 0L), ("@error", operation.Error), ("@affected", operation.Affected), ("@reached", reached),
        ("@updated", Moments.ToNanos(operation.UpdateTime)), ("@name", operation.Name));

    static Operation Read(DbDataReader row) => new()
    {
        Name = row.Text(0),
        Kind = OperationKind.BulkMute,
        Parent = row.Text(2),
        Request = row.Text(3),
        RequestedBy = row.Text(4),
        Done = row.Number(5) != 0,
        Error = row.Text(6),
        Affected = row.Number(7),
        CreateTime = Moments.FromNanos(row.Number(8)),
        UpdateTime = Moments.FromNanos(row.Number(9)),
    };

    static string KindWord(OperationKind kind) => kind switch
    {
        OperationKind.BulkMute => "BULK_MUTE",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
