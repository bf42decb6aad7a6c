using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Davy.Findings;
using Davy.Findings.Filtering;
using Davy.Logs;
using Davy.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Davy.Tests.Findings.Filtering;

/// <summary>A table of findings in a database of its own, with the program's own migrations; it goes away with the object.</summary>
sealed class FilterTable : IAsyncDisposable
{
    readonly Database _database;
    readonly string _folder;
    readonly string _schema;

    FilterTable(Database database, string folder, string schema) => (_database, _folder, _schema) = (database, folder, schema);

    /// <summary>A SQLite file with these findings.</summary>
    public static async Task<FilterTable> OnSqlite(IReadOnlyList<(string Finding, string Resource)> documents, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("davy-filter").FullName;
        var source = SqliteFactory.Instance.CreateDataSource($"Data Source={Path.Combine(folder, "f.db")}");
        return await Filled(new(new(DatabaseKind.Sqlite, source), folder, ""), documents, cancel);
    }

    /// <summary>A schema of the PostgreSQL server that DAVY_TEST_POSTGRES names, with these findings; skips the test where there is none.</summary>
    public static async Task<FilterTable> OnPostgreSql(IReadOnlyList<(string Finding, string Resource)> documents, CancellationToken cancel)
    {
        // RS0030: a test may be told where a server is; the library may not.
#pragma warning disable RS0030
        var server = Environment.GetEnvironmentVariable("DAVY_TEST_POSTGRES");
#pragma warning restore RS0030
        Assert.SkipWhen(string.IsNullOrEmpty(server), "needs a PostgreSQL server: its connection string in DAVY_TEST_POSTGRES");

        var schema = string.Create(CultureInfo.InvariantCulture, $"davy_filter_{Environment.ProcessId}_{Random.Shared.Next()}");
        await using (var plain = NpgsqlDataSource.Create(server!))
        {
            await using var create = plain.CreateCommand($"CREATE SCHEMA {schema}");
            await create.ExecuteNonQueryAsync(cancel);
        }

        var settings = new NpgsqlConnectionStringBuilder(server) { SearchPath = schema, MaxAutoPrepare = 0, CommandTimeout = 120 };
        return await Filled(new(new(DatabaseKind.PostgreSql, NpgsqlDataSource.Create(settings)), "", schema), documents, cancel);
    }

    /// <summary>What the database says of each filter on some of the findings: by filter, then by finding.</summary>
    /// <param name="filters">The filters, all in one statement.</param>
    /// <param name="first">The first finding's number.</param>
    /// <param name="count">How many findings.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<bool[][]> Ask(IReadOnlyList<FindingFilter> filters, int first, int count, CancellationToken cancel)
    {
        await using var connection = await _database.OpenAsync(cancel);
        await using var command = connection.Command("");
        var parameters = new SqlParameters("v");
        var conditions = filters.Select(filter => filter.ToSql(parameters).Text).ToList();
        command.Add(parameters.Values);
        command.Add("@first", (long)first);
        command.Add("@end", (long)first + count);
        command.CommandText = $"SELECT {string.Join(",\n", conditions)} FROM findings AS f WHERE f.version >= @first AND f.version < @end ORDER BY f.version";

        var answers = filters.Select(_ => new bool[count]).ToArray();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        for (var row = 0; row < count; row++)
        {
            Assert.True(await reader.ReadAsync(cancel));
            for (var column = 0; column < filters.Count; column++)
            {
                Assert.False(reader.IsDBNull(column), $"The condition is NULL: {filters[column]}\n{conditions[column]}");
                answers[column][row] = Convert.ToBoolean(reader.GetValue(column), CultureInfo.InvariantCulture);
            }
        }

        return answers;
    }

    /// <summary>How many findings pass a filter in a WHERE.</summary>
    public async Task<long> Count(FindingFilter filter, CancellationToken cancel)
    {
        await using var connection = await _database.OpenAsync(cancel);
        var condition = filter.ToSql(new("v"));
        await using var command = connection.Command($"SELECT count(*) FROM findings AS f WHERE {condition.Text}");
        command.Add(condition.Values);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (_schema.Length > 0)
        {
            await using var connection = await _database.OpenAsync(CancellationToken.None);
            await using var drop = connection.Command($"DROP SCHEMA {_schema} CASCADE");
            await drop.ExecuteNonQueryAsync(CancellationToken.None);
        }

        await _database.DisposeAsync();
        if (_folder.Length == 0) return;

        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    static async Task<FilterTable> Filled(FilterTable table, IReadOnlyList<(string Finding, string Resource)> documents, CancellationToken cancel)
    {
        await Migrations.RunAsync(table._database, new FakeTimeProvider(), cancel);
        await table._database.WriteAsync(async transaction =>
        {
            await transaction.ExecuteAsync(
                "INSERT INTO sources (source_id, parent, display_name, description, policy, policy_etag, created_at) VALUES ('2', '', '', '', '', '', 0)", cancel);

            // The store keeps one finding of a name; these have few names, so that filters meet them.
            await transaction.ExecuteAsync("CREATE TABLE same_names AS SELECT * FROM findings", cancel);
            await transaction.ExecuteAsync("ALTER TABLE findings RENAME TO kept_findings", cancel);
            await transaction.ExecuteAsync("ALTER TABLE same_names RENAME TO findings", cancel);
            for (var number = 0; number < documents.Count; number++) await Insert(transaction, number, documents[number], cancel);
            return true;
        }, cancel);
        return table;
    }

    static async Task Insert(DbTransaction transaction, int number, (string Finding, string Resource) documents, CancellationToken cancel)
    {
        using var finding = JsonDocument.Parse(documents.Finding);
        using var resource = JsonDocument.Parse(documents.Resource);
        var isNamed = FindingName.TryParse((string)Copy("name", FindingColumns.ByPath["name"], finding.RootElement, resource.RootElement), out var name);
        List<(string Name, object Value)> columns =
        [
            .. FindingColumns.ByPath.Select(each => (each.Value.Name, Copy(each.Key, each.Value, finding.RootElement, resource.RootElement))),
            ("source_id", isNamed ? name.SourceId : ""), ("finding_id", isNamed ? name.FindingId : ""), ("version", (long)number), ("changed_at", 0L),
            ("scope", ""), ("marks", ""), ("document", documents.Finding), ("resource", documents.Resource),
        ];

        await using var command = transaction.Command($"""
            INSERT INTO findings ({string.Join(", ", columns.Select(column => column.Name))})
            VALUES ({string.Join(", ", columns.Select(column => column.Name is "document" or "resource" ? $"json(@{column.Name})" : $"@{column.Name}"))})
            """);
        foreach (var (column, value) in columns) command.Add($"@{column}", value);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>A column's copy of its field, as the store makes it.</summary>
    static object Copy(string path, FindingColumn column, JsonElement finding, JsonElement resource)
    {
        var here = path.StartsWith("resource.", StringComparison.Ordinal) ? resource : finding;
        foreach (var step in FindingFields.Find(path).Steps) here = here.ValueKind is JsonValueKind.Object && here.TryGetProperty(step.Name, out var next) ? next : default;

        var text = here.ValueKind is JsonValueKind.String ? here.GetString()! : "";
        return !column.IsTime ? text : Timestamp.TryParse(text, out var moment) ? moment.NanosSince(Timestamp.Epoch) : 0L;
    }
}
