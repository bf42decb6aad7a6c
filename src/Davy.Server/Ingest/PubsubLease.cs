using Davy.Google;

namespace Davy.Server.Ingest;

/// <summary>Holds messages while they are in work: when half of their time is over they are given it again, until this is disposed of, but not for ever.</summary>
sealed class PubsubLease : IAsyncDisposable
{
    /// <summary>How long messages are held at most. Where it takes longer, something hangs, and another davyd may have them.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    readonly PubsubSubscription _subscription;
    readonly IReadOnlyList<string> _ackIds;
    readonly int _deadline;
    readonly TimeProvider _clock;
    readonly CancellationTokenSource _over = new();
    readonly Task _holding;

    /// <summary>Holds messages from now on.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="ackIds">What they are acknowledged by.</param>
    /// <param name="deadline">How long they may be in work, in seconds.</param>
    /// <param name="clock">The clock.</param>
    public PubsubLease(PubsubSubscription subscription, IReadOnlyList<string> ackIds, int deadline, TimeProvider clock)
    {
        (_subscription, _ackIds, _deadline, _clock) = (subscription, ackIds, deadline, clock);
        _holding = HoldAsync(_over.Token);
    }

    /// <summary>Ends when the messages are held no longer.</summary>
    public Task Holding => _holding;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _holding;
        _over.Dispose();
    }

    async Task HoldAsync(CancellationToken cancel)
    {
        var half = TimeSpan.FromSeconds(_deadline / 2.0);
        var (began, pause) = (_clock.GetTimestamp(), half);
        try
        {
            while (_clock.GetElapsedTime(began) + pause < Longest)
            {
                await Task.Delay(pause, _clock, cancel);
                try
                {
                    await _subscription.ModifyDeadlineAsync(_ackIds, _deadline, cancel);
                    pause = half;
                }
                catch (Exception fault) when (fault is GoogleApiException or CredentialException)
                {
                    // Half of the time is left, for more attempts. If none succeeds they come again, and are known.
                    pause = half / 4;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }
}
