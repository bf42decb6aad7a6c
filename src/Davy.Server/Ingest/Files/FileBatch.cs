using Davy.Logs;

namespace Davy.Server.Ingest.Files;

/// <summary>What was read of files and is kept together.</summary>
sealed class FileBatch
{
    const int MostRecords = 1_000;
    const int MostBytes = 1 << 20;
    const int MostFiles = 500;

    readonly List<(ReadOnlyMemory<byte>, EntryLocation)> _records = [];
    readonly Dictionary<FileIdentity, FilePlace?> _places = [];
    readonly List<RejectedEntry> _rejected = [];
    long _bytes;

    /// <summary>Entries or envelopes, each with its place.</summary>
    public IReadOnlyList<(ReadOnlyMemory<byte> Json, EntryLocation Location)> Records => _records;

    /// <summary>Where reading goes on, by file; null for one that is forgotten.</summary>
    public IReadOnlyDictionary<FileIdentity, FilePlace?> Places => _places;

    /// <summary>What could not be read, of files that are read whole.</summary>
    public IReadOnlyList<RejectedEntry> Rejected => _rejected;

    /// <summary>Whether it is large enough to be kept.</summary>
    public bool IsFull => _records.Count >= MostRecords || _bytes >= MostBytes || _places.Count >= MostFiles || _rejected.Count >= MostRecords;

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => _records.Count == 0 && _places.Count == 0 && _rejected.Count == 0;

    /// <summary>Adds a record, whose bytes must not change.</summary>
    public void Add(ReadOnlyMemory<byte> json, EntryLocation location)
    {
        _records.Add((json, location));
        _bytes += json.Length;
    }

    /// <summary>Adds what could not be read.</summary>
    public void Add(RejectedEntry entry) => _rejected.Add(entry);

    /// <summary>Tells where reading of a file goes on.</summary>
    public void Move(FileIdentity file, FilePlace? place) => _places[file] = place;

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        _records.Clear();
        _places.Clear();
        _rejected.Clear();
        _bytes = 0;
    }
}
