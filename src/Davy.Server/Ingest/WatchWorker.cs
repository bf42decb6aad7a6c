using System.Data.Common;

namespace Davy.Server.Ingest;

/// <summary>Each minute: notes what did not come in time, forgets what was remembered long enough, and looks whether the numbers add up.</summary>
/// <param name="watch">The watch.</param>
/// <param name="alarms">The alarms.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
sealed partial class WatchWorker(Watch watch, AlarmBoard alarms, TimeProvider clock, ILogger<WatchWorker> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer minutes = new(Pause, clock);
        try
        {
            while (await minutes.WaitForNextTickAsync(stoppingToken))
            {
                await TidyAsync(stoppingToken);
                alarms.Tell([.. watch.Sources.Reports.SelectMany(WatchAlarms.Of)]);
            }
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
        }
        catch (DbException fault)
        {
            Failed(fault);
        }
    }

    [LoggerMessage(1402, LogLevel.Error, "What the watch remembers could not be tidied; the next attempt is in a minute.")]
    partial void Failed(Exception fault);
}
