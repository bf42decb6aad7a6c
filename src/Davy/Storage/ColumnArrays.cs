using System.Data.Common;

namespace Davy.Storage;

/// <summary>
/// The values of many rows, turned into one array a column, for PostgreSQL's <c>unnest</c> (https://www.postgresql.org/docs/current/functions-array.html): one statement then
/// opens the table and its indexes once, however many rows it writes.
/// </summary>
static class ColumnArrays
{
    /// <summary>Runs a statement over rows.</summary>
    /// <typeparam name="T">What an answered row says.</typeparam>
    /// <param name="transaction">The transaction, of PostgreSQL.</param>
    /// <param name="text">The SQL; each name in it stands for an array.</param>
    /// <param name="rows">The values of each row, at least one; the same names in the same order.</param>
    /// <param name="read">Reads an answered row.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What was answered.</returns>
    public static async Task<List<T>> RunAsync<T>(DbTransaction transaction, string text, IReadOnlyList<IReadOnlyList<SqlValue>> rows, Func<DbDataReader, T> read, CancellationToken cancel)
    {
        await using var command = transaction.Command(text);
        for (var column = 0; column < rows[0].Count; column++) command.Add(rows[0][column].Name, Array(rows, column));
        await command.PrepareAsync(cancel);
        return await command.ToListAsync(read, cancel);
    }

    // Only bytes may be missing, so a column without any text or number is one of bytes.
    static object Array(IReadOnlyList<IReadOnlyList<SqlValue>> rows, int column) => rows[0][column].Value switch
    {
        long => rows.Select(row => (long)row[column].Value!).ToArray(),
        string => rows.Select(row => (string)row[column].Value!).ToArray(),
        _ => rows.Select(row => (byte[]?)row[column].Value).ToArray(),
    };
}
