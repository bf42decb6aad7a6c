using System.Diagnostics;
using System.Text.Json.Nodes;
using Davy.Outbound;
using Davy.Storage;
using Davy.Tests.EndToEnd;
using Davy.Tests.Fakes;
using Davy.Tests.Google;
using Davy.Tests.Storage;

namespace Davy.Tests.Ingest;

/// <summary>davyd is killed again and again while it reads the past of a project from Cloud Logging: at the end all of it is kept, with who did it, and nothing twice.</summary>
public sealed class CloudLoggingCrashTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    static readonly int Services = TestLength.Of(whole: 50_000, quick: 300);
    static readonly int Kills = TestLength.Of(whole: 10, quick: 2);

    readonly TemporaryFolder _folder = new();
    int _killedWithin;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task NothingIsLostAndNothingTwiceWheneverItIsKilled(DatabaseKind kind)
    {
        await using var database = await TestDatabase.MigratedAsync(kind, Cancel);
        Assert.Equal("", string.Join(", ", await RunAsync(database, Services, Kills, isHasty: false)));

        Assert.True(_killedWithin > 0, "It was never killed while there was more to read.");
        Assert.Equal(2L * Services, await database.CountAsync("seen_entries", Cancel));
        if (kind is DatabaseKind.Sqlite) Assert.Equal("ok", await database.ScalarAsync("PRAGMA integrity_check", Cancel));
    }

    [Fact]
    public async Task WhereThePlaceIsKeptBeforeWhatWasReadTheSameChecksFindTheLoss()
    {
        await using var database = await TestDatabase.MigratedAsync(DatabaseKind.Sqlite, Cancel);
        Assert.Contains(await RunAsync(database, services: 300, kills: 1, isHasty: true), fault => fault.EndsWith("is not kept", StringComparison.Ordinal));
    }

    /// <summary>Has the log read while the process is killed several times.</summary>
    /// <returns>What is not as it must be.</returns>
    async Task<List<string>> RunAsync(TestDatabase database, int services, int kills, bool isHasty)
    {
        await using var logging = await FakeLogging.StartAsync();
        logging.PageSize = Math.Min(1_000, services / 3);
        logging.Projects["acme-prod"] = [.. Enumerable.Range(0, services).SelectMany(Entries)];
        await File.WriteAllTextAsync(_folder.File("davyd.json"), $$"""
            {"sources": [{"name": "logs", "kind": "cloud-logging", "project": "acme-prod", "since": "2026-01-01", "every": 1, "endpoint": "{{logging.Http.Url}}"}]}
            """, Cancel);
        await File.WriteAllTextAsync(_folder.File("credentials.json"), SomeCredentials.ServiceAccount("http://127.0.0.1:1/never-asked").ToJsonString(), Cancel);

        using var http = OutboundGuard.Client(SomeCredentials.Loopback);
        Random random = new(7);
        for (var kill = 0; kill < kills; kill++)
        {
            using var program = await StartAsync(http, database);
            var until = 1 + (services * kill / (kills + 1));
            await StartedDavyd.UntilAsync(program, async () => await database.CountAsync("findings", Cancel) >= until, Patience);

            // A page is asked for each second: so it falls between two of them, into a request, or into a commit.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1_200)), TimeProvider.System, Cancel);
            using var process = Process.GetProcessById(program.Id);
            process.Kill();
            await process.WaitForExitAsync(Cancel);
            if (await database.CountAsync("seen_entries", Cancel) < 2 * services) _killedWithin++;
            if (isHasty) await database.ExecuteAsync($"UPDATE cursors SET value = '{SomeEntries.At(services - 2)}' WHERE value < '{SomeEntries.At(services - 2)}'", Cancel);
        }

        using (var program = await StartAsync(http, database))
        {
            // Once all was read the place is a while ago, long after the last entry.
            await StartedDavyd.UntilAsync(program, async () => await database.CountAsync($"cursors WHERE value > '{SomeEntries.At(services + 10)}'", Cancel) == 1, Patience);
        }

        return await FaultsAsync(database, services);
    }

    static JsonObject[] Entries(int number) =>
    [
        SomeEntries.Activity("acme-prod", $"web-{number}", $"op-{number}", number, CallerOf(number)),
        SomeEntries.SystemEvent("acme-prod", $"web-{number}", operation: $"op-{number}", second: number + 1),
    ];

    static string CallerOf(int number) => $"caller{number % 7}@example.com";

    /// <summary>Compares what is kept with what was served.</summary>
    static async Task<List<string>> FaultsAsync(TestDatabase database, int services)
    {
        await using var connection = await database.Database.OpenAsync(Cancel);
        await using var ask = connection.Command("SELECT CAST(document AS text) FROM findings");
        var kept = (await ask.ToListAsync(row => JsonNode.Parse(row.Text(0))!["sourceProperties"]!["properties"]!, Cancel)).ToLookup(properties => (string)properties["resource"]!["name"]!);

        List<string> faults = [];
        for (var number = 0; number < services; number++)
        {
            if (kept[$"web-{number}"].ToList() is not [var finding]) faults.Add(kept[$"web-{number}"].Any() ? $"web-{number} is kept twice" : $"web-{number} is not kept");
            else if ((int)finding["occurrences"]!["count"]! != 1) faults.Add($"the deployment of web-{number} counts twice");
            else if ((string?)finding["actor"]?["principal"] != CallerOf(number)) faults.Add($"the caller of web-{number} is not there");
        }

        if (kept.Count != services && faults.Count == 0) faults.Add($"there are {kept.Count} resources, of {services}");
        return faults;
    }

    async Task<BuiltProgram> StartAsync(HttpClient http, TestDatabase database) => (await StartedDavyd.StartAsync(
        http, ["--config", _folder.File("davyd.json"), "--data", _folder.File("data"), "--database", database.ConnectionString, "--google-credentials", _folder.File("credentials.json")])).Program;
}
