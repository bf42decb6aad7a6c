using System.Text;
using Davy.Detection;
using Davy.Images;
using Davy.Indicators;
using Davy.Logs;

namespace Davy.Benchmarks.Generation;

/// <summary>Reads hostile entries in two ways, as a scan does and with every entry parsed: none that is of Cloud Run may be put aside.</summary>
sealed class Differential
{
    const int EntriesABatch = 500;

    readonly Examiner _examiner = new(Detectors.All(Upstreams.None), IndicatorSet.Default, ReadLimits.Default);
    readonly EntryText _text = new();

    /// <summary>How many entries were compared.</summary>
    public long Entries { get; private set; }

    /// <summary>How many of them were of Cloud Run, or held what is.</summary>
    public long OfCloudRun { get; private set; }

    /// <summary>How many of them were put aside on their raw bytes.</summary>
    public long Dismissed { get; private set; }

    /// <summary>Compares a batch.</summary>
    /// <param name="seed">The same seed makes the same batch.</param>
    /// <returns>The entry that was put aside, with the seed, for a person; null where none was.</returns>
    public string? Compare(ulong seed)
    {
        HostileEntries entries = new(seed);
        _text.Clear();
        for (var entry = 0; entry < EntriesABatch; entry++)
        {
            entries.Write(_text);
            _text.Add("\n"u8);
        }

        var log = _text.Bytes.ToArray();
        var kept = Kept(log);
        using LogReader reader = new(new MemoryStream(log), "log", ReadLimits.Default, prefilter: false);
        while (reader.Read())
        {
            if (reader.Rejected is not null || !IsOfCloudRun(reader)) continue;

            OfCloudRun++;
            if (!kept.Contains((reader.Location, reader.Entry.Length))) return $"seed {seed}: {reader.Location} is put aside, but is of Cloud Run: {Encoding.UTF8.GetString(reader.Entry.Span)}";
        }

        Entries += EntriesABatch;
        return null;
    }

    /// <summary>The records that a scan looks into.</summary>
    HashSet<(EntryLocation, int)> Kept(byte[] log)
    {
        HashSet<(EntryLocation, int)> kept = [];
        using LogReader reader = new(new MemoryStream(log), "log", ReadLimits.Default);
        while (reader.Read()) kept.Add((reader.Location, reader.Entry.Length));
        Dismissed += reader.Dismissed;
        return kept;
    }

    bool IsOfCloudRun(LogReader reader)
    {
        foreach (var entry in Envelopes.Unwrap(reader.Entry, ReadLimits.Default))
        {
            if (entry.Rejected is null && _examiner.Examine(entry.Json, reader.Location).Class is EntryClass.Examined or EntryClass.NotADeployment) return true;
        }

        return false;
    }
}
