namespace Davy.Server.Ingest.Nats;

/// <summary>The messages that are in our hands: fetched, and neither acknowledged nor given back. They are bounded in number and bytes, however slow the store is.</summary>
/// <param name="largest">How many bytes one message may have.</param>
sealed class NatsRoom(long largest)
{
    const int MostMessages = 1_024;
    const int MostAtOnce = 256;
    const long LeastBytes = 16 << 20;

    // With less room than that it is not worth asking.
    const int Worthwhile = 64;

    readonly Lock _gate = new();
    readonly HashSet<NatsDelivery> _held = new(ReferenceEqualityComparer.Instance);
    readonly long _mostBytes = Math.Max(LeastBytes, 2 * largest);
    TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _bytes;

    /// <summary>More than are ever held at once.</summary>
    public const int Capacity = 2 * MostMessages;

    /// <summary>All of this moment.</summary>
    public IReadOnlyList<NatsDelivery> Held
    {
        get
        {
            lock (_gate) return [.. _held];
        }
    }

    /// <summary>A message came.</summary>
    /// <param name="delivery">The message.</param>
    public void Take(NatsDelivery delivery)
    {
        lock (_gate)
        {
            _held.Add(delivery);
            _bytes += delivery.Size;
        }
    }

    /// <summary>Messages are done with.</summary>
    /// <param name="deliveries">The messages.</param>
    public void Release(IReadOnlyList<NatsDelivery> deliveries)
    {
        TaskCompletionSource freed;
        lock (_gate)
        {
            foreach (var delivery in deliveries)
            {
                if (_held.Remove(delivery)) _bytes -= delivery.Size;
            }

            (freed, _freed) = (_freed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        freed.SetResult();
    }

    /// <summary>Waits until there is room.</summary>
    /// <param name="cancel">Stops the waiting.</param>
    /// <returns>For how many messages, and for how many bytes: at least one message of the largest.</returns>
    public async Task<(int Messages, long Bytes)> WaitAsync(CancellationToken cancel)
    {
        while (true)
        {
            Task freed;
            lock (_gate)
            {
                var (messages, bytes) = (MostMessages - _held.Count, _mostBytes - _bytes);
                if (messages >= Worthwhile && bytes >= largest) return (Math.Min(messages, MostAtOnce), bytes);
                freed = _freed.Task;
            }

            await freed.WaitAsync(cancel);
        }
    }
}
