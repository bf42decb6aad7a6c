using Davy.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Davy.Server.Hosting;

/// <summary>Opens the database that the options name. Here alone stands which providers there are.</summary>
static class DatabaseConnection
{
    /// <summary>The database, not migrated yet.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="OptionException">The connection string cannot be read, or the data folder not be made.</exception>
    public static Database Open(ServerOptions options)
    {
        try
        {
            var said = Said(options);
            if (said.Kind is DatabaseKind.PostgreSql) return new(said.Kind, NpgsqlDataSource.Create(said.ConnectionString)) { LongestAsk = options.Limits.Ask };

            var file = Path.GetFullPath(new SqliteConnectionStringBuilder(said.ConnectionString).DataSource);
            StateDirectory.Make(Path.GetDirectoryName(file)!);
            StateDirectory.MakeFile(file);
            return new(said.Kind, SqliteFactory.Instance.CreateDataSource(said.ConnectionString), SqliteEnd.On) { LongestAsk = options.Limits.Ask };
        }
        catch (ArgumentException)
        {
            // The driver's own message may quote the text, and with it a password.
            throw new OptionException("--database: the connection string has a word that the driver does not know.");
        }
    }

    /// <summary>What the options say of the database.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="OptionException">The connection string cannot be read.</exception>
    public static DatabaseOptions Said(ServerOptions options)
    {
        try
        {
            return DatabaseOptions.Parse(options.Database, options.StateDirectory);
        }
        catch (FormatException fault)
        {
            throw new OptionException($"--database: {fault.Message}");
        }
    }
}
