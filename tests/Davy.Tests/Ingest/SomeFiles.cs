using System.Text;
using Davy.Findings;
using Davy.Server.Ingest;
using Davy.Server.Ingest.Files;
using Davy.Storage;
using Davy.Tests.Storage;
using Davy.Tests.Watching;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Ingest;

/// <summary>A source of files over a database of its own, looked at step by step.</summary>
sealed class SomeFiles : IAsyncDisposable
{
    readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    readonly FilesDeclaration _declared;
    readonly SourceFaults _health;
    readonly SomeWatch _watch;
    FilesSource _source;

    SomeFiles(TestDatabase database, IReadOnlyList<string> paths)
    {
        Database = database;
        _declared = new("logs", paths);
        _health = new(new SourceHealth(_clock), NullLogger<SourceFaults>.Instance);
        _watch = new(database.Database, _clock, remembered: 1_000_000);
        _source = Open();
    }

    public TestDatabase Database { get; }

    /// <summary>What came in so far.</summary>
    public Observation Came => _watch.Watch.Counts.TryGetValue("files/logs", out var count) ? count.Totals.Came : default;

    /// <summary>What is wrong with the source.</summary>
    public string? Fault => _health.Fault("files/logs");

    public static async Task<SomeFiles> StartAsync(params string[] paths) => new(await TestDatabase.MigratedAsync(DatabaseKind.Sqlite, TestContext.Current.CancellationToken), paths);

    /// <summary>Looks until nothing is new.</summary>
    /// <param name="seconds">How much time passes before.</param>
    public async Task LookAsync(int seconds = 1)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        while (await _source.LookAsync(TestContext.Current.CancellationToken))
        {
        }
    }

    /// <summary>Looks once, and lets time pass until that has come to its end.</summary>
    /// <param name="meanwhile">Called each time, until the look is over.</param>
    public async Task LookThroughAsync(Func<Task> meanwhile)
    {
        var look = Task.Run(() => _source.LookAsync(TestContext.Current.CancellationToken));
        for (; !look.IsCompleted; _clock.Advance(TimeSpan.FromSeconds(1)))
        {
            await meanwhile();
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await look;
    }

    /// <summary>Goes on as another process would, with nothing but what is kept.</summary>
    public void Restart()
    {
        _source.Dispose();
        _source = Open();
    }

    /// <summary>Keeps a place without what was read up to it, as no source may.</summary>
    public Task HastyAsync(FileIdentity file, FilePlace place) =>
        _watch.Watch.ObserveAsync([], "test", new($"files/logs/{file.Device:x}.{file.Inode:x}", place.Write()), TestContext.Current.CancellationToken);

    /// <summary>How many places are kept.</summary>
    public async Task<int> PlacesAsync() => (await new WatchCursors(Database.Database).BelowAsync("files/logs/", TestContext.Current.CancellationToken)).Count;

    /// <summary>What was rejected, each with its place.</summary>
    public async Task<List<string>> RejectedAsync() =>
        [.. (await new RejectedEntryStore(Database.Database, _clock).ListAsync(null, 1_000_000, TestContext.Current.CancellationToken)).Select(entry => $"{Path.GetFileName(entry.Place)} {entry.Reason}").Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        _source.Dispose();
        await _watch.DisposeAsync();
        await Database.DisposeAsync();
    }

    FilesSource Open() => new(_declared, new(_watch.Watch, new(Database.Database), _health, _clock), _health, _clock);
}

/// <summary>Lines of logs.</summary>
static class SomeLines
{
    /// <summary>A deployment of a miner.</summary>
    public static string Event(int number) => SomeEntries.SystemEvent("acme-prod", $"web-{number}", second: number % 80_000).ToJsonString() + "\n";

    /// <summary>An entry that does not concern Cloud Run.</summary>
    public static string Other(int number) => $$$"""{"insertId": "o{{{number}}}", "logName": "projects/p/logs/syslog", "textPayload": "{{{new string('x', number % 300)}}}"}""" + "\n";

    /// <summary>What is no entry.</summary>
    public static string Bad(int number) => $"bad {number} \u00e4\n";

    /// <summary>Adds text to a file.</summary>
    public static void Append(string path, string text)
    {
        using FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Write(Encoding.UTF8.GetBytes(text));
    }
}
