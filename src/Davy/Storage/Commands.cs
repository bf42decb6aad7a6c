using System.Data.Common;

namespace Davy.Storage;

/// <summary>How statements are made: a text for both databases, and its values.</summary>
public static class Commands
{
    /// <summary>A statement on this connection; whoever makes it disposes of it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="text">The SQL.</param>
    /// <param name="values">Its values: name with <c>@</c>, and value.</param>
    /// <returns>The command.</returns>
    public static DbCommand Command(this DbConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in values) command.Add(name, value);
        return command;
    }

    /// <summary>A statement in this transaction; whoever makes it disposes of it.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="text">The SQL.</param>
    /// <param name="values">Its values: name with <c>@</c>, and value.</param>
    /// <returns>The command.</returns>
    public static DbCommand Command(this DbTransaction transaction, string text, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = transaction.Connection!.Command(text, values);
        command.Transaction = transaction;
        return command;
    }

    /// <summary>Runs a statement in this transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="text">The SQL.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="values">Its values: name with <c>@</c>, and value.</param>
    /// <returns>How many rows were changed.</returns>
    public static Task<int> ExecuteAsync(this DbTransaction transaction, string text, CancellationToken cancel, params ReadOnlySpan<(string Name, object? Value)> values) =>
        ExecuteAsync(transaction.Command(text, values), cancel);

    /// <summary>Adds a value.</summary>
    /// <param name="command">The command.</param>
    /// <param name="name">Its name in the text, with the <c>@</c>.</param>
    /// <param name="value">The value; null is SQL's NULL.</param>
    public static void Add(this DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }

    /// <summary>Adds values.</summary>
    /// <param name="command">The command.</param>
    /// <param name="values">The values.</param>
    public static void Add(this DbCommand command, IEnumerable<SqlValue> values)
    {
        foreach (var (name, value) in values) command.Add(name, value);
    }

    /// <summary>All rows of a query.</summary>
    /// <param name="command">The command.</param>
    /// <typeparam name="T">What a row says.</typeparam>
    /// <param name="read">Reads a row.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The rows, in the query's order.</returns>
    public static async Task<List<T>> ToListAsync<T>(this DbCommand command, Func<DbDataReader, T> read, CancellationToken cancel)
    {
        List<T> rows = [];
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) rows.Add(read(reader));
        return rows;
    }

    /// <summary>A text.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column's place, from 0.</param>
    /// <returns>The text; empty for NULL.</returns>
    public static string Text(this DbDataReader row, int column) => row.IsDBNull(column) ? "" : row.GetString(column);

    /// <summary>A whole number.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column's place, from 0.</param>
    /// <returns>The number.</returns>
    public static long Number(this DbDataReader row, int column) => row.GetInt64(column);

    /// <summary>A whole number that may be missing.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column's place, from 0.</param>
    /// <returns>The number; null for NULL.</returns>
    public static long? NumberOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    /// <summary>Bytes.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column's place, from 0.</param>
    /// <returns>The bytes; none for NULL.</returns>
    public static byte[] Bytes(this DbDataReader row, int column) => row.IsDBNull(column) ? [] : row.GetFieldValue<byte[]>(column);

    static async Task<int> ExecuteAsync(DbCommand command, CancellationToken cancel)
    {
        await using (command) return await command.ExecuteNonQueryAsync(cancel);
    }
}
