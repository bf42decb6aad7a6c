using System.Diagnostics;
using System.Globalization;
using Davy.Findings;
using Davy.Findings.Filtering;
using Davy.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Davy.Benchmarks.Stores;

/// <summary>
/// How long the stores take over many findings: <c>store DATABASE COUNT</c>, where the database is a file of SQLite or a connection string of PostgreSQL, empty each. It
/// prints rows of a table. Not BenchmarkDotNet's: each question needs the findings of the one before, and a second answer would need them anew.
/// </summary>
static class StoreRun
{
    const string Quick = """state="ACTIVE" AND severity="HIGH" AND category="Execution: Cryptomining Docker Image" """;
    const int Measured = 30_000;
    const int Callers = 1_000;

    public static async Task RunAsync(string where, int count, CancellationToken cancel)
    {
        var options = DatabaseOptions.Parse(where, Environment.CurrentDirectory);
        await using Database database = new(options.Kind, Source(options));
        await Migrations.RunAsync(database, TimeProvider.System, cancel);
        await new SourceStore(database, TimeProvider.System).EnsureAsync(new() { SourceId = SomeFindings.SourceId, Parent = "organizations/1", DisplayName = "Davy" }, cancel);
        Console.WriteLine($"| {options.Kind}, {count:N0} findings | davy | the bare database |\n|---|---|---|");

        await IngestAsync(database, count, cancel);
        await PagesAsync(database, store: new(database), cancel);
        await ListsAsync(new(database), cancel);
        await MutesAsync(database, cancel);
    }

    /// <summary>New findings by many callers, then as many by the bare database, then the rest unmeasured; the database's size is the same for both.</summary>
    static async Task IngestAsync(Database database, int count, CancellationToken cancel)
    {
        await using FindingStore store = new(database, ReadFilter, TimeProvider.System);
        var measured = Math.Min(Measured, count / 4);

        await BareInserts.RunAsync(database, 0, Math.Max(0, count - (3 * measured)), rowsInACommit: 2_000, cancel);
        if (database.Kind is DatabaseKind.PostgreSql) await ExecuteAsync(database, "ANALYZE findings", cancel);

        var first = count - (3 * measured);
        var bare = await TimeAsync(() => BareInserts.RunAsync(database, first, measured, rowsInACommit: 500, cancel));
        var ours = await TimeAsync(() => MergeAsync(store, first + measured, measured, cancel));
        var bareAgain = await TimeAsync(() => BareInserts.RunAsync(database, first + (2 * measured), measured, rowsInACommit: 500, cancel));
        var again = await TimeAsync(() => MergeAsync(store, first + measured, measured, cancel));

        var reference = (bare + bareAgain) / 2;
        await ExecuteAsync(database, "INSERT INTO ancestors (scope, node) SELECT DISTINCT f.scope, 'organizations/1' FROM findings f WHERE true ON CONFLICT DO NOTHING", cancel);
        if (database.Kind is DatabaseKind.PostgreSql) await ExecuteAsync(database, "VACUUM ANALYZE findings, ancestors", cancel);

        Row("new findings a second", $"{measured / ours.TotalSeconds:N0}", $"{measured / reference.TotalSeconds:N0}");
        Row("time, as a multiple of the bare database's", $"{ours / reference:N2}");
        Row("the same findings again, a second", $"{measured / again.TotalSeconds:N0}");
    }

    static async Task MergeAsync(FindingStore store, int first, int count, CancellationToken cancel)
    {
        var next = first - 1;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number < first + count) await store.MergeAsync(SomeFindings.New(number), cancel);
        }, cancel)));
    }

    /// <summary>What has a plain statement to stand beside: the same rows, read by the driver and no further.</summary>
    static async Task PagesAsync(Database database, FindingLists store, CancellationToken cancel)
    {
        await PageAsync(10);
        await PageAsync(1_000);

        await using FindingStore findings = new(database, ReadFilter, TimeProvider.System);
        var (ours, bare) = (0, 0);
        Row("get", await MedianAsync(100, () => findings.FindAsync(SomeFindings.New(ours++ * 5).Name, cancel)),
            await MedianAsync(100, () => BareReads.GetAsync(database, SomeFindings.New(bare++ * 5).Name, cancel)));
        Row("groups by category", await MedianAsync(3, () => store.GroupAsync(new() { Expressions = [FindingColumns.ByPath["category"].Sql] }, cancel)),
            await MedianAsync(3, () => BareReads.GroupAsync(database, cancel)));

        async Task PageAsync(int size)
        {
            var times = size > 100 ? 10 : 50;
            Row($"page of {size:N0}", await MedianAsync(times, () => store.ListAsync(new() { Node = "organizations/1", PageSize = size }, cancel)),
                await MedianAsync(times, () => BareReads.ListAsync(database, isFiltered: false, size, cancel)));
            FindingQuery quick = new() { Node = "organizations/1", Filter = Sql(Quick), PageSize = size };
            Row($"page of {size:N0}, state, severity and category", await MedianAsync(times, () => store.ListAsync(quick, cancel)),
                await MedianAsync(times, () => BareReads.ListAsync(database, isFiltered: true, size, cancel)));
        }
    }

    static async Task ListsAsync(FindingLists lists, CancellationToken cancel)
    {
        FindingQuery quick = new() { Node = "organizations/1", Filter = Sql(Quick) };
        // As many findings as 50,000 pages of ten have, walked in larger pages; the place is the same.
        var place = quick with { PageSize = 1_000 };
        var pages = 0;
        while (pages < 500 && await lists.ListAsync(place, cancel) is { Next: { } next })
        {
            place = place with { After = next };
            pages++;
        }

        Row($"page {pages * 100:N0}, state, severity and category", await MedianAsync(50, () => lists.ListAsync(quick with { After = place.After }, cancel)));
        Row("page 1, a project that is rare", await MedianAsync(50, () => lists.ListAsync(new() { Filter = Sql("""resource.gcp_metadata.project_display_name="project-777" """) }, cancel)));
        Row("page 1, substring that is frequent", await MedianAsync(20, () => lists.ListAsync(quick with { Filter = Sql("""category:"Docker" """) }, cancel)));
        Row("page 1, substring that is rare", await MedianAsync(3, () => lists.ListAsync(quick with { Filter = Sql("""resource_name:"/99999" """) }, cancel)));
        Row("count of state, severity and category", await MedianAsync(9, () => lists.CountAsync(new() { Filter = Sql(Quick) }, cancel)));
        Row("the same below an organisation", await MedianAsync(9, () => lists.CountAsync(quick, cancel)));
        Row("the same of one source", await MedianAsync(9, () => lists.CountAsync(quick with { SourceId = SomeFindings.SourceId }, cancel)));
        Row("count of all of an organisation", await MedianAsync(9, () => lists.CountAsync(new() { Node = "organizations/1" }, cancel)));
        Row("count of a severity below an organisation", await MedianAsync(9, () => lists.CountAsync(quick with { Filter = Sql("""severity="HIGH" """) }, cancel)));
        Row("one finding by its name", await MedianAsync(50, () => lists.ListAsync(new() { Node = "organizations/1", Filter = Sql($"name=\"{SomeFindings.New(5).Name}\"") }, cancel)));
    }

    static async Task MutesAsync(Database database, CancellationToken cancel)
    {
        await using FindingStore store = new(database, ReadFilter, TimeProvider.System);
        var number = 0;
        Row("set mute", await MedianAsync(100, () => store.SetMuteAsync(SomeFindings.New(number++ * 7).Name, "MUTED", "bench", cancel)),
            await MedianAsync(100, () => BareReads.SetMuteAsync(database, SomeFindings.New((number++ * 7) + 1).Name, cancel)));

        BulkMute bulk = new(database, ReadFilter, TimeProvider.System);
        var asked = await bulk.StartAsync("organizations/1", """severity="LOW" """, "MUTED", "bench", cancel);
        var taken = await TimeAsync(async () =>
        {
            while (await bulk.StepAsync(cancel))
            {
            }
        });
        var done = await new OperationStore(database).FindAsync(asked.Name, cancel);
        Row($"bulk mute of {done!.Affected:N0}", $"{taken.TotalSeconds:N1} s");
    }

    static async Task<string> MedianAsync<T>(int times, Func<Task<T>> run)
    {
        List<double> all = [];
        for (var time = 0; time < times; time++) all.Add((await TimeAsync(() => run())).TotalMilliseconds);
        all.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{all[all.Count / 2]:N2} ms (p95 {all[all.Count * 95 / 100]:N2})");
    }

    static async Task<TimeSpan> TimeAsync(Func<Task> run)
    {
        var start = Stopwatch.GetTimestamp();
        await run();
        return Stopwatch.GetElapsedTime(start);
    }

    static async Task ExecuteAsync(Database database, string text, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.Command(text);
        await command.ExecuteNonQueryAsync(cancel);
    }

    static FindingCondition ReadFilter(string text)
    {
        var filter = FindingFilter.Parse(text);
        return new(filter.ToSql(new("p")), filter.Matches);
    }

    static SqlCondition Sql(string text) => FindingFilter.Parse(text).ToSql(new("p"));

    static System.Data.Common.DbDataSource Source(DatabaseOptions options) => options.Kind is DatabaseKind.Sqlite
        ? SqliteFactory.Instance.CreateDataSource(options.ConnectionString)
        : NpgsqlDataSource.Create(options.ConnectionString);

    static void Row(string what, string figure, string bare = "") => Console.WriteLine($"| {what} | {figure} | {bare} |");
}
