using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Davy.Tests.Fakes;

/// <summary>A collector of OpenTelemetry on the loopback address: it takes OTLP as Protobuf over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp).</summary>
sealed class FakeCollector : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<(string Signal, byte[] Body)> _taken = new();
    readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _waiting;

    FakeCollector(WebApplication app) => _app = app;

    /// <summary>Where it is.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Whether it takes what comes and never answers.</summary>
    public bool IsHanging { get; init; }

    /// <summary>How many wait for an answer.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>All bodies that came.</summary>
    public IEnumerable<byte[]> Bodies => _taken.Select(taken => taken.Body);

    /// <summary>What came of metrics: each has a name (1), a unit (3) and data.</summary>
    public List<ProtoTree> Metrics => [.. Of("metrics", 1, 2, 2)];

    /// <summary>What came of spans.</summary>
    public List<ProtoTree> Spans => [.. Of("traces", 1, 2, 2)];

    /// <summary>What came of logs.</summary>
    public List<ProtoTree> Logs => [.. Of("logs", 1, 2, 2)];

    /// <summary>The resources that something was of.</summary>
    public List<Dictionary<string, string>> Resources => [.. new[] { "metrics", "traces", "logs" }.SelectMany(signal => Of(signal, 1, 1)).Select(resource => resource.Attributes(1))];

    /// <summary>Starts one.</summary>
    /// <param name="isHanging">Whether it takes what comes and never answers.</param>
    public static async Task<FakeCollector> StartAsync(bool isHanging = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        FakeCollector collector = new(app) { IsHanging = isHanging };
        app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using MemoryStream body = new();
            await request.Body.CopyToAsync(body);
            collector._taken.Enqueue((signal, body.ToArray()));
            if (collector.IsHanging)
            {
                Interlocked.Increment(ref collector._waiting);
                await collector._end.Task;
            }

            return Results.Bytes([], "application/x-protobuf");
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    public async ValueTask DisposeAsync()
    {
        _end.TrySetResult();
        await _app.StopAsync(TestContext.Current.CancellationToken);
        await _app.DisposeAsync();
    }

    IEnumerable<ProtoTree> Of(string signal, params int[] path) => _taken.Where(taken => taken.Signal == signal).SelectMany(taken => ProtoTree.Of(taken.Body).At(path));
}
