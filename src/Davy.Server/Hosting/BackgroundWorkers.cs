using Davy.Findings;

namespace Davy.Server.Hosting;

/// <summary>Carries out bulk mutes.</summary>
/// <param name="mutes">The bulk mutes.</param>
/// <param name="log">The log.</param>
sealed class BulkMuteWorker(BulkMute mutes, ILogger<BulkMuteWorker> log) : StepWorker(log)
{
    /// <inheritdoc/>
    protected override Task<bool> StepAsync(CancellationToken cancel) => mutes.StepAsync(cancel);
}

/// <summary>Applies dynamic mute rules to what is kept, when they change and when they end.</summary>
/// <param name="sweep">The sweep.</param>
/// <param name="log">The log.</param>
sealed class MuteSweepWorker(MuteSweep sweep, ILogger<MuteSweepWorker> log) : StepWorker(log)
{
    /// <inheritdoc/>
    protected override Task<bool> StepAsync(CancellationToken cancel) => sweep.StepAsync(cancel);
}

/// <summary>Deletes what has been kept long enough, at the start and every hour.</summary>
/// <param name="retention">The rules.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
sealed partial class RetentionWorker(Retention retention, TimeProvider clock, ILogger<RetentionWorker> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer hours = new(Pause, clock);
        try
        {
            do await DeleteAsync(stoppingToken);
            while (await hours.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host takes this for a fault where its start failed, and prints it before the reason.
        }
    }

    async Task DeleteAsync(CancellationToken cancel)
    {
        try
        {
            var deleted = await retention.RunAsync(cancel);
            if (deleted > 0) Deleted(deleted);
        }
        catch (System.Data.Common.DbException fault)
        {
            Failed(fault);
        }
    }

    [LoggerMessage(1102, LogLevel.Information, "{Count} findings had been kept long enough and were deleted.")]
    partial void Deleted(int count);

    [LoggerMessage(1103, LogLevel.Error, "What has been kept long enough could not be deleted; the next attempt is in an hour.")]
    partial void Failed(Exception fault);
}
