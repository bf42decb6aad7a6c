using Davy.CloudRun;
using Davy.Detection;
using Davy.Findings;
using Davy.Logs;

namespace Davy;

/// <summary>What one entry came to.</summary>
public sealed record Examination
{
    /// <summary>Where the entry stood.</summary>
    public required EntryLocation Location { get; init; }

    /// <summary>The entry's own time; null where it tells none, or could not be read.</summary>
    public Timestamp? Time { get; init; }

    /// <summary>The one class it is counted in.</summary>
    public required EntryClass Class { get; init; }

    /// <summary>What it tells of a deployment; null where it tells of none.</summary>
    public Deployment? Deployment { get; init; }

    /// <summary>It announces a deployment whose containers only the system event names.</summary>
    public bool IsAnnouncement { get; init; }

    /// <summary>The malicious verdicts, each with the detector that gave it.</summary>
    public IReadOnlyList<(IDetector Detector, Verdict.Malicious Verdict)> Findings { get; init; } = [];

    /// <summary>What could not be judged.</summary>
    public IReadOnlyList<Doubt> Doubts { get; init; } = [];

    /// <summary>Why it was rejected; null where it was not.</summary>
    public RejectedEntry? Rejected { get; init; }
}

/// <summary>The classes of entries: each entry that is read is counted in exactly one.</summary>
public enum EntryClass
{
    /// <summary>Not of Cloud Run.</summary>
    NotCloudRun,

    /// <summary>Of Cloud Run, but it gives no resource a container.</summary>
    NotADeployment,

    /// <summary>Judged, or kept for judgement.</summary>
    Examined,

    /// <summary>It could not be read.</summary>
    Rejected,
}
