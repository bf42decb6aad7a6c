using Davy.Google;

namespace Davy.Server.Ingest;

/// <summary>
/// Pulls messages from Pub/Sub: several requests at a time, each with its share of what may be in work. A share is taken, kept and acknowledged before it is asked for again, so that
/// what the store cannot take stays with Pub/Sub.
/// </summary>
/// <param name="declared">What the configuration declares.</param>
/// <param name="subscription">The subscription.</param>
/// <param name="intake">Who keeps what comes.</param>
/// <param name="health">How it stands with the source.</param>
/// <param name="clock">The clock.</param>
sealed class PubsubPull(PubsubPullDeclaration declared, PubsubSubscription subscription, PubsubIntake intake, SourceFaults health, TimeProvider clock) : ILogSource
{
    // What passes by itself is told when it has not for about this many attempts: half a minute.
    const int Patience = 5;

    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // Pub/Sub waits for messages before it says that there are none; whatever says so at once is not asked again at once.
    static readonly TimeSpan Hasty = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    // Whoever leaves before the answer leaves the messages in it, too, until their deadline is over. Where there are messages it comes at once.
    static readonly TimeSpan GraceToAnswer = TimeSpan.FromSeconds(1);

    // What could not be kept comes again at once; where it does not, others have taken it.
    static readonly TimeSpan Doubted = TimeSpan.FromMinutes(2);

    long _notKeptAt;

    /// <inheritdoc/>
    public string Name => $"pubsub/{declared.Name}";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var deadline = intake.LearnDeadlineAsync(all.Token);
        var requests = Enumerable.Range(0, declared.Requests).Select(place => PullAsync((declared.Messages + place) / declared.Requests, all.Token)).ToList();

        // Where one ends, all do: they are told to stop, or it is the fault of one and they begin anew together.
        await Task.WhenAny(requests);
        await all.CancelAsync();
        await Task.WhenAll([deadline, .. requests]);
    }

    async Task PullAsync(int share, CancellationToken cancel)
    {
        using CancellationTokenSource pulling = new(Timeout.InfiniteTimeSpan, clock);
        await using var stop = cancel.Register(() => pulling.CancelAfter(GraceToAnswer));
        var (size, failures) = (share, 0);
        while (!cancel.IsCancellationRequested)
        {
            TimeSpan? pause = null;
            try
            {
                var began = clock.GetTimestamp();
                var pulled = await subscription.PullAsync(size, pulling.Token);
                if (!IsKeepingInDoubt) health.Recovered(Name);
                if (pulled.Messages.Count == 0) pause = clock.GetElapsedTime(began) < Hasty ? Breath : null;
                else if (await KeepAsync(pulled.Messages, cancel) == 0) pause = Pause(failures++);
                if (pause is null) failures = 0;
                if (pulled.Bytes < PubsubSubscription.MostBytes / 4) size = Math.Min(size * 2, share);
            }
            catch (OperationCanceledException) when (pulling.IsCancellationRequested)
            {
                return;
            }
            catch (GoogleApiException fault) when (fault.IsTooLong && size > 1)
            {
                size = Math.Max(size / 8, 1);
            }
            catch (GoogleApiException fault)
            {
                pause = Failed(fault, fault.MayPass, failures++);
                if (fault.RetryAfter > pause) pause = fault.RetryAfter < LongestPause ? fault.RetryAfter : LongestPause;
            }
            catch (CredentialException fault)
            {
                pause = Failed(fault, fault.MayPass, failures++);
            }

            if (pause is { } wait) await WaitAsync(wait, cancel);
        }
    }

    /// <summary>Whether the last messages that came could not all be kept; where none came for a while, that is over.</summary>
    bool IsKeepingInDoubt => Interlocked.Read(ref _notKeptAt) is var at and not 0 && clock.GetElapsedTime(at) < Doubted;

    /// <summary>Has messages kept, and tells where that fails: Pub/Sub answers all the while, so nothing else would.</summary>
    async Task<int> KeepAsync(IReadOnlyList<PulledMessage> messages, CancellationToken cancel)
    {
        var (kept, fault) = await intake.TakeAsync(messages, cancel);
        if (fault is not null)
        {
            Interlocked.Exchange(ref _notKeptAt, clock.GetTimestamp());
            health.Failed(Name, fault);
        }
        else if (kept > 0)
        {
            Interlocked.Exchange(ref _notKeptAt, 0);
            health.Recovered(Name);
        }

        return kept;
    }

    TimeSpan Failed(Exception fault, bool mayPass, int failures)
    {
        if (!mayPass || failures + 1 >= Patience) health.Failed(Name, fault);
        return Pause(failures);
    }

    /// <summary>Longer each time, and not the same for all who wait.</summary>
    static TimeSpan Pause(int failures) => TimeSpan.FromSeconds(Math.Min(FirstPause.TotalSeconds * Math.Pow(2, Math.Min(failures, 10)), LongestPause.TotalSeconds) * (0.75 + (Random.Shared.NextDouble() / 4)));

    async Task WaitAsync(TimeSpan wait, CancellationToken cancel)
    {
        try
        {
            await Task.Delay(wait, clock, cancel);
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }
}
