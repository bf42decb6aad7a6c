using Davy.Logs;

namespace Davy.Findings;

/// <summary>An entry that was read and failed for good.</summary>
/// <param name="Source">The source that brought it.</param>
/// <param name="Location">Where it stood.</param>
/// <param name="Reason">What failed.</param>
/// <param name="Detail">One sentence for a person; it never quotes the entry.</param>
/// <param name="Content">Its bytes.</param>
sealed record NewDeadLetter(string Source, EntryLocation Location, DeadLetterReason Reason, string Detail, ReadOnlyMemory<byte> Content);

/// <summary>What failed with an entry that was read.</summary>
public enum DeadLetterReason
{
    /// <summary>Reading from it what it tells.</summary>
    Examining,

    /// <summary>A detector; what the others found is kept.</summary>
    Judging,

    /// <summary>Keeping what follows from it.</summary>
    Keeping,
}

/// <summary>A dead letter as it is kept.</summary>
public sealed record KeptDeadLetter
{
    /// <summary>Its place in the list; how it is called.</summary>
    public required long Key { get; init; }

    /// <summary>SHA-256 of its bytes, 64 hexadecimal digits.</summary>
    public required string Hash { get; init; }

    /// <summary>The source that brought it.</summary>
    public required string Source { get; init; }

    /// <summary>Where it stood: <c>input:line:byte</c>.</summary>
    public required string Place { get; init; }

    /// <summary>What failed.</summary>
    public required DeadLetterReason Reason { get; init; }

    /// <summary>One sentence for a person.</summary>
    public required string Detail { get; init; }

    /// <summary>When it failed first.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>How many bytes it has.</summary>
    public required long Size { get; init; }

    /// <summary>Whether they are kept; they are not where there was no room.</summary>
    public required bool HasContent { get; init; }

    /// <summary>How often it was replayed, and failed again.</summary>
    public required long Attempts { get; init; }

    /// <summary>When it was replayed last; null for never.</summary>
    public required DateTimeOffset? AttemptedAt { get; init; }
}

/// <summary>A dead letter with its bytes, which may hold secrets.</summary>
/// <param name="Letter">The letter.</param>
/// <param name="Bytes">Its bytes; null where they were not kept, or are damaged.</param>
/// <param name="IsDamaged">Whether what is kept is not what came in: its checksum is another.</param>
public sealed record DeadLetterContent(KeptDeadLetter Letter, byte[]? Bytes, bool IsDamaged);

/// <summary>How many dead letters of a source are kept.</summary>
/// <param name="Source">The source.</param>
/// <param name="Letters">How many.</param>
/// <param name="Bytes">How many bytes.</param>
public readonly record struct DeadLetterTotal(string Source, long Letters, long Bytes);

/// <summary>How many dead letters are kept, and may be.</summary>
public sealed record DeadLetterLimits
{
    /// <summary>How many bytes are kept in all; default 1 GiB.</summary>
    public long Bytes { get; init; } = 1L << 30;

    /// <summary>How many letters are kept, with or without bytes.</summary>
    public long Letters { get; init; } = 1_000_000;

    /// <summary>Whether an entry for which there is no room is refused, so that its source delivers it again; otherwise it is kept without its bytes.</summary>
    public bool RefuseWhenFull { get; init; }
}
