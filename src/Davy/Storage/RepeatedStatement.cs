using System.Data.Common;

namespace Davy.Storage;

/// <summary>One statement for many lists of values: prepared once, and sent in one turn where the driver can (PostgreSQL), so that neither plans nor round trips are paid for each.</summary>
static class RepeatedStatement
{
    /// <summary>Runs it.</summary>
    /// <typeparam name="T">What a row says.</typeparam>
    /// <param name="transaction">The transaction.</param>
    /// <param name="text">The SQL.</param>
    /// <param name="all">The values of each run; the same names in the same order.</param>
    /// <param name="read">Reads the first row that a run answers with.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>For each list of values what was read; the default where there was no row.</returns>
    public static Task<T?[]> RunAsync<T>(DbTransaction transaction, string text, IReadOnlyList<IReadOnlyList<SqlValue>> all, Func<DbDataReader, T> read, CancellationToken cancel) =>
        EachAsync(transaction, text, all, async row => await row.ReadAsync(cancel) ? read(row) : default, cancel);

    /// <summary>Runs it, and reads all rows that each run answers with.</summary>
    /// <typeparam name="T">What a row says.</typeparam>
    /// <param name="transaction">The transaction.</param>
    /// <param name="text">The SQL.</param>
    /// <param name="all">The values of each run; the same names in the same order.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>For each list of values what was read.</returns>
    public static async Task<List<T>[]> ListAsync<T>(DbTransaction transaction, string text, IReadOnlyList<IReadOnlyList<SqlValue>> all, Func<DbDataReader, T> read, CancellationToken cancel) =>
        (await EachAsync<List<T>>(transaction, text, all, async row =>
        {
            List<T> rows = [];
            while (await row.ReadAsync(cancel)) rows.Add(read(row));
            return rows;
        }, cancel))!;

    static Task<T?[]> EachAsync<T>(DbTransaction transaction, string text, IReadOnlyList<IReadOnlyList<SqlValue>> all, Func<DbDataReader, Task<T?>> read, CancellationToken cancel) =>
        all.Count == 0 ? Task.FromResult<T?[]>([])
            : transaction.Connection!.CanCreateBatch ? InOneTurnAsync(transaction, text, all, read, cancel)
            : InTurnAsync(transaction, text, all, read, cancel);

    static async Task<T?[]> InOneTurnAsync<T>(DbTransaction transaction, string text, IReadOnlyList<IReadOnlyList<SqlValue>> all, Func<DbDataReader, Task<T?>> read, CancellationToken cancel)
    {
        await using var batch = transaction.Connection!.CreateBatch();
        batch.Transaction = transaction;
        foreach (var values in all)
        {
            var one = batch.CreateBatchCommand();
            one.CommandText = text;
            foreach (var (name, value) in values)
            {
                var parameter = one.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
                one.Parameters.Add(parameter);
            }

            batch.BatchCommands.Add(one);
        }

        // The driver keeps what is prepared with the connection, also while that waits for its next use: https://www.npgsql.org/doc/prepare.html
        await batch.PrepareAsync(cancel);
        var answers = new T?[all.Count];
        await using var row = await batch.ExecuteReaderAsync(cancel);
        for (var place = 0; place < all.Count; place++)
        {
            answers[place] = await read(row);
            await row.NextResultAsync(cancel);
        }

        return answers;
    }

    static async Task<T?[]> InTurnAsync<T>(DbTransaction transaction, string text, IReadOnlyList<IReadOnlyList<SqlValue>> all, Func<DbDataReader, Task<T?>> read, CancellationToken cancel)
    {
        await using var command = transaction.Command(text);
        command.Add(all[0]);
        var answers = new T?[all.Count];
        for (var place = 0; place < all.Count; place++)
        {
            for (var value = 0; value < all[place].Count; value++) command.Parameters[value].Value = all[place][value].Value ?? DBNull.Value;
            await using var row = await command.ExecuteReaderAsync(cancel);
            answers[place] = await read(row);
        }

        return answers;
    }
}
