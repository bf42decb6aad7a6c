using Davy.CloudRun;

namespace Davy.Findings;

/// <summary>Remembers the last entries well enough to count redeliveries, in one megabyte, however long the log is.</summary>
public sealed class RecentEntries
{
    const int Slots = 65_536;

    readonly UInt128[] _slots = new UInt128[Slots];

    /// <summary>Remembers an entry.</summary>
    /// <param name="entry">The entry; one without an insert id is never taken for another's repetition.</param>
    /// <returns>True where it repeats one that is remembered.</returns>
    public bool Repeats(EntryIdentity entry)
    {
        return entry.InsertId != "" && Repeats(KeyedHash.Of(entry));
    }

    /// <summary>Remembers an entry by its key.</summary>
    internal bool Repeats(UInt128 key)
    {
        ref var slot = ref _slots[(int)(key % Slots)];
        if (slot == key) return true;

        slot = key;
        return false;
    }
}
