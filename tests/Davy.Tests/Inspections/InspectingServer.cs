using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Logs;
using Davy.Server.Hosting;
using Davy.Storage;
using Davy.Tests.Api;
using Davy.Tests.EndToEnd;
using Davy.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Davy.Tests.Inspections;

/// <summary>davyd that looks into images in the background, with a registry on loopback and the program as it was built.</summary>
sealed class InspectingServer : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    readonly RunningServer _server;
    readonly MeterListener _listener = new();
    long _inspected;
    int _sent;

    InspectingServer(RunningServer server)
    {
        _server = server;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, Watch.Metrics.Meter) && instrument.Name == "davy.inspect.results") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, number, _, _) => Interlocked.Add(ref _inspected, number));
        _listener.Start();
    }

    /// <summary>The server.</summary>
    public RunningServer Server => _server;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    Watch Watch => _server.Services.GetRequiredService<Watch>();

    InspectionStore Store => Watch.Inspections;

    /// <summary>Starts one.</summary>
    /// <param name="database">Its database.</param>
    /// <param name="with">How it looks into images.</param>
    /// <param name="lists">Files with lists of its own.</param>
    public static async Task<InspectingServer> StartAsync(TestDatabase database, Func<InspectionOptions, InspectionOptions>? with = null, params string[] lists)
    {
        InspectionOptions inspection = new() { Scope = InspectionScope.Deployments, Program = BuiltProgram.Executable, PlainHttp = true, Timeout = TimeSpan.FromMinutes(5), Tries = 3 };
        if (with is not null) inspection = with(inspection);
        return new(await RunningServer.StartAsync(database: database.ConnectionString, with: options => options with
        {
            Inspection = inspection,
            Organization = "1",
            IndicatorFiles = lists,
            KnownBad = KnownBad.Read(lists, null),
            KnownFrom = FileState.Of(lists),
        }));
    }

    /// <summary>How many images this server looked into.</summary>
    public long Inspected => _inspected;

    /// <summary>An entry comes in.</summary>
    public Task<Observation> SeeAsync(JsonNode entry) =>
        Watch.ObserveAsync(Encoding.UTF8.GetBytes(entry.ToJsonString()), new("test", new EntryLocation($"test/{Interlocked.Increment(ref _sent)}", 1, 0)), Cancel);

    /// <summary>The findings that are kept.</summary>
    public Task<List<JsonObject>> FindingsAsync() => _server.Services.GetRequiredService<Database>().ReadAsync(async connection =>
    {
        await using var ask = connection.Command("SELECT CAST(document AS text) FROM findings ORDER BY key");
        return await ask.ToListAsync(row => JsonNode.Parse(row.Text(0))!.AsObject(), Cancel);
    }, Cancel);

    /// <summary>The doubts that are kept: kind and detail.</summary>
    public Task<List<(string Kind, string Detail)>> DoubtsAsync() => _server.Services.GetRequiredService<Database>().ReadAsync(async connection =>
    {
        await using var ask = connection.Command("SELECT kind, detail FROM doubts ORDER BY key");
        return await ask.ToListAsync(row => (row.Text(0), row.Text(1)), Cancel);
    }, Cancel);

    /// <summary>The images that are known.</summary>
    public Task<List<KeptInspection>> ImagesAsync() => Store.ListAsync(new(), null, 100, Cancel);

    /// <summary>Waits until the images are as they must be.</summary>
    public async Task<List<KeptInspection>> ImagesAsync(Func<List<KeptInspection>, bool> holds) => await EventuallyAsync(ImagesAsync, holds);

    /// <summary>Waits until every image has its verdict, and all are told.</summary>
    public async Task<List<KeptInspection>> DoneAsync(int images)
    {
        var all = await ImagesAsync(all => all.Count == images && all.All(image => image.State is "done" or "notWanted"));
        await EventuallyAsync(async () => Convert.ToInt64(await _server.Services.GetRequiredService<Database>().ReadAsync(async connection =>
        {
            await using var ask = connection.Command("SELECT count(*) FROM inspections WHERE untold = 1");
            return await ask.ExecuteScalarAsync(Cancel);
        }, Cancel), CultureInfo.InvariantCulture), untold => untold == 0);
        return all;
    }

    /// <summary>Waits until something is as it must be.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> ask, Func<T, bool> holds)
    {
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            var now = await ask();
            if (holds(now)) return now;
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(start) < Patience, $"It does not come to that: {System.Text.Json.JsonSerializer.Serialize(now)}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _server.DisposeAsync();
    }
}
