using Davy.Detection;
using Davy.Server.Hosting;

namespace Davy.Server.Ingest;

/// <summary>Reads the lists of indicators and upstreams again when a file changes. One that cannot be read leaves what was known before, and is told until it is mended.</summary>
/// <param name="options">What the program was told.</param>
/// <param name="watch">The watch.</param>
/// <param name="notes">The health of the program.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
sealed partial class KnownBadWorker(ServerOptions options, Watch watch, HealthNotes notes, TimeProvider clock, ILogger<KnownBadWorker> log) : BackgroundService
{
    const string Matter = "indicators";

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.IndicatorFiles.Count == 0 && options.UpstreamsFile is null) return;

        // Looked at before they are read: what is written in between is seen as a change.
        var read = options.KnownFrom;
        using PeriodicTimer timer = new(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (FileState.Of(options.KnownFiles) is var state && state == read) continue;
                read = state;
                Read();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // It is over.
        }
    }

    void Read()
    {
        try
        {
            var known = KnownBad.Read(options.IndicatorFiles, options.UpstreamsFile);
            watch.Learn(Detectors.All(known.Upstreams), known.Indicators);
            notes.Tell(Matter, null);
            Changed(known.Indicators.Indicators.Count());
        }
        catch (OptionException fault)
        {
            notes.Tell(Matter, "A list of indicators changed and cannot be read; the one before it holds.");
            NotRead(fault.Message);
        }
    }

    [LoggerMessage(1403, LogLevel.Information, "The lists of indicators changed and were read again: {Count} indicators.")]
    partial void Changed(int count);

    [LoggerMessage(1404, LogLevel.Error, "A list of indicators changed and cannot be read; the one before it holds. {Fault}")]
    partial void NotRead(string fault);
}
