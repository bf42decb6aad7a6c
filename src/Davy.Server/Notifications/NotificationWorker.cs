using System.Data.Common;
using Davy.Findings;
using Davy.Notifications;
using Davy.Outbound;
using Davy.Server.Hosting;
using Davy.Storage;

namespace Davy.Server.Notifications;

/// <summary>Sends notifications, and tells in the log and in the health how that goes.</summary>
sealed partial class NotificationWorker : BackgroundService
{
    const string Matter = "notifications";

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan GivingUp = TimeSpan.FromHours(1);

    readonly Outbox _outbox;
    readonly OutboxSender _sender;
    readonly HealthNotes _notes;
    readonly TimeSpan _kept;
    readonly TimeProvider _clock;
    readonly ILogger _log;
    bool _claimsMayBeLeft;

    /// <summary>A worker.</summary>
    /// <param name="options">What the program was told.</param>
    /// <param name="database">The database.</param>
    /// <param name="outbox">The outbox.</param>
    /// <param name="targets">The ways to the targets.</param>
    /// <param name="notes">Where the health is told.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="log">The log.</param>
    public NotificationWorker(ServerOptions options, Database database, Outbox outbox, TargetSenders targets, HealthNotes notes, TimeProvider clock, ILogger<NotificationWorker> log)
    {
        (_outbox, _notes, _kept, _clock, _log) = (outbox, notes, TimeSpan.FromDays(options.NotificationDays), clock, log);
        // No other process uses an SQLite file, so what is claimed there at the start was claimed by one that died.
        _claimsMayBeLeft = database.Kind is DatabaseKind.Sqlite;
        _sender = new(outbox, targets.OfAsync, NotificationForm.Of, clock) { Changed = Tell };
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer ticks = new(Pause, TimeProvider.System);
        try
        {
            var givenUp = DateTimeOffset.MinValue;
            do
            {
                var isTime = _clock.GetUtcNow() - givenUp >= GivingUp;
                if (await StepAsync(isTime, stoppingToken) && isTime) givenUp = _clock.GetUtcNow();
            }
            while (await ticks.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop.
        }

        await _sender.FinishAsync();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _sender.Dispose();
        base.Dispose();
    }

    /// <returns>Whether the database was there.</returns>
    async Task<bool> StepAsync(bool giveUp, CancellationToken cancel)
    {
        try
        {
            if (_claimsMayBeLeft)
            {
                await _outbox.ReleaseAsync(cancel);
                _claimsMayBeLeft = false;
            }

            if (giveUp && await _outbox.GiveUpAsync(_clock.GetUtcNow() - _kept, cancel) is > 0 and var gone) GaveUp(gone, _kept.TotalDays);
            await _sender.StepAsync(cancel);
            TellHealth();
            return true;
        }
        catch (DbException fault)
        {
            Failed(fault);
            return false;
        }
    }

    void TellHealth()
    {
        var troubles = _sender.Troubles;
        _notes.Tell(Matter, troubles.Count == 0 ? null
            : $"Notifications to {troubles.Count} of the targets fail, to one since {troubles.Min(trouble => trouble.Since):yyyy-MM-dd'T'HH:mm:ss'Z'}; the log says which, and why.");
    }

    void Tell(TargetTrouble trouble)
    {
        TellHealth();
        if (trouble.Failures == 0) Recovered(trouble.Config);
        else Failing(trouble.Config, trouble.Failures, Excerpt.Of(trouble.Error, 500), trouble.NextAttempt);
    }

    [LoggerMessage(1201, LogLevel.Warning, "Notifications to {Config} fail (attempt {Attempt}): {Error} The next attempt is at {NextAttempt:O}.")]
    partial void Failing(string config, int attempt, string error, DateTimeOffset nextAttempt);

    [LoggerMessage(1202, LogLevel.Information, "Notifications to {Config} are taken again.")]
    partial void Recovered(string config);

    [LoggerMessage(1203, LogLevel.Error, "{Count} notifications could not be sent for {Days} days and were given up.")]
    partial void GaveUp(int count, double days);

    [LoggerMessage(1204, LogLevel.Error, "The outbox cannot be read; notifications wait.")]
    partial void Failed(Exception fault);
}
