using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Davy.Server.Hosting;

/// <summary>Opens the database that the options name. Here alone stands which providers there are.</summary>
static class DatabaseConnection
{
    /// <summary>The database.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="OptionException">The connection string names neither kind.</exception>
    public static DbDataSource Open(ServerOptions options)
    {
        if (options.Database is null)
        {
            StateDirectory.Make(options.StateDirectory);
            return Sqlite(new() { DataSource = Path.Combine(options.StateDirectory, "davy.db") });
        }

        try
        {
            // The message of a fault must not repeat the string: it may hold a password.
            DbConnectionStringBuilder parts = new() { ConnectionString = options.Database };
            return parts.ContainsKey("Host") ? NpgsqlDataSource.Create(options.Database)
                : parts.ContainsKey("Data Source") ? Sqlite(new(options.Database))
                : throw new OptionException("--database names neither a host ('Host=…', PostgreSQL) nor a file ('Data Source=…', SQLite).");
        }
        catch (ArgumentException)
        {
            throw new OptionException("--database is no connection string: 'Host=…;Database=…;Username=…' or 'Data Source=…'.");
        }
    }

    static DbDataSource Sqlite(SqliteConnectionStringBuilder connection)
    {
        connection.ForeignKeys = true;
        return SqliteFactory.Instance.CreateDataSource(connection.ConnectionString);
    }
}
