namespace Davy.Logs;

/// <summary>An entry that came out of an envelope, or needed none.</summary>
/// <param name="Json">The entry; empty where it could not be had.</param>
/// <param name="Rejected">Why it could not be had; null where it could.</param>
public readonly record struct UnwrappedEntry(ReadOnlyMemory<byte> Json, EntryRejectedException? Rejected);

/// <summary>The entries of a record, in order. For a record that is no envelope nothing is allocated.</summary>
public readonly struct UnwrappedEntries
{
    readonly UnwrappedEntry _single;
    readonly List<UnwrappedEntry>? _carried;

    internal UnwrappedEntries(UnwrappedEntry single) => _single = single;

    internal UnwrappedEntries(List<UnwrappedEntry> carried) => _carried = carried;

    /// <summary>How many; an envelope may be empty.</summary>
    public int Count => _carried?.Count ?? 1;

    /// <summary>One of them.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public UnwrappedEntry this[int index] => _carried is not null ? _carried[index] : index == 0 ? _single : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Goes through them.</summary>
    /// <returns>For <c>foreach</c>.</returns>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Goes through entries.</summary>
    public struct Enumerator
    {
        readonly UnwrappedEntries _entries;
        int _next;

        internal Enumerator(UnwrappedEntries entries) => _entries = entries;

        /// <summary>The entry.</summary>
        public readonly UnwrappedEntry Current => _entries[_next - 1];

        /// <summary>Goes to the next entry.</summary>
        /// <returns>False at the end.</returns>
        public bool MoveNext() => _next++ < _entries.Count;
    }
}
