using Davy.Detection;
using Davy.Findings;
using Davy.Indicators;
using Davy.Logs;
using Davy.Reports;

namespace Davy;

/// <summary>What a watch works with.</summary>
public sealed record WatchSettings
{
    /// <summary>The detectors.</summary>
    public required IReadOnlyList<IDetector> Detectors { get; init; }

    /// <summary>What is known to be bad.</summary>
    public required IndicatorSet Indicators { get; init; }

    /// <summary>What an entry may be.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    /// <summary>Ancestry and names.</summary>
    public ReportOptions Report { get; init; } = ReportOptions.Default;

    /// <summary>The node that the source of Davy's findings belongs to, <c>organizations/1</c>; empty where each finding's project has its own.</summary>
    public string SourceParent { get; init; } = "";

    /// <summary>Completes a finding before it is kept, with what is known of its project.</summary>
    public Func<FindingContent, CancellationToken, Task<FindingContent>> Complete { get; init; } = (content, _) => Task.FromResult(content);

    /// <summary>How many entries, operations and resources are remembered, of each kind; the eldest make room.</summary>
    public int Remembered { get; init; } = 250_000;

    /// <summary>How long they are remembered: Pub/Sub keeps a message for 31 days at most (https://cloud.google.com/pubsub/docs/subscription-properties).</summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromDays(31);

    /// <summary>How many dead letters are kept.</summary>
    public DeadLetterLimits DeadLetters { get; init; } = new();

    /// <summary>Which images are written down to be looked into in the background.</summary>
    public InspectionScope Inspect { get; init; }

    /// <summary>How long the <c>system_event</c> of a deployment is waited for.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(15);
}

/// <summary>Where an entry came from.</summary>
/// <param name="Source">The source that it is counted for.</param>
/// <param name="Location">What tells the delivery from others, for a person: file and position, or the message's id.</param>
public readonly record struct Delivery(string Source, EntryLocation Location)
{
    /// <summary>The span of whoever brought it, in which the delivery's own becomes part of one trace; none where it told none.</summary>
    public System.Diagnostics.ActivityContext Trace { get; init; }
}

/// <summary>How far a source was read; kept in the transaction that keeps what was read.</summary>
/// <param name="Name">The source's name, one for each thing that is read.</param>
/// <param name="Value">The place, in the source's own words; null where it is to be forgotten.</param>
public sealed record WatchCursor(string Name, string? Value)
{
    /// <summary>Those that move together with it: what is read at a time may come of many things.</summary>
    public IReadOnlyList<WatchCursor> Others { get; init; } = [];
}

/// <summary>What deliveries came to, in entries: <c>Received = Accepted + Ignored + Duplicates + Rejected + DeadLettered</c>. It is told only once all of it is kept.</summary>
/// <param name="Accepted">Entries that were judged and are kept, as far as they tell anything.</param>
/// <param name="Ignored">Entries that do not concern deployments to Cloud Run.</param>
/// <param name="Duplicates">Entries that were kept before.</param>
/// <param name="Rejected">What could not be read as a log entry; kept with its reason.</param>
/// <param name="Findings">Findings that are new or were changed.</param>
public readonly record struct Observation(long Accepted, long Ignored, long Duplicates, long Rejected, long Findings)
{
    /// <summary>What was read and failed for good; kept with its reason and its bytes.</summary>
    public long DeadLettered { get; init; }

    /// <summary>All of them.</summary>
    public long Received => Accepted + Ignored + Duplicates + Rejected + DeadLettered;

    /// <summary>Both together.</summary>
    /// <param name="one">One.</param>
    /// <param name="other">The other.</param>
    public static Observation operator +(Observation one, Observation other) => new(
        one.Accepted + other.Accepted, one.Ignored + other.Ignored, one.Duplicates + other.Duplicates, one.Rejected + other.Rejected, one.Findings + other.Findings)
    {
        DeadLettered = one.DeadLettered + other.DeadLettered,
    };
}
