using Davy.Logs;

namespace Davy;

/// <summary>How a scan went, in numbers that add up: <c>Read = NotCloudRun + NotADeployment + Examined + Rejected</c>.</summary>
public sealed record ScanSummary
{
    /// <summary>How many rejected entries are kept with their reason; all are counted.</summary>
    public const int RejectedKept = 1_000;

    /// <summary>How many inputs were read.</summary>
    public required int Inputs { get; init; }

    /// <summary>How many bytes were read, before decompression.</summary>
    public required long Bytes { get; init; }

    /// <summary>How many entries were read; an envelope counts as its messages.</summary>
    public long Read => NotCloudRun + NotADeployment + Examined + Rejected;

    /// <summary>Entries that are not of Cloud Run.</summary>
    public required long NotCloudRun { get; init; }

    /// <summary>Of these, entries that were put aside on their raw bytes and not parsed, so that nobody knows whether they are well formed.</summary>
    public required long NotValidated { get; init; }

    /// <summary>Entries of Cloud Run that give no resource a container.</summary>
    public required long NotADeployment { get; init; }

    /// <summary>Entries that were judged, or kept for judgement.</summary>
    public required long Examined { get; init; }

    /// <summary>Entries that could not be read.</summary>
    public required long Rejected { get; init; }

    /// <summary>Of the examined, entries that repeat one of the last 65,536 examined.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Of the examined, entries that tell of a deletion.</summary>
    public required long Deletions { get; init; }

    /// <summary>Matches that an exception covers.</summary>
    public required long Excepted { get; init; }

    /// <summary>How many doubts there are.</summary>
    public required long Doubts { get; init; }

    /// <summary>How many findings there are.</summary>
    public required int Findings { get; init; }

    /// <summary>What the inspection of the images came to; null where none was asked for.</summary>
    public InspectionCounts? Inspection { get; init; }

    /// <summary>The first rejected entries, each with its reason.</summary>
    public required IReadOnlyList<RejectedEntry> RejectedEntries { get; init; }

    /// <summary>What a person should be told besides: a project without system events, callers that were pushed out.</summary>
    public required IReadOnlyList<string> Notices { get; init; }

    /// <summary>Inputs that could not be read, each with the reason; the scan has failed where there is one.</summary>
    public required IReadOnlyList<string> Failures { get; init; }

    /// <summary>The scan was interrupted: what was not read is not known.</summary>
    public required bool IsPartial { get; init; }
}
