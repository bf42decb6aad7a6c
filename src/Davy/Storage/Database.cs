using System.Data;
using System.Data.Common;

namespace Davy.Storage;

/// <summary>
/// The database that everything is kept in: SQLite or PostgreSQL behind one text of SQL. A commit is durable when it returns: SQLite writes ahead with
/// <c>synchronous=FULL</c> (https://www.sqlite.org/pragma.html#pragma_synchronous), PostgreSQL as its server is set.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    const string Deadlock = "40P01";
    const int MostAttempts = 10;

    readonly DbDataSource _source;
    readonly EndStatements? _end;

    // SQLite has one writer at a time: waiting here is a queue in order, waiting in SQLite is polling.
    readonly SemaphoreSlim? _writer;

    /// <summary>A database.</summary>
    /// <param name="kind">Which it is.</param>
    /// <param name="source">Where connections come from; disposed of with the database.</param>
    /// <param name="end">Ends statements where the driver itself does not, as SQLite's; null for none.</param>
    public Database(DatabaseKind kind, DbDataSource source, EndStatements? end = null)
    {
        (Kind, _source, _end) = (kind, source, end);
        _writer = kind is DatabaseKind.Sqlite ? new(1, 1) : null;
    }

    /// <summary>Which database it is.</summary>
    public DatabaseKind Kind { get; }

    /// <summary>The longest that <see cref="AskAsync"/> may take.</summary>
    public TimeSpan LongestAsk { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Opens a connection, for reading; whoever opens it disposes of it.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="DbException">The database cannot be reached.</exception>
    public async Task<DbConnection> OpenAsync(CancellationToken cancel)
    {
        var connection = await _source.OpenConnectionAsync(cancel);
        try
        {
            if (Kind is DatabaseKind.Sqlite)
            {
                await using var settings = connection.Command("PRAGMA synchronous = FULL; PRAGMA busy_timeout = 30000; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 16384;");
                await settings.ExecuteNonQueryAsync(cancel);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads.</summary>
    /// <typeparam name="T">What is read.</typeparam>
    /// <param name="read">Reads it.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What was read.</returns>
    /// <exception cref="DbException">The database failed.</exception>
    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        return await read(connection);
    }

    /// <summary>Reads what somebody asks for and may have made slow. The statement ends when whoever asks leaves, and when it takes longer than <see cref="LongestAsk"/>.</summary>
    /// <typeparam name="T">What is read.</typeparam>
    /// <param name="read">Reads it; the token is cancelled in both cases.</param>
    /// <param name="cancel">Tells that whoever asks has left.</param>
    /// <returns>What was read.</returns>
    /// <exception cref="SlowReadException">It took too long.</exception>
    /// <exception cref="DbException">The database failed.</exception>
    public async Task<T> AskAsync<T>(Func<DbConnection, CancellationToken, Task<T>> read, CancellationToken cancel)
    {
        using CancellationTokenSource limit = new(LongestAsk);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        var asked = false;
        try
        {
            await using var connection = await OpenAsync(late.Token);
            using var end = _end?.Invoke(connection, late.Token);
            asked = true;
            return await read(connection, late.Token);
        }
        catch (Exception fault) when ((late.IsCancellationRequested && fault is (OperationCanceledException or DbException)) || (asked && fault is DbException { InnerException: TimeoutException }))
        {
            cancel.ThrowIfCancellationRequested();
            throw new SlowReadException(LongestAsk);
        }
    }

    /// <summary>Writes in one transaction: all of it is kept, or, where <paramref name="write"/> throws, nothing.</summary>
    /// <typeparam name="T">What the write tells.</typeparam>
    /// <param name="write">Writes. It may be called again where two transactions waited for each other, and must do nothing but work on the transaction.</param>
    /// <param name="cancel">Stops it, before the commit.</param>
    /// <returns>What the write told, once it is durable.</returns>
    /// <exception cref="DbException">The database failed.</exception>
    public async Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> write, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(write, cancel);
            }
            catch (DbException fault) when (fault.SqlState == Deadlock && attempt < MostAttempts)
            {
                // PostgreSQL undid this one of the two, and let the other go on; now the way is free.
            }
        }
    }

    /// <summary>Holds a lock until the transaction ends. Those who share it pass together; who takes it alone waits for them, and they for him.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="name">Which lock.</param>
    /// <param name="alone">Whether it is taken alone.</param>
    /// <param name="cancel">Stops the waiting.</param>
    /// <returns>A task.</returns>
    internal async Task LockAsync(DbTransaction transaction, DatabaseLock name, bool alone, CancellationToken cancel)
    {
        // SQLite's transactions that write are alone anyhow.
        if (Kind is DatabaseKind.Sqlite) return;
        await using var command = transaction.Command(
            alone ? "SELECT pg_advisory_xact_lock(@name)" : "SELECT pg_advisory_xact_lock_shared(@name)", ("@name", (long)name));
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _writer?.Dispose();
    }

    async Task<T> AttemptAsync<T>(Func<DbTransaction, Task<T>> write, CancellationToken cancel)
    {
        if (_writer is not null) await _writer.WaitAsync(cancel);
        try
        {
            await using var connection = await OpenAsync(cancel);

            // SQLite's driver makes this BEGIN IMMEDIATE: a transaction that reads before it writes must not meet another's write in between.
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel);
            var result = await write(transaction);
            await transaction.CommitAsync(CancellationToken.None);
            return result;
        }
        finally
        {
            _writer?.Release();
        }
    }
}

/// <summary>Has the statements of a connection end once a token is cancelled, until the answer is disposed of.</summary>
/// <param name="connection">The connection, open.</param>
/// <param name="cancel">The token.</param>
/// <returns>What takes that away again.</returns>
public delegate IDisposable EndStatements(DbConnection connection, CancellationToken cancel);

/// <summary>What is locked in the whole database; the numbers are PostgreSQL's keys of advisory locks, and must not change.</summary>
enum DatabaseLock : long
{
    /// <summary>The migrations.</summary>
    Migrations = 0x64617679_0001,

    /// <summary>The rules that writes of findings follow: mute and notification configs.</summary>
    Rules = 0x64617679_0002,
}
