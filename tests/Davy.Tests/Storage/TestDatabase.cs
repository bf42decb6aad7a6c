using System.Globalization;
using System.Security.Cryptography;
using Davy.Server.Hosting;
using Davy.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Davy.Tests.Storage;

/// <summary>A database of one test: a file of SQLite, or a schema of a real PostgreSQL; gone afterwards.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    // Read once; the variable is set by .ci/run, or by whoever has a PostgreSQL at hand.
#pragma warning disable RS0030
    static readonly string? PostgreSql = Environment.GetEnvironmentVariable("DAVY_TEST_POSTGRES");
#pragma warning restore RS0030

    readonly string _place;
    readonly string _connectionString;

    TestDatabase(DatabaseKind kind, string place, string connectionString)
    {
        (Kind, _place, _connectionString) = (kind, place, connectionString);
        Database = Open();
    }

    public DatabaseKind Kind { get; }

    public Database Database { get; }

    /// <summary>How a server of the test's own is told of it.</summary>
    public string ConnectionString => _connectionString;

    /// <summary>The file of SQLite.</summary>
    public string File => _place;

    /// <summary>Makes an empty database; skips the test where it needs a PostgreSQL and none is given.</summary>
    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind, CancellationToken cancel)
    {
        var name = $"davy_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        if (kind is DatabaseKind.Sqlite)
        {
            var file = Path.Combine(Path.GetTempPath(), $"{name}.db");
            return new(kind, file, DatabaseOptions.Parse(file, Path.GetTempPath()).ConnectionString);
        }

        Assert.SkipWhen(string.IsNullOrEmpty(PostgreSql), "needs DAVY_TEST_POSTGRES, the connection string of a PostgreSQL for tests");
        await ExecuteAsync(PostgreSql!, $"CREATE SCHEMA {name}", cancel);
        return new(kind, name, new NpgsqlConnectionStringBuilder(PostgreSql) { SearchPath = name, MaxPoolSize = 8 }.ConnectionString);
    }

    /// <summary>Makes a database in this program's form.</summary>
    public static async Task<TestDatabase> MigratedAsync(DatabaseKind kind, CancellationToken cancel)
    {
        var made = await CreateAsync(kind, cancel);
        await Migrations.RunAsync(made.Database, TimeProvider.System, cancel);
        return made;
    }

    /// <summary>Opens it once more, as another server would; whoever opens it disposes of it.</summary>
    /// <param name="longestAsk">The longest that what is asked may take; as always where none is given.</param>
    public Database Open(TimeSpan? longestAsk = null)
    {
        var isSqlite = Kind is DatabaseKind.Sqlite;
        return new(Kind, isSqlite ? SqliteFactory.Instance.CreateDataSource(_connectionString) : NpgsqlDataSource.Create(_connectionString), isSqlite ? SqliteEnd.On : null)
        {
            LongestAsk = longestAsk ?? TimeSpan.FromMinutes(2),
        };
    }

    /// <summary>Runs a statement.</summary>
    public async Task ExecuteAsync(string text, CancellationToken cancel)
    {
        await using var connection = await Database.OpenAsync(cancel);
        await using var command = connection.Command(text);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The one value of a query.</summary>
    public async Task<object?> ScalarAsync(string text, CancellationToken cancel)
    {
        await using var connection = await Database.OpenAsync(cancel);
        await using var command = connection.Command(text);
        return await command.ExecuteScalarAsync(cancel);
    }

    /// <summary>How many rows a table has, or those of it that a condition behind its name takes.</summary>
    public async Task<long> CountAsync(string from, CancellationToken cancel) => Convert.ToInt64(await ScalarAsync($"SELECT count(*) FROM {from}", cancel), CultureInfo.InvariantCulture);

    /// <summary>How the database would carry out a statement, line by line.</summary>
    public async Task<string> PlanAsync(System.Data.Common.DbCommand command, CancellationToken cancel)
    {
        command.CommandText = (Kind is DatabaseKind.Sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") + command.CommandText;
        await using var row = await command.ExecuteReaderAsync(cancel);
        List<string> lines = [];
        while (await row.ReadAsync(cancel)) lines.Add(Convert.ToString(row.GetValue(row.FieldCount - 1), CultureInfo.InvariantCulture)!);
        return string.Join('\n', lines);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (Kind is DatabaseKind.PostgreSql)
        {
            await ExecuteAsync(PostgreSql!, $"DROP SCHEMA {_place} CASCADE", CancellationToken.None);
            return;
        }

        using (SqliteConnection connection = new(_connectionString)) SqliteConnection.ClearPool(connection);
        foreach (var file in (string[])[_place, $"{_place}-wal", $"{_place}-shm"]) System.IO.File.Delete(file);
    }

    static async Task ExecuteAsync(string connectionString, string text, CancellationToken cancel)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync(cancel);
        await using var command = connection.Command(text);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
