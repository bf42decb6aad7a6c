using System.Diagnostics;
using System.Text.Json.Nodes;
using Davy.Server.Hosting;
using Davy.Server.Ingest;
using Davy.Storage;
using Davy.Tests.Api;
using Davy.Tests.Fakes;
using Davy.Tests.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Davy.Tests.Ingest;

/// <summary>davyd, which pulls from a stand-in for Pub/Sub, with what is kept in a database of its own.</summary>
sealed class PulledServer : IAsyncDisposable
{
    public const string Topic = "projects/acme-sec/topics/davy";
    public const string Name = "projects/acme-sec/subscriptions/davy";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly TestDatabase _database;
    readonly RunningServer _server;
    bool _isStopped;

    PulledServer(TestDatabase database, RunningServer server) => (_database, _server) = (database, server);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public IServiceProvider Services => _server.Services;

    public SourceTotals Totals => Services.GetRequiredService<Watch>().Counts.TryGetValue("pubsub/logs", out var count) ? count.Totals : default;

    /// <summary>What is wrong with the source; null for nothing.</summary>
    public string? Fault => Services.GetRequiredService<SourceFaults>().Fault("pubsub/logs");

    /// <summary>Starts it.</summary>
    /// <param name="pubsub">The stand-in; it is told of it as of an emulator.</param>
    /// <param name="messages">How many messages may be in work.</param>
    /// <param name="megabytes">How many MiB.</param>
    /// <param name="with">What else it is told.</param>
    /// <param name="kind">Its database.</param>
    public static async Task<PulledServer> StartAsync(FakePubsub pubsub, int messages = 1_000, int megabytes = 64, Func<ServerOptions, ServerOptions>? with = null, DatabaseKind kind = DatabaseKind.Sqlite)
    {
        var database = await TestDatabase.MigratedAsync(kind, Cancel);
        return new(database, await RunningServer.StartAsync(database: database.ConnectionString, with: with ?? (options => options with { PubsubEmulator = pubsub.Http.Url }),
            sources: [new PubsubPullDeclaration("logs", Name, messages, megabytes)]));
    }

    /// <summary>What was found.</summary>
    public Task<List<JsonNode>> FindingsAsync() => _database.Database.ReadAsync(async connection =>
    {
        await using var ask = connection.Command("SELECT CAST(document AS text) FROM findings");
        return await ask.ToListAsync(row => JsonNode.Parse(row.Text(0)!)!, Cancel);
    }, Cancel);

    /// <summary>Runs a statement.</summary>
    public Task ExecuteAsync(string text) => _database.ExecuteAsync(text, Cancel);

    /// <summary>Nothing can be kept until what this returns is disposed of, or half a minute is over.</summary>
    public Task<SqliteConnection> LockedAsync() => LockedAsync(_database);

    /// <summary>Nothing can be kept in a file of SQLite until what this returns is disposed of, or half a minute is over.</summary>
    public static async Task<SqliteConnection> LockedAsync(TestDatabase database)
    {
        // Not one of the pool: that would be handed on with its transaction.
        SqliteConnection connection = new($"{database.ConnectionString};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        await begin.ExecuteNonQueryAsync(Cancel);
        return connection;
    }

    /// <summary>Stops it; what is kept is there still.</summary>
    public async Task StopAsync()
    {
        _isStopped = true;
        await _server.DisposeAsync();
    }

    /// <summary>Waits until something holds.</summary>
    public static async Task UntilAsync(Func<bool> holds, Func<object?> state)
    {
        var start = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"It never came to this: {state()}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isStopped) await _server.DisposeAsync();
        await _database.DisposeAsync();
    }
}
