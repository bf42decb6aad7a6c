using System.Text;
using System.Text.Json.Nodes;
using Davy.Detection;
using Davy.Findings;
using Davy.Images;
using Davy.Indicators;
using Davy.Storage;
using Davy.Tests.Findings;

namespace Davy.Tests.Watching;

/// <summary>A watch with the store it needs, as a server has them.</summary>
sealed class SomeWatch : IAsyncDisposable
{
    readonly FindingStore _findings;
    long _deliveries;

    public SomeWatch(Database database, TimeProvider time, int remembered = 1_000, Func<WatchSettings, WatchSettings>? with = null)
    {
        _findings = new(database, SomeKept.ReadFilter, time);
        WatchSettings settings = new() { Detectors = Detectors.All(Upstreams.None), Indicators = IndicatorSet.Default, SourceParent = "organizations/1", Remembered = remembered };
        Watch = new(with is null ? settings : with(settings), database, _findings, time);
    }

    public Watch Watch { get; }

    /// <summary>Observes an entry, which is delivered as one of its own.</summary>
    public Task<Observation> SeeAsync(JsonNode entry) => SeeAsync(entry.ToJsonString());

    public Task<Observation> SeeAsync(string json) =>
        Watch.ObserveAsync(Encoding.UTF8.GetBytes(json), new("test", new($"test/{Interlocked.Increment(ref _deliveries)}", 1, 0)), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Watch.DisposeAsync();
        await _findings.DisposeAsync();

        // Whatever a test does, what came in is what it came to.
        Accounting.HoldsAtTheEnd(Watch);
    }
}
