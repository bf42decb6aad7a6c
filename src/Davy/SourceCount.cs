using Davy.Logs;

namespace Davy;

/// <summary>
/// Counts the entries of one source since the watch began. What was taken is counted where it is taken, what it came to where it is kept: that the two agree is a law that can be
/// broken, and is looked after.
/// </summary>
/// <param name="name">The source.</param>
/// <param name="since">When it was counted first.</param>
public sealed class SourceCount(string name, DateTimeOffset since)
{
    readonly Lock _gate = new();
    SourceTotals _totals = new() { Since = since };

    /// <summary>The source.</summary>
    public string Name => name;

    /// <summary>All numbers of this moment.</summary>
    public SourceTotals Totals
    {
        get
        {
            lock (_gate) return _totals;
        }
    }

    /// <summary>Entries were taken, and are in flight.</summary>
    internal void Take(long entries)
    {
        lock (_gate) _totals = _totals with { Received = _totals.Received + entries, InFlight = _totals.InFlight + entries };
    }

    /// <summary>Entries that were taken are kept.</summary>
    /// <param name="entries">How many.</param>
    /// <param name="came">What they came to.</param>
    /// <param name="newest">The latest of their own times; null where none tells it.</param>
    /// <param name="now">The time.</param>
    internal void Settle(long entries, Observation came, Timestamp? newest, DateTimeOffset now)
    {
        lock (_gate)
        {
            _totals = _totals with
            {
                InFlight = _totals.InFlight - entries,
                Came = _totals.Came + came,
                LastAt = entries > 0 ? now : _totals.LastAt,
                Newest = newest is { } time && !(time <= _totals.Newest) ? time : _totals.Newest,
            };
        }
    }

    /// <summary>A delivery could not be kept: who brought it has its entries again, and they are received anew when they come again.</summary>
    internal void GiveBack(long entries)
    {
        lock (_gate)
        {
            _totals = _totals with
            {
                Received = _totals.Received - entries,
                InFlight = _totals.InFlight - entries,
                GivenBack = _totals.GivenBack + entries,
                Failed = _totals.Failed + 1,
            };
        }
    }
}

/// <summary>
/// The numbers of a source at one moment, in entries: <c>Received = Came.Accepted + Came.Ignored + Came.Duplicates + Came.Rejected + Came.DeadLettered + InFlight</c>, at every moment.
/// </summary>
public readonly record struct SourceTotals
{
    /// <summary>Since when is counted.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Entries that were taken and not given back.</summary>
    public long Received { get; init; }

    /// <summary>What they came to.</summary>
    public Observation Came { get; init; }

    /// <summary>Entries that are not kept yet.</summary>
    public long InFlight { get; init; }

    /// <summary>Entries of deliveries that could not be kept; each time anew, so one entry may count many times here, and never in <see cref="Received"/> for it.</summary>
    public long GivenBack { get; init; }

    /// <summary>Deliveries that could not be kept.</summary>
    public long Failed { get; init; }

    /// <summary>When the last entry was kept; null for never.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>The latest of the entries' own times; null where none told it.</summary>
    public Timestamp? Newest { get; init; }

    /// <summary>How far the law is broken; 0 where it holds.</summary>
    public long Imbalance => Received - Came.Received - InFlight;
}
