using Davy.Logs;

namespace Davy;

/// <summary>How it stands with a source at one moment.</summary>
/// <param name="Name">The source.</param>
/// <param name="Totals">Its numbers, since this watch began.</param>
/// <param name="Fault">What is or was wrong with it; null where nothing ever was.</param>
/// <param name="Since">Since when it is known, to any server of the database.</param>
/// <param name="LastAt">When any of them kept its last entry; null for never.</param>
/// <param name="Newest">The latest of the entries' own times; null where none told it.</param>
public sealed record SourceReport(string Name, SourceTotals Totals, SourceFault? Fault, DateTimeOffset Since, DateTimeOffset? LastAt, Timestamp? Newest)
{
    /// <summary>How far it is behind: from the latest of the entries' own times to now; never negative, and null where no entry told its time.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The lag.</returns>
    public TimeSpan? Lag(DateTimeOffset now) => Newest is { } newest ? TimeSpan.FromSeconds(Math.Max(0, Timestamp.From(now).NanosSince(newest) / 1e9)) : null;
}

/// <summary>Something that somebody has to look after.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Subject">What it is about: a source, a list.</param>
/// <param name="Detail">One sentence for a person; it may quote others, and is made safe where it is shown.</param>
public sealed record WatchAlarm(AlarmKind Kind, string Subject, string Detail);

/// <summary>The kinds of alarms; <c>docs/operations.md</c> says what to do about each.</summary>
public enum AlarmKind
{
    /// <summary>The numbers of a source do not add up: an entry may be lost.</summary>
    Imbalance,

    /// <summary>A source cannot be reached.</summary>
    Unreachable,

    /// <summary>A source brings nothing for too long.</summary>
    Silent,

    /// <summary>Entries of a source come late.</summary>
    Behind,

    /// <summary>A list of indicators is past its age.</summary>
    OldIndicators,

    /// <summary>Dead letters wait for somebody.</summary>
    DeadLetters,

    /// <summary>There is little or no room left for dead letters.</summary>
    DeadLettersFull,

    /// <summary>Images cannot be looked into, again and again.</summary>
    InspectionsFail,
}
