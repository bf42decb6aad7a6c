using System.Collections.Concurrent;
using System.Collections.Frozen;
using Davy.Findings;
using Davy.Logs;

namespace Davy;

/// <summary>The sources of a watch: what came from each, and what is wrong with it. Whoever reads a source tells here that it cannot be reached, and that it can again.</summary>
/// <param name="time">The clock.</param>
public sealed class SourceHealth(TimeProvider time)
{
    /// <summary>How many sources are told apart; what comes from more is counted together.</summary>
    public const int Most = 1_000;

    /// <summary>The name under which those beyond <see cref="Most"/> are counted.</summary>
    public const string Others = "others";

    readonly ConcurrentDictionary<string, SourceCount> _counts = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, SourceFault> _faults = new(StringComparer.Ordinal);
    readonly DateTimeOffset _began = time.GetUtcNow();
    volatile FrozenDictionary<string, SourceSighting> _known = FrozenDictionary<string, SourceSighting>.Empty;

    /// <summary>What came in so far, by source.</summary>
    public IReadOnlyDictionary<string, SourceCount> Counts => _counts;

    /// <summary>What is wrong with sources, by source.</summary>
    public IReadOnlyDictionary<string, SourceFault> Faults => _faults;

    /// <summary>How it stands with each source, by name; those that other servers of the database know are among them.</summary>
    public IReadOnlyList<SourceReport> Reports
    {
        get
        {
            var known = _known;
            return [.. _counts.Keys.Union(known.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name => ReportOf(name, known.GetValueOrDefault(name)))];
        }
    }

    /// <summary>A source is read from now on, though nothing came of it yet.</summary>
    /// <param name="source">Its name.</param>
    public void Expect(string source) => Of(source);

    /// <summary>A source cannot be reached, or does not answer as it should. To be called at each failed attempt, or once; it stands until <see cref="Recovered"/> is called.</summary>
    /// <param name="source">Its name.</param>
    /// <param name="reason">One sentence for a person, without secrets; what it quotes of others is made safe where it is shown.</param>
    public void Failed(string source, string reason)
    {
        var now = time.GetUtcNow();
        _faults.AddOrUpdate(Of(source).Name, _ => new(reason, now, now, true), (_, fault) => new(reason, fault.IsPresent ? fault.Since : now, now, true));
    }

    /// <summary>A source is reached again. It may be called where it never failed.</summary>
    /// <param name="source">Its name.</param>
    public void Recovered(string source)
    {
        if (_faults.TryGetValue(source, out var fault) && fault.IsPresent) _faults.TryUpdate(source, fault with { IsPresent = false }, fault);
    }

    /// <summary>What this server saw of its sources.</summary>
    internal IReadOnlyList<SourceSighting> Sightings => [.. _counts.Values.Select(count => (count.Name, count.Totals)).Select(each => new SourceSighting(each.Name, each.Totals.Since, each.Totals.LastAt, each.Totals.Newest))];

    /// <summary>Takes over what all servers saw.</summary>
    internal void Know(IEnumerable<SourceSighting> sightings) => _known = sightings.ToFrozenDictionary(sighting => sighting.Name, StringComparer.Ordinal);

    SourceReport ReportOf(string name, SourceSighting? known)
    {
        var totals = _counts.TryGetValue(name, out var count) ? count.Totals : new() { Since = _began };
        return new(name, totals, _faults.GetValueOrDefault(name), known is null || known.Since > totals.Since ? totals.Since : known.Since, Later(totals.LastAt, known?.LastAt), Later(totals.Newest, known?.Newest));
    }

    static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;

    static Timestamp? Later(Timestamp? one, Timestamp? other) => one is null || other > one ? other : one;

    /// <summary>The count of a source.</summary>
    internal SourceCount Of(string source)
    {
        if (_counts.TryGetValue(source, out var known)) return known;
        var name = _counts.Count < Most ? source : Others;
        return _counts.GetOrAdd(name, made => new(made, time.GetUtcNow()));
    }
}

/// <summary>What is or was wrong with a source.</summary>
/// <param name="Reason">One sentence for a person.</param>
/// <param name="Since">Since when.</param>
/// <param name="LastAt">When it was told last.</param>
/// <param name="IsPresent">Whether it still is.</param>
public sealed record SourceFault(string Reason, DateTimeOffset Since, DateTimeOffset LastAt, bool IsPresent);
