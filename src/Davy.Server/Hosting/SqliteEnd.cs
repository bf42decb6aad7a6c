using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Davy.Server.Hosting;

/// <summary>
/// Ends SQLite's statements, which its driver does not: SQLite asks every few thousand steps whether to go on (https://www.sqlite.org/c3ref/progress_handler.html).
/// Unlike <c>sqlite3_interrupt</c> this cannot come between two statements and be lost.
/// </summary>
sealed class SqliteEnd : IDisposable
{
    const int Steps = 5_000;

    readonly sqlite3 _handle;

    SqliteEnd(sqlite3 handle, CancellationToken cancel)
    {
        _handle = handle;
        raw.sqlite3_progress_handler(handle, Steps, _ => cancel.IsCancellationRequested ? 1 : 0, null);
    }

    /// <summary>Has the statements of a connection end once a token is cancelled, until the answer is disposed of.</summary>
    /// <param name="connection">The connection, open.</param>
    /// <param name="cancel">The token.</param>
    public static IDisposable On(DbConnection connection, CancellationToken cancel) => new SqliteEnd(((SqliteConnection)connection).Handle!, cancel);

    /// <inheritdoc/>
    public void Dispose() => raw.sqlite3_progress_handler(_handle, 0, null, null);
}
