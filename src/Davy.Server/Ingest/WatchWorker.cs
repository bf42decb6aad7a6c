using System.Data.Common;
using Davy.Findings;
using Davy.Server.Hosting;

namespace Davy.Server.Ingest;

/// <summary>At the start and each minute: notes what did not come in time, forgets what was remembered long enough, and looks whether anything is an alarm.</summary>
/// <param name="watch">The watch.</param>
/// <param name="alarms">The alarms.</param>
/// <param name="options">What the program was told.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
sealed partial class WatchWorker(Watch watch, AlarmBoard alarms, ServerOptions options, TimeProvider clock, ILogger<WatchWorker> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    List<DeadLetterTotal> _letters = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer minutes = new(Pause, clock);
        try
        {
            do
            {
                await TidyAsync(stoppingToken);
                Look();
            }
            while (await minutes.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // It is over.
        }
    }

    async Task TidyAsync(CancellationToken cancel)
    {
        try
        {
            await watch.TidyAsync(cancel);
            watch.Metrics.DeadLetters = _letters = await watch.DeadLetters.TotalsAsync(cancel);
            watch.Metrics.WaitingInspections = await watch.Inspections.WaitingAsync(cancel);
        }
        catch (DbException fault)
        {
            Failed(fault);
        }
    }

    void Look()
    {
        var now = clock.GetUtcNow();
        watch.Metrics.Alarms = [.. watch.Sources.Reports.SelectMany(source => WatchAlarms.Of(source, options.Alarms, now)), .. WatchAlarms.Of(watch.Indicators, options.Alarms, now), .. WatchAlarms.Of(_letters, options.DeadLetters),
            .. WatchAlarms.OfInspections(watch.Metrics.FailedInspections, watch.Metrics.WaitingInspections)];
        alarms.Tell(watch.Metrics.Alarms);
    }

    [LoggerMessage(1402, LogLevel.Error, "What the watch remembers could not be tidied; the next attempt is in a minute.")]
    partial void Failed(Exception fault);
}
