using Davy.Google;

namespace Davy.Server.Ingest;

/// <summary>
/// Has the watch keep messages that were pulled: together, and each alone where that failed, so that one holds up no other. What is kept is acknowledged, and what is not is given back.
/// Meanwhile they are held, so that nobody else is given them.
/// </summary>
/// <param name="source">The source's name.</param>
/// <param name="subscription">The subscription.</param>
/// <param name="watch">The watch.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
sealed partial class PubsubIntake(string source, PubsubSubscription subscription, Watch watch, TimeProvider clock, ILogger<PubsubIntake> log)
{
    // The least that a subscription can have, so it is safe to assume where Pub/Sub does not tell (https://cloud.google.com/pubsub/docs/lease-management).
    const int LeastDeadline = 10;
    const int MostAttempts = 4;

    static readonly TimeSpan LongestAlone = TimeSpan.FromSeconds(30);
    static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(10);

    // Whoever stops davyd gives it ten seconds: these for what has begun, and some more to say what became of it.
    static readonly TimeSpan GraceToKeep = TimeSpan.FromSeconds(4);
    static readonly TimeSpan GraceToTell = TimeSpan.FromSeconds(8);

    volatile int _deadline = LeastDeadline;

    /// <summary>Finds out how long messages may be in work. It takes a right that pulling does not, <c>pubsub.subscriptions.get</c>; without it the least is assumed.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task, which is over when it is known, or when it is stopped.</returns>
    public async Task LearnDeadlineAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                try
                {
                    _deadline = await subscription.DeadlineAsync(cancel);
                    return;
                }
                catch (Exception fault) when (fault is GoogleApiException or CredentialException)
                {
                    // Whoever pulls tells what is wrong; the right may be given later.
                    await Task.Delay(AgainAfter, clock, cancel);
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // It is over.
        }
    }

    /// <summary>Has messages kept and acknowledges them.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="cancel">Tells that the program stops: what has not begun is given back, and what has begun is given a few seconds.</param>
    /// <returns>How many were kept, and why others were not: it may be the store that cannot. Null where all were, or the program stops.</returns>
    public async Task<(int Kept, Exception? Fault)> TakeAsync(IReadOnlyList<PulledMessage> messages, CancellationToken cancel)
    {
        using CancellationTokenSource keeping = new(Timeout.InfiniteTimeSpan, clock), telling = new(Timeout.InfiniteTimeSpan, clock);
        await using var stop = cancel.Register(() =>
        {
            keeping.CancelAfter(GraceToKeep);
            telling.CancelAfter(GraceToTell);
        });
        await using PubsubLease lease = new(subscription, [.. messages.Select(message => message.AckId)], _deadline, clock);

        HashSet<int> kept = [];
        Exception? fault = null;
        try
        {
            // Where SQLite waits, it keeps the thread, whatever it is told meanwhile.
            if (!cancel.IsCancellationRequested) (kept, fault) = await Task.Run(() => KeepAsync(messages, keeping.Token), CancellationToken.None).WaitAsync(keeping.Token);
        }
        catch (OperationCanceledException)
        {
            // The program ends. What is kept all the same comes again, and is known.
        }

        List<string> good = [.. messages.Where((_, place) => kept.Contains(place)).Select(message => message.AckId)], bad = [.. messages.Where((_, place) => !kept.Contains(place)).Select(message => message.AckId)];
        await Task.WhenAll(
            TellAsync(good, token => subscription.AcknowledgeAsync(good, token), telling.Token),
            TellAsync(bad, token => subscription.ModifyDeadlineAsync(bad, 0, token), telling.Token));
        return (kept.Count, fault);
    }

    /// <summary>Which of the messages are kept, and why others are not; no reason where the program stops.</summary>
    async Task<(HashSet<int> Kept, Exception? Fault)> KeepAsync(IReadOnlyList<PulledMessage> messages, CancellationToken cancel)
    {
        if (await FaultAsync(messages, cancel) is not { } fault) return ([.. Enumerable.Range(0, messages.Count)], null);

        HashSet<int> kept = [];
        if (messages.Count > 1 && !cancel.IsCancellationRequested)
        {
            using CancellationTokenSource limit = new(LongestAlone, clock);
            using var alone = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
            var faults = await Task.WhenAll(messages.Select(message => FaultAsync([message], alone.Token)));
            for (var place = 0; place < faults.Length; place++)
            {
                if (faults[place] is null) kept.Add(place);
                else fault = faults[place]!;
            }
        }

        if (kept.Count == messages.Count || cancel.IsCancellationRequested) return (kept, null);
        NotKept(messages.Count - kept.Count, messages.Count, source, fault);
        return (kept, fault);
    }

    /// <summary>Has messages kept, all or none of them; null where they are.</summary>
    async Task<Exception?> FaultAsync(IReadOnlyList<PulledMessage> messages, CancellationToken cancel)
    {
        try
        {
            await watch.ObserveAsync([.. messages.Select(message => (message.Json, Logs.EntryLocation.OfMessage($"pubsub/{source}/{message.Id}")))], $"pubsub/{source}", null, cancel);
            return null;
        }
#pragma warning disable CA1031 // The edge of a message: whatever it is, it is not acknowledged, and the others go on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return fault;
        }
    }

    /// <summary>Tells Pub/Sub what became of messages. Where it cannot be told they come again, and are known.</summary>
    async Task TellAsync(List<string> ackIds, Func<CancellationToken, Task> tell, CancellationToken cancel)
    {
        if (ackIds.Count == 0) return;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await tell(cancel);
                return;
            }
            catch (GoogleApiException fault) when (fault.MayPass && attempt < MostAttempts && !cancel.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100 * Math.Pow(4, attempt - 1)), clock, CancellationToken.None);
            }
            catch (Exception fault) when (fault is GoogleApiException or CredentialException or OperationCanceledException)
            {
                NotTold(ackIds.Count, source, fault);
                return;
            }
        }
    }

    [LoggerMessage(1420, LogLevel.Error, "{Count} of {All} messages of the source {Source} could not be kept; Pub/Sub delivers them again.")]
    partial void NotKept(int count, int all, string source, Exception fault);

    [LoggerMessage(1421, LogLevel.Warning, "Pub/Sub could not be told what became of {Count} messages of the source {Source}; it delivers them again.")]
    partial void NotTold(int count, string source, Exception fault);
}
