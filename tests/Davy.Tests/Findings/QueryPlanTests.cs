using System.Globalization;
using Davy.Findings;
using Davy.Findings.Filtering;
using Davy.Storage;

namespace Davy.Tests.Findings;

/// <summary>No quick filter reads the whole table, on page 1 or any later page: asked of the databases themselves, over rows enough that they choose as they would for more.</summary>
public abstract class QueryPlanTests(DatabaseKind kind) : KeptFindingsTests(kind)
{
    const int Rows = 20_000;

    static readonly (string Path, string Value)[] QuickFilters =
    [
        ("severity", "CRITICAL"), ("state", "INACTIVE"), ("mute", "MUTED"), ("category", "Category 77"), ("resource_name", "//r/77"),
        ("resource.gcp_metadata.project", "//cloudresourcemanager.googleapis.com/projects/77"), ("resource.gcp_metadata.project_display_name", "project-77"),
        ("source_properties.properties.resource.kind", "job"), ("access.principal_email", "user77@example.com"),
    ];

    /// <summary>Rows made by the database itself: these tests ask for plans, and read no document.</summary>
    protected override async Task BeginAsync()
    {
        await base.BeginAsync();
        await Made.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $$"""
            INSERT INTO findings (source_id, finding_id, version, changed_at, event_time, create_time, scope, name, parent, category, state, severity, mute, finding_class,
                resource_name, resource_type, project, project_display_name, kind, actor, marks, document, resource, wire)
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {{Rows}})
            SELECT 'davy', 'f' || n, 1, 0, n * 1000, n * 1000, 'projects/' || (n % 200), 'name' || n, 'parent', 'Category ' || (n % 200),
                CASE WHEN n % 50 = 0 THEN 'INACTIVE' ELSE 'ACTIVE' END, CASE WHEN n % 100 = 0 THEN 'CRITICAL' ELSE 'HIGH' END,
                CASE WHEN n % 40 = 0 THEN 'MUTED' ELSE 'UNDEFINED' END, 'THREAT', '//r/' || (n % 200), 'type',
                '//cloudresourcemanager.googleapis.com/projects/' || (n % 200), 'project-' || (n % 200), CASE WHEN n % 60 = 0 THEN 'job' ELSE 'service' END,
                'user' || (n % 200) || '@example.com', '', json('{}'), json('{}'), NULL
            FROM numbers
            """), Cancel);
        await Made.ExecuteAsync("INSERT INTO ancestors (scope, node) SELECT DISTINCT f.scope, f.scope FROM findings f", Cancel);
        await Made.ExecuteAsync("INSERT INTO ancestors (scope, node) SELECT DISTINCT f.scope, 'organizations/1' FROM findings f", Cancel);
        if (Made.Kind is DatabaseKind.PostgreSql) await Made.ExecuteAsync("ANALYZE findings", Cancel);
    }

    async Task<string> Plan(FindingQuery query)
    {
        await using var connection = await Database.OpenAsync(Cancel);
        await using var command = await FindingLists.ListCommandAsync(connection, query, Cancel);
        return await Made.PlanAsync(command, Cancel);
    }

    async Task<string> CountPlan(FindingQuery query)
    {
        await using var connection = await Database.OpenAsync(Cancel);
        await using var command = await new FindingLists(Database).CountCommandAsync(connection, query, Cancel);
        return await Made.PlanAsync(command, Cancel);
    }

    /// <summary>An index is asked for the value itself; a walk through an index that looks at each row for it is none.</summary>
    void AssertLookedUp(string plan, string what, params string[] columns)
    {
        AssertServedByAnIndex(plan, what);
        Assert.True(columns.Any(column => Made.Kind is DatabaseKind.Sqlite
            ? plan.Contains($"({column}=?", StringComparison.Ordinal)
            : plan.Split('\n').Any(line => line.Contains("Index Cond:", StringComparison.Ordinal) && line.Contains($"({column} = ", StringComparison.Ordinal))), $"{what}: {plan}");
    }

    void AssertServedByAnIndex(string plan, string what)
    {
        // A walk of the key, which ends with the page, is no scan for a rare value: it would read nearly all. So the walk is refused here, too.
        var bad = Made.Kind is DatabaseKind.Sqlite ? plan.Contains("SCAN f", StringComparison.Ordinal) : plan.Contains("Seq Scan on findings", StringComparison.Ordinal);
        Assert.False(bad || !plan.Contains("findings_", StringComparison.Ordinal), $"{what}: {plan}");
    }

    static SqlCondition Filter(string text) => FindingFilter.Parse(text).ToSql(new("p"));

    [Fact]
    public async Task QuickFiltersAreServedByAnIndexOnEveryPage()
    {
        foreach (var (path, value) in QuickFilters)
        {
            FindingQuery query = new() { Filter = Filter($"{path}=\"{value}\""), PageSize = 50 };
            var column = FindingColumns.ByPath[path].Name;
            AssertLookedUp(await Plan(query), path, column);
            AssertLookedUp(await Plan(query with { After = new([10_000_000L, 10_000L]) }), $"{path}, later page", column);
            AssertLookedUp(await Plan(query with { Node = "organizations/1", SourceId = "davy" }), $"{path} below a node", column);
            AssertLookedUp(await Plan(query with { Node = "projects/77" }), $"{path} below a project", column, "scope");
        }
    }

    [Fact]
    public async Task AFindingIsFoundByAnyOfItsNames()
    {
        foreach (var form in (string[])["organizations/1/sources/davy", "folders/2/sources/davy/locations/global", "projects/p/sources/davy"])
        {
            FindingQuery query = new() { Filter = Filter($"name=\"{form}/findings/f777\"") };
            AssertLookedUp(await Plan(query), form, "source_id");
            AssertLookedUp(await Plan(query with { Node = "organizations/1" }), $"{form} below a node", "source_id");
            AssertLookedUp(await CountPlan(query), $"{form}, counted", "source_id");
            Assert.Equal(1, await new FindingLists(Database).CountAsync(query, Cancel));
        }
    }

    [Fact]
    public async Task AFolderOfFewProjectsIsLookedUp()
    {
        // The oldest: a walk from the latest event down would read all.
        await Made.ExecuteAsync("UPDATE findings SET scope = 'rare ' || key WHERE key <= 2", Cancel);
        await Made.ExecuteAsync("INSERT INTO ancestors (scope, node) SELECT f.scope, 'folders/2' FROM findings f WHERE f.scope LIKE 'rare %'", Cancel);
        FindingQuery query = new() { Node = "folders/2", PageSize = 50 };

        AssertLookedUp(await Plan(query), "a folder", "scope");
        AssertLookedUp(await CountPlan(query), "a folder, counted", "scope");
        Assert.Equal(2, await new FindingLists(Database).CountAsync(query, Cancel));
        Assert.Equal(Rows - 2, await new FindingLists(Database).CountAsync(new() { Node = "organizations/1" }, Cancel));
    }

    [Fact]
    public async Task WhatIsCountedWithTheFirstPageIsServedByAnIndex()
    {
        // What an index alone can answer is known only of rows that are not new.
        if (Made.Kind is DatabaseKind.PostgreSql) await Made.ExecuteAsync("VACUUM ANALYZE findings, ancestors", Cancel);

        foreach (var (path, value) in QuickFilters[4..]) AssertLookedUp(await CountPlan(new() { Filter = Filter($"{path}=\"{value}\"") }), path, FindingColumns.ByPath[path].Name);

        // Frequent values, with and without a node and a source: a row for each would be read otherwise.
        foreach (var filter in (string[])["state=\"ACTIVE\"", "state=\"ACTIVE\" AND NOT mute=\"MUTED\"", "severity=\"HIGH\"", "severity=\"HIGH\" AND state=\"ACTIVE\" AND category:\"Category\""])
        {
            foreach (var (node, source) in new[] { ("", "-"), ("organizations/1", "-"), ("organizations/1", "davy") })
            {
                FindingQuery query = new() { Filter = Filter(filter), Node = node, SourceId = source };
                AssertReadsNoRow(await CountPlan(query), $"{filter} {node} {source}");
                Assert.InRange(await new FindingLists(Database).CountAsync(query, Cancel), Rows * 9 / 10, Rows);
            }
        }

        AssertReadsNoRow(await CountPlan(new() { Node = "organizations/1" }), "all of a node");
    }

    void AssertReadsNoRow(string plan, string what)
    {
        if (Made.Kind is DatabaseKind.Sqlite) Assert.True(plan.Split('\n').Any(line => line.Contains("f USING COVERING INDEX findings_", StringComparison.Ordinal)), $"{what}: {plan}");
        else Assert.True(plan.Contains("Index Only Scan using findings_", StringComparison.Ordinal) && !plan.Contains("Seq Scan on findings", StringComparison.Ordinal), $"{what}: {plan}");
    }

    [Fact]
    public async Task TimesAreServedByAnIndex()
    {
        var recent = Filter("event_time>=\"1970-01-01T00:00:00.0198Z\"");
        Assert.True(FindingOrder.TryParse("event_time desc", out var order, out _));

        AssertServedByAnIndex(await Plan(new() { Filter = recent }), "event_time");
        AssertServedByAnIndex(await Plan(new() { Filter = Filter("event_time<\"1970-01-01T00:00:00.0002Z\"") }), "event_time, the oldest");
        AssertServedByAnIndex(await Plan(new() { Filter = Filter("severity=\"CRITICAL\" AND event_time>\"1970-01-01T00:00:00.01Z\"") }), "severity since");
        AssertServedByAnIndex(await Plan(new() { Filter = recent, Order = order }), "event_time in its order");
        AssertServedByAnIndex(await Plan(new() { Order = order, After = new([5_000_000L, 5_000L]) }), "event_time, later page");
    }

    [Fact]
    public async Task NothingIsSortedWhereAnIndexHasTheOrder()
    {
        Assert.True(FindingOrder.TryParse("category desc", out var order, out _));

        var plan = await Plan(new() { Order = order, After = new(["Category 5", 100_000L, 100L]) });

        AssertServedByAnIndex(plan, "category");
        Assert.DoesNotContain(Made.Kind is DatabaseKind.Sqlite ? "TEMP B-TREE" : "Sort", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheTestWouldSeeAScan()
    {
        SqlCondition slow = new("f.marks = @p0", [new("@p0", "x")]);

        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AssertServedByAnIndex("SCAN f Seq Scan on findings", "a scan"));
        var plan = await Plan(new() { Filter = slow });
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AssertServedByAnIndex(plan, "marks"));
    }

    public sealed class OnSqlite() : QueryPlanTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : QueryPlanTests(DatabaseKind.PostgreSql);
}
