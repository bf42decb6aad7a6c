using System.Data.Common;
using Davy.Detection;
using Davy.Server.Hosting;

namespace Davy.Server.Ingest;

/// <summary>
/// Reads the lists of indicators and upstreams again when a file changes. One that cannot be read leaves what was known before, and is told until it is mended. Each new list is asked of
/// earlier deployments at once.
/// </summary>
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
        // Looked at before they are read: what is written in between is seen as a change.
        var read = options.KnownFrom;
        var known = options.KnownBad;
        var isAsked = false;
        using PeriodicTimer timer = new(Pause, clock);
        try
        {
            do
            {
                if (FileState.Of(options.KnownFiles) is var state && state != read)
                {
                    read = state;
                    if (Read() is { } changed) (known, isAsked) = (changed, false);
                }

                isAsked = isAsked || await AskAsync(known, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // It is over.
        }
    }

    /// <summary>Asks the past; whether that was done.</summary>
    async Task<bool> AskAsync(KnownBad known, CancellationToken cancel)
    {
        try
        {
            var found = await watch.AskThePastAsync(known.Indicators, known.Upstreams, cancel);
            if (found != default) FoundInThePast(found.Found, found.Excepted);
            return true;
        }
        catch (DbException fault)
        {
            NotAsked(fault);
            return false;
        }
    }

    /// <summary>What the files say now; null where they cannot be read.</summary>
    KnownBad? Read()
    {
        try
        {
            var known = KnownBad.Read(options.IndicatorFiles, options.UpstreamsFile);
            watch.Learn(Detectors.All(known.Upstreams), known.Indicators);
            notes.Tell(Matter, null);
            Changed(known.Indicators.Indicators.Count());
            return known;
        }
        catch (OptionException fault)
        {
            notes.Tell(Matter, "A list of indicators changed and cannot be read; the one before it holds.");
            NotRead(fault.Message);
            return null;
        }
    }

    [LoggerMessage(1403, LogLevel.Information, "The lists of indicators changed and were read again: {Count} indicators.")]
    partial void Changed(int count);

    [LoggerMessage(1405, LogLevel.Warning, "{Count} earlier deployments are known to be bad by the present lists; their findings are kept. {Excepted} more would be, if their images were not excepted.")]
    partial void FoundInThePast(int count, int excepted);

    [LoggerMessage(1406, LogLevel.Error, "Earlier deployments could not be judged by the present lists; the next attempt is in ten seconds.")]
    partial void NotAsked(Exception fault);

    [LoggerMessage(1404, LogLevel.Error, "A list of indicators changed and cannot be read; the one before it holds. {Fault}")]
    partial void NotRead(string fault);
}
