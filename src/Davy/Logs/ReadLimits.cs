namespace Davy.Logs;

/// <summary>What a reader takes before it says no. Each is a promise of bounded memory.</summary>
public sealed record ReadLimits
{
    /// <summary>The defaults.</summary>
    public static ReadLimits Default { get; } = new();

    /// <summary>The largest entry, in bytes, after unwrapping. Cloud Logging's own limit for an audit entry is 512 KiB.</summary>
    public int EntryBytes { get; init; } = 1 << 20;

    /// <summary>The largest envelope (a Pub/Sub push body, a pull response), in bytes.</summary>
    public int EnvelopeBytes { get; init; } = 16 << 20;

    /// <summary>How deep an entry may be nested.</summary>
    public int Depth { get; init; } = 64;

    /// <summary>How many properties one object may have.</summary>
    public int Properties { get; init; } = 10_000;

    /// <summary>The largest zstd window, as a power of two: 23 is 8 MiB.</summary>
    public int ZstdWindowLog { get; init; } = 23;

    /// <summary>How many bytes may come out of a compressed input for each byte that goes in, once <see cref="ExpansionGrace"/> is passed.</summary>
    public int ExpansionRatio { get; init; } = 200;

    /// <summary>How many bytes may come out before <see cref="ExpansionRatio"/> is looked at.</summary>
    public long ExpansionGrace { get; init; } = 1 << 20;
}
