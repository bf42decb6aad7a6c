using Davy.CloudRun;
using Davy.Logs;

namespace Davy.Findings;

/// <summary>The deletions of one resource that the log tells of: the latest of them, in whatever order they come.</summary>
sealed class ResourceDeletions
{
    /// <summary>How many are kept.</summary>
    public const int Kept = 16;

    readonly SortedSet<Deletion> _deletions = [];

    /// <summary>Adds one.</summary>
    /// <param name="entry">The entry that tells it.</param>
    /// <param name="began">When the deletion began; null where the entry does not tell.</param>
    public void Add(EntryIdentity entry, Timestamp? began)
    {
        _deletions.Add(new(entry, began));
        if (_deletions.Count > Kept) _deletions.Remove(_deletions.Min!);
    }

    /// <summary>What they mean for a finding. Those before its first deployment are of an earlier resource of the same name; a deployment that began later brought the resource back.</summary>
    /// <param name="occurrences">When its deployments began, in order; none where all that is known of it are deletions.</param>
    public DeletionNote? Of(IReadOnlyList<Timestamp?> occurrences)
    {
        if (_deletions.Count == 0) return null;

        var (first, last) = occurrences.Count == 0 ? (null, null) : (occurrences[0], occurrences[^1]);
        var after = _deletions.Where(deletion => !(deletion.Entry.Timestamp < last)).ToList();
        return new(
            after.Count > 0,
            after.Select(deletion => deletion.Began ?? deletion.Entry.Timestamp).Where(at => at is not null).Min(),
            [.. _deletions.Where(deletion => occurrences.Count > 0 && !(deletion.Entry.Timestamp < first)).Select(deletion => deletion.Entry)]);
    }

    sealed record Deletion(EntryIdentity Entry, Timestamp? Began) : IComparable<Deletion>
    {
        public int CompareTo(Deletion? other)
        {
            if (other is null) return 1;
            var order = (Entry.Timestamp ?? Timestamp.Epoch).CompareTo(other.Entry.Timestamp ?? Timestamp.Epoch);
            if (order == 0) order = string.CompareOrdinal(Entry.InsertId, other.Entry.InsertId);
            if (order == 0) order = string.CompareOrdinal(Entry.LogName, other.Entry.LogName);
            return order == 0 ? string.CompareOrdinal(Entry.Method, other.Entry.Method) : order;
        }
    }
}

/// <summary>What the deletions of a resource mean for a finding.</summary>
/// <param name="IsDeleted">Whether the resource was deleted after the finding's last deployment.</param>
/// <param name="At">When it was deleted; null where it was not, or the log gives no time.</param>
/// <param name="Entries">The entries that tell of deletions since the finding's first deployment; none where no deployment is known, for those before it would not be its own.</param>
sealed record DeletionNote(bool IsDeleted, Timestamp? At, IReadOnlyList<EntryIdentity> Entries);
