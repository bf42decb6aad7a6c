using System.Collections.Concurrent;
using Davy.Findings;

namespace Davy.Notifications;

/// <summary>
/// Sends what the outbox holds. Each config has a lane of its own: a target that is dead, or slow, holds up nobody else. A notification is removed only once its target has it;
/// a process that dies between the two sends it again.
/// </summary>
/// <param name="outbox">The outbox.</param>
/// <param name="senderOf">The way to a config's target; null where this process knows none, and another may.</param>
/// <param name="read">Makes a notification ready.</param>
/// <param name="time">The clock.</param>
public sealed class OutboxSender(Outbox outbox, Func<string, CancellationToken, Task<TargetSender?>> senderOf, Func<OutboxEntry, Notification> read, TimeProvider time) : IDisposable
{
    const int AtOnceForOne = 8;
    const int AtOnceHealthy = 48;
    const int AtOnceFailing = 8;

    static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(45);
    static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);
    static readonly TimeSpan LongestAskedFor = TimeSpan.FromHours(1);
    static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    readonly SemaphoreSlim _healthy = new(AtOnceHealthy, AtOnceHealthy);
    readonly SemaphoreSlim _failing = new(AtOnceFailing, AtOnceFailing);

    /// <summary>Told when a target begins to fail, fails again, or (with an empty error) takes notifications again.</summary>
    public Action<TargetTrouble>? Changed { get; init; }

    /// <summary>The targets that fail now.</summary>
    public IReadOnlyList<TargetTrouble> Troubles => [.. _lanes.Values.Where(lane => lane.State.Failures > 0).Select(TroubleOf).OrderBy(trouble => trouble.Config, StringComparer.Ordinal)];

    /// <summary>Starts sending what is due, and does not wait for it.</summary>
    /// <param name="cancel">Stops it, and what was started.</param>
    /// <returns>Whether anything was started.</returns>
    public async Task<bool> StepAsync(CancellationToken cancel)
    {
        var started = false;
        var due = await outbox.DueAsync(cancel);
        foreach (var config in due)
        {
            var lane = _lanes.GetOrAdd(config, name => new(name));
            if (!lane.Work.IsCompleted || time.GetUtcNow() < lane.State.PausedUntil) continue;
            lane.Work = Task.Run(() => RunAsync(lane, cancel), CancellationToken.None);
            started = true;
        }

        // Nothing is due though the pause is long over: the config is gone, or what waited was given up.
        foreach (var (config, lane) in _lanes)
        {
            if (!due.Contains(config) && lane.Work.IsCompleted && time.GetUtcNow() > lane.State.PausedUntil + LongestWait) _lanes.TryRemove(config, out _);
        }

        return started;
    }

    /// <summary>Waits until nothing is being sent. Call it after cancelling.</summary>
    /// <returns>A task.</returns>
    public Task FinishAsync() => Task.WhenAll(_lanes.Values.Select(lane => lane.Work));

    /// <inheritdoc/>
    public void Dispose()
    {
        _healthy.Dispose();
        _failing.Dispose();
    }

    async Task RunAsync(Lane lane, CancellationToken cancel)
    {
        try
        {
            var sender = await senderOf(lane.Config, cancel) ?? throw new SendException("No file of targets that this davyd was given declares it.");

            while (!cancel.IsCancellationRequested)
            {
                // A target that failed is tried with one notification, not with all that wait.
                var gate = lane.State.Failures > 0 ? _failing : _healthy;
                var claimed = await outbox.ClaimAsync(lane.Config, lane.State.Failures > 0 ? 1 : AtOnceForOne, Lease, cancel);
                if (claimed.Count == 0) return;

                var faults = await Task.WhenAll(claimed.Select(entry => SendAsync(lane, sender, entry, gate, cancel)));
                if (faults.All(fault => fault is not null))
                {
                    Fail(lane, faults[^1]!);
                    return;
                }

                if (lane.State.Failures > 0) Recover(lane);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The next start goes on.
        }
#pragma warning disable CA1031 // The edge of a lane: the database may be away, or credentials missing; a lane that ended with an exception would show nowhere.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Fail(lane, Told(fault));
        }
    }

    /// <returns>Why it was not sent; null where it was.</returns>
    async Task<SendException?> SendAsync(Lane lane, TargetSender sender, OutboxEntry entry, SemaphoreSlim gate, CancellationToken cancel)
    {
        SendException? fault = null;
        try
        {
            await gate.WaitAsync(cancel);
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                limit.CancelAfter(SendLimit);
                await sender.SendAsync(read(entry), limit.Token);
            }
            finally
            {
                gate.Release();
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Stopping: whoever comes next need not wait for the claim to run out.
            using CancellationTokenSource soon = new(LastWrite);
            await outbox.FailedAsync(entry, "", TimeSpan.Zero, soon.Token);
            throw;
        }
#pragma warning disable CA1031 // Whatever goes wrong with one notification must not end the others.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            fault = Told(thrown);
        }

        // What was sent is sent, even where the program is being stopped.
        using CancellationTokenSource last = new(LastWrite);
        if (fault is null) await outbox.SentAsync(entry, last.Token);
        else await outbox.FailedAsync(entry, fault.Message, Wait(Math.Max(entry.Attempts, lane.State.Failures + 1), fault), last.Token);
        return fault;
    }

    void Fail(Lane lane, SendException fault)
    {
        var (before, now) = (lane.State, time.GetUtcNow());
        lane.State = new(before.Failures + 1, fault.Message, before.Failures == 0 ? now : before.Since, now + Wait(before.Failures + 1, fault));
        Changed?.Invoke(TroubleOf(lane));
    }

    void Recover(Lane lane)
    {
        lane.State = LaneState.Fine;
        Changed?.Invoke(TroubleOf(lane));
    }

    static SendException Told(Exception fault) => fault switch
    {
        SendException told => told,
        OperationCanceledException => new("The target did not answer in time.", fault),
        Google.CredentialException => new(fault.Message, fault),
        _ => new($"The notification could not be sent ({fault.GetType().Name}).", fault),
    };

    /// <summary>1, 2, 4 … seconds, at most ten minutes, between a half and the whole of it, so that many senders do not come at once.</summary>
    static TimeSpan Wait(long attempt, SendException fault)
    {
        var most = Math.Min(LongestWait.TotalSeconds, Math.Pow(2, Math.Min(attempt - 1, 20)));
        var wait = TimeSpan.FromSeconds(most * (0.5 + Random.Shared.NextDouble() / 2));
        return fault.RetryAfter is { } asked && asked > wait ? asked < LongestAskedFor ? asked : LongestAskedFor : wait;
    }

    static TargetTrouble TroubleOf(Lane lane)
    {
        var state = lane.State;
        return new(lane.Config, state.Error, state.Failures, state.Since, state.PausedUntil);
    }

    sealed class Lane(string config)
    {
        volatile LaneState _state = LaneState.Fine;

        public string Config => config;

        public Task Work { get; set; } = Task.CompletedTask;

        public LaneState State { get => _state; set => _state = value; }
    }

    /// <summary>Replaced whole, for the health reads it while the lane works.</summary>
    sealed record LaneState(int Failures, string Error, DateTimeOffset Since, DateTimeOffset PausedUntil)
    {
        public static readonly LaneState Fine = new(0, "", default, default);
    }
}

/// <summary>A target that does not take notifications, or takes them again.</summary>
/// <param name="Config">The notification config's name.</param>
/// <param name="Error">Why, for people; empty where all is well again.</param>
/// <param name="Failures">How many attempts failed one after the other; 0 where all is well again.</param>
/// <param name="Since">When the first of them was.</param>
/// <param name="NextAttempt">When the next one is.</param>
public sealed record TargetTrouble(string Config, string Error, int Failures, DateTimeOffset Since, DateTimeOffset NextAttempt);
