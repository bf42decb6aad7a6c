using Davy.CloudRun;
using Davy.Detection;
using Davy.Indicators;
using Davy.Inspection;
using Davy.Logs;

namespace Davy.Findings;

/// <summary>A malicious verdict, kept: one a rule, resource and repository, however many entries tell of it and in whatever order.</summary>
public sealed record Finding
{
    /// <summary>The id: 32 lower-case hexadecimal characters, see <see cref="FindingId.Of"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The category, for example <c>Execution: Cryptomining Docker Image</c>.</summary>
    public required string Category { get; init; }

    /// <summary>The rule, for example <c>cloud_run_cryptomining_docker_images</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>The tactic of MITRE ATT&amp;CK, in Security Command Center's spelling.</summary>
    public required string Tactic { get; init; }

    /// <summary>The technique of MITRE ATT&amp;CK, in Security Command Center's spelling.</summary>
    public required string Technique { get; init; }

    /// <summary>The technique's page at attack.mitre.org.</summary>
    public required string TechniquePage { get; init; }

    /// <summary>The resource.</summary>
    public required CloudRunResource Resource { get; init; }

    /// <summary>The project's number as the log gives it; empty where it does not.</summary>
    public string ProjectNumber { get; init; } = "";

    /// <summary>The surest match of all evidence.</summary>
    public required Match Match { get; init; }

    /// <summary>The matched containers, each as deployed and as it ran.</summary>
    public required IReadOnlyList<MatchedContainer> Containers { get; init; }

    /// <summary>The entries that show it, in order of time; at most <see cref="FindingSet.EvidenceKept"/>.</summary>
    public required IReadOnlyList<EntryIdentity> Evidence { get; init; }

    /// <summary>How many different entries show it, kept or not.</summary>
    public required int EvidenceCount { get; init; }

    /// <summary>The earliest system event, else the earliest entry.</summary>
    public required EntryIdentity Representative { get; init; }

    /// <summary>The deployments that brought the image, in order of time; at most <see cref="FindingSet.OccurrencesKept"/>.</summary>
    public required IReadOnlyList<Occurrence> Occurrences { get; init; }

    /// <summary>How many deployments brought the image, kept or not.</summary>
    public required int OccurrenceCount { get; init; }

    /// <summary>When the resource was deleted, as the log tells; null where it tells of no deletion since the last of these deployments.</summary>
    public Timestamp? DeletedAt { get; init; }

    /// <summary>True where such a deletion is told, even without its time.</summary>
    public bool ResourceDeleted { get; init; }

    /// <summary>What ran before, and whether the actor deployed here before; null where nothing was looked up.</summary>
    public ResourceHistory? History { get; init; }

    /// <summary>What its images show when they are looked into; empty where nobody looked.</summary>
    public IReadOnlyList<InspectedImage> Inspections { get; init; } = [];

    /// <summary>Where the first evidence stood; for reports that point into files, never part of the finding's bytes elsewhere.</summary>
    public EntryLocation Location { get; init; }

    /// <summary>The log time of the first evidence; the epoch where no entry tells one.</summary>
    public Timestamp FirstSeen => Evidence.Count > 0 ? Evidence[0].Timestamp ?? Timestamp.Epoch : Timestamp.Epoch;

    /// <summary>The log time of the last evidence, kept or not; null where no entry tells one.</summary>
    public Timestamp? LastSeen { get; init; }

    /// <summary>HIGH where certain, MEDIUM where possible.</summary>
    public Severity Severity => Match.Certainty is Certainty.Certain ? Severity.High : Severity.Medium;

    /// <summary>Who deployed first, as far as is known.</summary>
    public Actor? Actor => Occurrences.Select(occurrence => occurrence.Actor).FirstOrDefault(actor => actor is not null);
}

/// <summary>A container that matched.</summary>
/// <param name="Name">Its name in the specification; empty where it has none.</param>
/// <param name="Uri">The reference as deployed; empty for overrides.</param>
/// <param name="ImageId"><c>repository@sha256:…</c> as it ran where the digest is known, else the reference as deployed.</param>
public sealed record MatchedContainer(string Name, string Uri, string ImageId);

/// <summary>One deployment that brought the image.</summary>
public sealed record Occurrence
{
    /// <summary>The operation id, else the revision or execution, else empty.</summary>
    public required string Id { get; init; }

    /// <summary>The revision or execution; empty where it is not told.</summary>
    public string Revision { get; init; } = "";

    /// <summary>The digest that ran, <c>sha256:…</c>; empty where it is not told.</summary>
    public string Digest { get; init; } = "";

    /// <summary>The log time of its first evidence.</summary>
    public Timestamp? First { get; init; }

    /// <summary>The log time of its last evidence.</summary>
    public Timestamp? Last { get; init; }

    /// <summary>When it was made, by what its entries tell: when the revision or execution was created, else when somebody called; null where neither is told.</summary>
    public Timestamp? CreatedAt { get; init; }

    /// <summary>Who deployed; null where it is not known.</summary>
    public Actor? Actor { get; init; }

    /// <summary>Why the actor is not known; empty where it is.</summary>
    public string WhyNoActor { get; init; } = "";

    /// <summary>The client that deployed; empty where it is not told.</summary>
    public string Client { get; init; } = "";

    /// <summary>The service account that the containers run as; empty where it is not told.</summary>
    public string ServiceAccount { get; init; } = "";

    /// <summary>The containers did not start.</summary>
    public bool FailedToStart { get; init; }

    /// <summary>It is no deployment: no entry of one was read, only that what had the image was deleted.</summary>
    public bool IsDeletion { get; init; }
}

/// <summary>What the log tells of the resource before the finding.</summary>
/// <param name="PreviousImage">The image of the last deployment before the first occurrence, as deployed; empty where there was none.</param>
/// <param name="PreviousAt">When that was seen; null where there was none.</param>
/// <param name="PreviousActor">Who deployed that, by the call of its operation, else as its own entry says; empty where neither tells it.</param>
/// <param name="DeploymentsByActor">How many earlier deployments of this resource were by the finding's actor.</param>
public sealed record ResourceHistory(string PreviousImage, Timestamp? PreviousAt, string PreviousActor, int DeploymentsByActor);

/// <summary>How grave a finding is, as Security Command Center has it.</summary>
public enum Severity
{
    /// <summary>LOW.</summary>
    Low,

    /// <summary>MEDIUM.</summary>
    Medium,

    /// <summary>HIGH.</summary>
    High,

    /// <summary>CRITICAL.</summary>
    Critical,
}

/// <summary>How a severity is written.</summary>
public static class Severities
{
    extension(Severity severity)
    {
        /// <summary>In Security Command Center's spelling: <c>HIGH</c>.</summary>
        public string Word => severity switch
        {
            Severity.Low => "LOW",
            Severity.Medium => "MEDIUM",
            Severity.High => "HIGH",
            _ => "CRITICAL",
        };
    }
}
