namespace Davy.Server.Ingest.Nats;

/// <summary>How it stands with one stream: whether the server answers, and whether what it delivers can be kept. It is well where both hold.</summary>
/// <param name="name">The source's name.</param>
/// <param name="health">How it stands with all sources.</param>
/// <param name="clock">The clock.</param>
sealed class NatsHealth(string name, SourceFaults health, TimeProvider clock)
{
    // A message that could not be kept comes again well within that time; after it, another davyd has it.
    static readonly TimeSpan Remembered = TimeSpan.FromMinutes(3);

    readonly Lock _gate = new();
    readonly Dictionary<ulong, long> _failing = [];

    /// <summary>The server does not answer, or not as it should.</summary>
    /// <param name="fault">What is wrong.</param>
    public void Failed(Exception fault) => health.Failed(name, fault);

    /// <summary>The server answered.</summary>
    public void Well()
    {
        lock (_gate)
        {
            foreach (var sequence in _failing.Where(each => clock.GetElapsedTime(each.Value) > Remembered).Select(each => each.Key).ToList()) _failing.Remove(sequence);
            if (_failing.Count > 0) return;
        }

        health.Recovered(name);
    }

    /// <summary>Messages could not be kept.</summary>
    /// <param name="deliveries">The messages.</param>
    /// <param name="fault">Why.</param>
    public void NotKept(IReadOnlyList<NatsDelivery> deliveries, Exception fault)
    {
        lock (_gate)
        {
            foreach (var delivery in deliveries) _failing[delivery.Sequence] = clock.GetTimestamp();
        }

        health.Failed(name, fault);
    }

    /// <summary>Messages are kept.</summary>
    /// <param name="deliveries">The messages.</param>
    public void Kept(IReadOnlyList<NatsDelivery> deliveries)
    {
        lock (_gate)
        {
            if (_failing.Count == 0) return;
            foreach (var delivery in deliveries) _failing.Remove(delivery.Sequence);
        }

        Well();
    }
}
