using System.Data.Common;

namespace Davy.Storage;

/// <summary>Where everything is kept, as the user said it in one text.</summary>
public sealed record DatabaseOptions
{
    /// <summary>The name of the file that is used where nothing is said.</summary>
    public const string DefaultFileName = "davy.db";

    DatabaseOptions(DatabaseKind kind, string connectionString, string display) => (Kind, ConnectionString, Display) = (kind, connectionString, display);

    /// <summary>Which database it is.</summary>
    public DatabaseKind Kind { get; }

    /// <summary>The connection string for the database's driver. It may hold a password: never show it.</summary>
    public string ConnectionString { get; }

    /// <summary>For people and logs: the file, or host and database; never a password.</summary>
    public string Display { get; }

    /// <summary>Reads what the user said: nothing, a file's path, <c>Data Source=…</c> for SQLite, or <c>Host=…</c> for PostgreSQL.</summary>
    /// <param name="text">The text; null or empty for a file in the data folder.</param>
    /// <param name="dataFolder">The program's data folder; relative paths are relative to it.</param>
    /// <returns>The options.</returns>
    /// <exception cref="FormatException">The text is none of these; the message says what to write.</exception>
    public static DatabaseOptions Parse(string? text, string dataFolder)
    {
        if (string.IsNullOrWhiteSpace(text)) return File(DefaultFileName, dataFolder);

        var said = text.Trim();
        if (said.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || said.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException("The database is given as an address; write it as \"Host=HOST;Port=5432;Database=NAME;Username=USER;Password=…\".");
        }

        var isAddress = said.StartsWith("file:", StringComparison.OrdinalIgnoreCase);
        return said.Contains('=', StringComparison.Ordinal) && !isAddress ? Keywords(said, dataFolder) : File(said, dataFolder);
    }

    static DatabaseOptions Keywords(string text, string dataFolder)
    {
        var words = new DbConnectionStringBuilder();
        try
        {
            words.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            // The parser's own message may quote the text, and with it a password.
            throw new FormatException("The database's connection string cannot be read; write \"Host=HOST;Database=NAME;…\" or the path of a file.");
        }

        if (words.TryGetValue("Data Source", out var file) || words.TryGetValue("Filename", out file)) return File((string)file, dataFolder);
        if (!words.TryGetValue("Host", out var host) && !words.TryGetValue("Server", out host))
        {
            throw new FormatException("The database's connection string names neither a host nor a file; write \"Host=HOST;Database=NAME;…\" or the path of a file.");
        }

        var name = words.TryGetValue("Database", out var database) ? (string)database : "";
        return new(DatabaseKind.PostgreSql, text, $"PostgreSQL {name} at {host}");
    }

    static DatabaseOptions File(string path, string dataFolder)
    {
        if (path is ":memory:" || path.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException("The database must be a file: what is in memory is lost with the program. Write the path of a file.");
        }

        var full = Path.GetFullPath(path, Path.GetFullPath(dataFolder));
        var words = new DbConnectionStringBuilder
        {
            ["Data Source"] = full,
            ["Foreign Keys"] = "True",
            ["Pooling"] = "True",
            ["Default Timeout"] = "30",
        };
        return new(DatabaseKind.Sqlite, words.ConnectionString, full);
    }
}
