using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>Lists, counts and groups of the findings that are kept. Pages follow the values that a list is sorted by, never a count of rows.</summary>
/// <param name="database">The database, migrated.</param>
public sealed partial class FindingLists(Database database)
{
    /// <summary>The most that a page can hold.</summary>
    public const int MostOnAPage = 1_000;

    // Up to so many findings of up to so many scopes are looked up and sorted; more are better found by a walk.
    const int MostSorted = 2_000;
    const int MostScopes = 100;

    // The columns of the index findings_counted.
    static readonly string[] Counted = ["category", "state", "severity", "mute", "scope", "source_id"];

    /// <summary>A page ends with the finding that brings its documents to this many characters, however many findings were asked for: a finding may have 16 MiB, and a page is held in memory.</summary>
    public int MostCharacters { get; init; } = 32 * 1024 * 1024;

    /// <summary>A page of findings.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The page.</returns>
    /// <exception cref="SlowReadException">It took too long.</exception>
    /// <exception cref="FormatException">The cursor is of another order.</exception>
    public Task<FindingPage> ListAsync(FindingQuery query, CancellationToken cancel) => database.AskAsync(async (connection, cancel) =>
    {
        await using var command = await ListCommandAsync(connection, query, cancel);
        await using var row = await command.ExecuteReaderAsync(cancel);

        List<KeptFinding> findings = [];
        FindingCursor? last = null;
        var characters = 0L;
        while (await row.ReadAsync(cancel))
        {
            if (findings.Count == PageSize(query.PageSize)) return new FindingPage(findings, last);
            if (characters >= MostCharacters)
            {
                // PostgreSQL would else send the rest of the rows, to be thrown away.
                command.Cancel();
                return new(findings, last);
            }

            findings.Add(FindingRow.Read(row));
            characters += findings[^1].Content.Length;
            last = FindingRow.ReadCursor(row);
        }

        return new(findings, null);
    }, cancel);

    /// <summary>The place of a finding in an order, as it is kept now: where the page begins that follows it.</summary>
    /// <param name="order">The order.</param>
    /// <param name="key">The finding's key.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null where it is not kept.</returns>
    public Task<FindingCursor?> PlaceAsync(FindingOrder order, long key, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command($"SELECT f.key{order.Selected} FROM findings f WHERE f.key = @key", ("@key", key));
        return (await command.ToListAsync(row => new FindingCursor([.. Enumerable.Range(1, row.FieldCount - 1).Select(row.GetValue), row.Number(0)]), cancel)).FirstOrDefault();
    }, cancel);

    /// <summary>How many findings a query has on all its pages.</summary>
    /// <param name="query">Which; its order, page size and cursor count for nothing.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The number.</returns>
    /// <exception cref="SlowReadException">It took too long.</exception>
    public Task<long> CountAsync(FindingQuery query, CancellationToken cancel) => database.AskAsync(async (connection, cancel) =>
    {
        await using var command = await CountCommandAsync(connection, query, cancel);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture);
    }, cancel);

    /// <summary>A page of groups, sorted by their values.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The page.</returns>
    /// <exception cref="SlowReadException">It took too long.</exception>
    /// <exception cref="FormatException">The cursor is of another query.</exception>
    public Task<FindingGroupPage> GroupAsync(FindingGroupQuery query, CancellationToken cancel) => database.AskAsync(async (connection, cancel) =>
    {
        SqlParameters values = new("q");
        var where = await WhereAsync(connection, query.Findings, values, cancel);
        var by = string.Join(", ", query.Expressions);
        if (query.After is { } after)
        {
            if (after.Values.Count != query.Expressions.Count) throw new FormatException("The page token is of another query.");
            where += $" AND ({by}) > ({string.Join(", ", after.Values.Select(values.Add))})";
        }

        var limit = values.Add(PageSize(query.PageSize) + 1L);
        await using var command = connection.Command($"SELECT {by}, count(*) FROM findings f WHERE {where} GROUP BY {by} ORDER BY {by} LIMIT {limit}");
        command.Add(query.Findings.Filter.Values.Concat(values.Values));

        var count = query.Expressions.Count;
        var groups = await command.ToListAsync(row => new FindingGroup([.. Enumerable.Range(0, count).Select(row.GetValue)], row.Number(count)), cancel);
        if (groups.Count <= PageSize(query.PageSize)) return new FindingGroupPage(groups, null);

        groups.RemoveAt(groups.Count - 1);
        return new(groups, new(groups[^1].Values));
    }, cancel);

    /// <summary>How many groups a query has on all its pages.</summary>
    /// <param name="query">Which; its page size and cursor count for nothing.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The number.</returns>
    /// <exception cref="SlowReadException">It took too long.</exception>
    public Task<long> CountGroupsAsync(FindingGroupQuery query, CancellationToken cancel) => database.AskAsync(async (connection, cancel) =>
    {
        SqlParameters values = new("q");
        var where = await WhereAsync(connection, query.Findings, values, cancel);
        await using var command = connection.Command(
            $"SELECT count(*) FROM (SELECT 1 AS one FROM findings f WHERE {where} GROUP BY {string.Join(", ", query.Expressions)}) AS grouped");
        command.Add(query.Findings.Filter.Values.Concat(values.Values));
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture);
    }, cancel);

    /// <summary>The statement of a page; it reads one row more, to know whether there is another page.</summary>
    internal static async Task<DbCommand> ListCommandAsync(DbConnection connection, FindingQuery query, CancellationToken cancel)
    {
        SqlParameters values = new("q");
        var where = await WhereAsync(connection, query, values, cancel);
        if (query.After is { } after) where += $" AND {query.Order.AfterSql(after, values)}";

        var limit = values.Add(PageSize(query.PageSize) + 1L);
        var command = connection.Command($"SELECT {FindingRow.Selected}{query.Order.Selected} FROM findings f WHERE {where} ORDER BY {query.Order.Sql} LIMIT {limit}");
        command.Add(query.Filter.Values.Concat(values.Values));
        return command;
    }

    /// <summary>The statement that counts what is on all pages.</summary>
    internal async Task<DbCommand> CountCommandAsync(DbConnection connection, FindingQuery query, CancellationToken cancel)
    {
        SqlParameters values = new("q");
        var isLookedUp = query.Node != "" && await AreFewAsync(connection, $"SELECT a.scope FROM ancestors a WHERE a.node = {values.Add(query.Node)}", values.Values, cancel);
        values = new("q");

        // All must be visited, in no order: the scopes are read once, and not asked for each finding.
        var where = isLookedUp || query.Node == ""
            ? await WhereAsync(connection, query, values, cancel)
            : $"{await WhereAsync(connection, query with { Node = "" }, values, cancel)} AND f.scope IN (SELECT a.scope FROM ancestors a WHERE a.node = {values.Add(query.Node)})";

        // SQLite knows not how frequent a value is, and would read a row for each finding that an index of one column gives it.
        var index = database.Kind is DatabaseKind.Sqlite && !isLookedUp && IsCounted(query) ? " INDEXED BY findings_counted" : "";
        var command = connection.Command($"SELECT count(*) FROM findings f{index} WHERE {where}");
        command.Add(query.Filter.Values.Concat(values.Values));
        return command;
    }

    /// <summary>Whether the index findings_counted has all that a query asks for; below a node alone, that of scopes is better.</summary>
    static bool IsCounted(FindingQuery query)
    {
        List<string> columns = [.. Columns().Matches(query.Filter.Text).Select(column => column.Groups[1].Value)];
        return columns.All(Counted.Contains) && (columns.Count > 0 || query.SourceId != SourceName.All);
    }

    [GeneratedRegex(@"\bf\.([a-z_]+)")]
    private static partial Regex Columns();

    /// <summary>The conditions of a query, as far as they do not depend on the page.</summary>
    internal static async Task<string> WhereAsync(DbConnection connection, FindingQuery query, SqlParameters values, CancellationToken cancel)
    {
        List<string> all = [$"({query.Filter.Text})"];
        if (query.SourceId != SourceName.All) all.Add($"f.source_id = {values.Add(query.SourceId)}");
        if (query.Node != "") all.Add(await BelowAsync(connection, query.Node, values, cancel));
        return string.Join(" AND ", all);
    }

    /// <summary>
    /// The findings below a node. One scope is looked up in its index, and so are a few, where few findings have them; else they are looked up for each finding, since a walk
    /// in the order asked for, which ends with the page, is better than all findings of an organisation, sorted.
    /// </summary>
    static async Task<string> BelowAsync(DbConnection connection, string node, SqlParameters values, CancellationToken cancel)
    {
        await using var command = connection.Command("SELECT scope FROM ancestors WHERE node = @node LIMIT @most", ("@node", node), ("@most", MostScopes + 1L));
        var scopes = await command.ToListAsync(row => row.Text(0), cancel);
        return scopes switch
        {
            [] => "1 = 0",
            [var scope] => $"f.scope = {values.Add(scope)}",
            { Count: <= MostScopes } when await AreFewAsync(connection, scopes, cancel) => $"f.scope IN ({string.Join(", ", scopes.Select(values.Add))})",
            _ => $"EXISTS (SELECT 1 FROM ancestors a WHERE a.node = {values.Add(node)} AND a.scope = f.scope)",
        };
    }

    static async Task<bool> AreFewAsync(DbConnection connection, List<string> scopes, CancellationToken cancel)
    {
        SqlParameters values = new();
        return await AreFewAsync(connection, string.Join(", ", scopes.Select(values.Add)), values.Values, cancel);
    }

    /// <summary>Whether so few findings have these scopes that they may all be read.</summary>
    static async Task<bool> AreFewAsync(DbConnection connection, string scopes, IReadOnlyList<SqlValue> values, CancellationToken cancel)
    {
        await using var command = connection.Command($"SELECT count(*) FROM (SELECT 1 AS one FROM findings f WHERE f.scope IN ({scopes}) LIMIT @few) AS few", ("@few", MostSorted + 1L));
        command.Add(values);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture) <= MostSorted;
    }

    static int PageSize(int asked) => Math.Clamp(asked, 1, MostOnAPage);
}
