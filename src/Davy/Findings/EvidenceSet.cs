using Davy.CloudRun;
using Davy.Logs;

namespace Davy.Findings;

/// <summary>The entries that show a finding: all are counted, the earliest are kept. What is kept does not depend on the order in which they came.</summary>
sealed class EvidenceSet
{
    readonly HashSet<UInt128> _seen = [];
    readonly SortedSet<EntryIdentity> _earliest = new(InTime.Instance);
    EntryIdentity? _systemEvent;

    /// <summary>How many different entries there are.</summary>
    public int Count => _seen.Count;

    /// <summary>The log time of the last entry, kept or not; null where none tells one.</summary>
    public Timestamp? Last { get; private set; }

    /// <summary>Adds an entry.</summary>
    /// <returns>False where it is there already.</returns>
    public bool Add(EntryIdentity entry)
    {
        if (!_seen.Add(EvidenceKey.Of(entry))) return false;

        if (entry.Timestamp is { } moment && (Last is null || moment > Last)) Last = moment;
        _earliest.Add(entry);
        if (_earliest.Count > FindingSet.EvidenceKept) _earliest.Remove(_earliest.Max!);
        if (entry.Log is AuditLogKind.SystemEvent && (_systemEvent is null || InTime.Instance.Compare(entry, _systemEvent) < 0)) _systemEvent = entry;
        return true;
    }

    /// <summary>The earliest system event, else the earliest entry.</summary>
    public EntryIdentity Representative => _systemEvent ?? _earliest.Min!;

    /// <summary>What is kept, in order of time; the representative entry is always among it.</summary>
    public IReadOnlyList<EntryIdentity> Kept() =>
        _earliest.Contains(Representative) ? [.. _earliest] : [.. _earliest.SkipLast(1), Representative];

    /// <summary>Entries in order of time; entries without a time come last.</summary>
    sealed class InTime : IComparer<EntryIdentity>
    {
        public static InTime Instance { get; } = new();

        public int Compare(EntryIdentity? left, EntryIdentity? right)
        {
            if (left is null || right is null) return Comparer<bool>.Default.Compare(left is not null, right is not null);

            var order = (left.Timestamp is null).CompareTo(right.Timestamp is null);
            if (order == 0 && left.Timestamp is { } one && right.Timestamp is { } other) order = one.CompareTo(other);
            if (order == 0) order = string.CompareOrdinal(left.InsertId, right.InsertId);
            if (order == 0) order = string.CompareOrdinal(left.LogName, right.LogName);
            return order == 0 ? string.CompareOrdinal(left.Method, right.Method) : order;
        }
    }
}
