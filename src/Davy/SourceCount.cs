namespace Davy;

/// <summary>What came in from one source since the watch began. The numbers are of one moment and add up: what was received is what it came to, and what is in flight.</summary>
/// <param name="name">The source.</param>
public sealed class SourceCount(string name)
{
    readonly Lock _gate = new();
    Observation _came;
    long _deliveries;
    long _inFlight;
    long _failed;
    DateTimeOffset? _last;

    /// <summary>The source.</summary>
    public string Name => name;

    /// <summary>All numbers of this moment.</summary>
    public SourceTotals Totals
    {
        get
        {
            lock (_gate) return new(_came, _deliveries, _inFlight, _failed, _last);
        }
    }

    internal void Begin()
    {
        lock (_gate)
        {
            _deliveries++;
            _inFlight++;
        }
    }

    internal void End(Observation came, DateTimeOffset now)
    {
        lock (_gate)
        {
            _inFlight--;
            _came += came;
            if (came.Received == 0) _failed++;
            else _last = now;
        }
    }
}

/// <summary>The numbers of a source at one moment.</summary>
/// <param name="Came">What the entries came to.</param>
/// <param name="Deliveries">Deliveries that were begun.</param>
/// <param name="InFlight">Deliveries that are not kept yet.</param>
/// <param name="Failed">Deliveries that could not be kept, or carried nothing; who brought them brings them again.</param>
/// <param name="LastAt">When the last entry was kept; null for never.</param>
public readonly record struct SourceTotals(Observation Came, long Deliveries, long InFlight, long Failed, DateTimeOffset? LastAt);
