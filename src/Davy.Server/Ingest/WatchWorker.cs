using System.Data.Common;

namespace Davy.Server.Ingest;

/// <summary>Each minute: notes what did not come in time, and forgets what was remembered long enough.</summary>
/// <param name="watch">The watch.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
sealed partial class WatchWorker(Watch watch, TimeProvider clock, ILogger<WatchWorker> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer minutes = new(Pause, clock);
        try
        {
            while (await minutes.WaitForNextTickAsync(stoppingToken)) await TidyAsync(stoppingToken);
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
