using System.Security.Cryptography;
using Davy.CloudRun;
using Davy.Findings;
using Davy.Logs;
using Davy.Reports;

namespace Davy;

/// <summary>An entry as the watch keeps it: all that was made of it before the transaction begins, so that nothing there needs the entry itself.</summary>
sealed record ObservedEntry
{
    /// <summary>The entry's own time; null where it tells none, or could not be read.</summary>
    public Timestamp? Time { get; init; }

    /// <summary>The key by which its repetitions are told; null for one without an insert id, which repeats none.</summary>
    public string? Key { get; init; }

    /// <summary>The operation's key; null where none is told.</summary>
    public string? Operation { get; init; }

    /// <summary>Who called, as it stands in a finding; null where the entry does not tell it for sure.</summary>
    public string? Caller { get; init; }

    /// <summary>What was found, each with the id of its deployment.</summary>
    public IReadOnlyList<(NewFinding Finding, string Occurrence)> Findings { get; init; } = [];

    /// <summary>What could not be judged.</summary>
    public IReadOnlyList<Doubt> Doubts { get; init; } = [];

    /// <summary>Why it could not be read; null where it could.</summary>
    public (RejectedEntry Entry, ReadOnlyMemory<byte> Content)? Rejected { get; init; }

    /// <summary>The key of the resource that it tells of, by which what is remembered of it is found; null for none.</summary>
    public string? Resource { get; init; }

    /// <summary>What it tells of its resource's images; null where nothing is kept of a resource.</summary>
    public ExpectedEvent? Event { get; init; }

    /// <summary>What is remembered of the deployment or call that it tells of; null for none.</summary>
    public RememberedEntry? Remembered { get; init; }

    /// <summary>Why it failed for good; null where it did not. What was made of it in spite of that is kept, too.</summary>
    public NewDeadLetter? DeadLetter { get; init; }

    /// <summary>Its bytes and place, should it have to be kept as a dead letter.</summary>
    public CarriedEntry Carried { get; init; }

    /// <summary>Whether it was a dead letter and is tried again: it counts as new though it was seen.</summary>
    public bool IsReplayed { get; init; }

    /// <summary>What could not be read.</summary>
    /// <param name="entry">Where and why.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="place">Which of the entries of its delivery it is.</param>
    public static ObservedEntry Of(RejectedEntry entry, ReadOnlyMemory<byte> content, int place) => new()
    {
        // The bytes count too: a file that was truncated, or rotated, has other lines at the same places. Not those of a message, for its envelope may tell which delivery it is.
        Key = Hex(EvidenceKey.Of("rejected", entry.Location.ToString(), place.ToString(System.Globalization.CultureInfo.InvariantCulture),
            entry.Location.IsOfMessage ? "" : content.IsEmpty ? entry.Detail : Convert.ToHexStringLower(SHA256.HashData(content.Span)))),
        Rejected = (entry, content),
    };

    /// <summary>What is kept of a deployment or call, whatever was found in it.</summary>
    /// <param name="examination">The entry's examination.</param>
    public static ObservedEntry Of(Examination examination)
    {
        if (examination.Deployment is not { } deployment) return new() { Time = examination.Time, Doubts = examination.Doubts };

        var call = ObservedCall.Of(deployment);
        var shows = deployment.Entry.Log is AuditLogKind.SystemEvent;
        var remembered = RememberedOf(examination, deployment, call);
        return new()
        {
            Time = examination.Time,
            Key = deployment.Entry.InsertId == "" ? null : Hex(EvidenceKey.Of(deployment.Entry)),
            Operation = call.Operation == "" ? null : DeploymentStore.KeyOf(call.Resource.Project, call.Operation),
            Caller = call is { Operation: not "", Actor: { Basis: ActorBasis.Operation } actor } ? KeptForm.Text(actor) : null,
            Doubts = examination.Doubts,
            Remembered = remembered,
            Resource = remembered is null && examination.Findings.Count == 0 ? null : DeploymentStore.KeyOf(remembered?.Deployment.Resource ?? deployment.Resource),
            Event = examination.IsAnnouncement || shows || remembered is not null || examination.Findings.Count > 0
                ? new(Hex(EvidenceKey.Of(deployment.Resource)), deployment.Resource.Project, deployment.Resource.AdminName, examination.Location.ToString())
                {
                    Announced = examination.IsAnnouncement && !shows ? deployment.Entry.Timestamp : null,
                    Shown = shows ? deployment.Entry.Timestamp : null,
                }
                : null,
        };
    }

    /// <summary>The same entry, failed for good; it is told from others by its bytes where it has no identity of its own.</summary>
    /// <param name="letter">Why.</param>
    public ObservedEntry Failed(NewDeadLetter letter) => this with { DeadLetter = letter, Key = Key ?? Hex(EvidenceKey.Of("dead letter", DeadLetterStore.HashOf(letter.Content.Span))) };

    static RememberedEntry? RememberedOf(Examination examination, Deployment deployment, ObservedCall call)
    {
        // A call that deploys nothing tells who called.
        if (examination.Class is not EntryClass.Examined && !deployment.IsDeletion && call.Actor is not { Basis: ActorBasis.Operation }) return null;
        if (KeptDeployment.Of(deployment, examination.Location) is not { } kept) return null;
        var images = kept.Containers.Count == 0 ? "" : Hex(EvidenceKey.Of([.. kept.Containers.SelectMany(container => (string[])[container.Origin.ToString(), container.Image, container.Ran])]));
        var verdict = images == "" ? "" : examination.Findings.Count > 0 ? "malicious" : examination.Doubts.Count > 0 ? "undecided" : "clean";
        return new(Hex(EvidenceKey.Of(deployment.Entry)), call.Operation == "" ? "" : DeploymentStore.KeyOf(call.Resource.Project, call.Operation), images, verdict, kept);
    }

    /// <summary>Whether anything of it has to be kept.</summary>
    public bool IsToBeKept => Caller is not null || Remembered is not null || Findings.Count > 0 || Doubts.Count > 0 || Rejected is not null || DeadLetter is not null || Event is not null;

    static string Hex(UInt128 key) => key.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>
/// What an entry tells of a resource's images: that they must be told, that they are, or neither. Whoever keeps anything of a resource writes its row, so that another server which does
/// so at the same moment waits for this commit, and then finds what was kept.
/// </summary>
/// <param name="Key">The resource's key.</param>
/// <param name="Project">Its project.</param>
/// <param name="Resource">Its name.</param>
/// <param name="Place">Where the entry stood.</param>
sealed record ExpectedEvent(string Key, string Project, string Resource, string Place)
{
    /// <summary>The entry's time, where it announces a deployment without naming the image; else null.</summary>
    public Timestamp? Announced { get; init; }

    /// <summary>The entry's time, where it names the images; else null.</summary>
    public Timestamp? Shown { get; init; }
}

/// <summary>What is kept together: the entries of one delivery, and how far its source was read with them.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Ignored">How many others there were.</param>
/// <param name="Cursor">Null where the source keeps the place itself.</param>
/// <param name="Replayed">The dead letter that it was; null where it was none.</param>
sealed record ObservedDelivery(IReadOnlyList<ObservedEntry> Entries, long Ignored, WatchCursor? Cursor, long? Replayed = null);

/// <summary>What a delivery came to.</summary>
/// <param name="Came">In numbers.</param>
/// <param name="Rejected">Why entries were rejected, each that is new.</param>
/// <param name="Found">The times of the entries that brought or changed findings.</param>
sealed record KeptDelivery(Observation Came, IReadOnlyList<RejectReason> Rejected, IReadOnlyList<Timestamp> Found)
{
    /// <summary>Both together.</summary>
    public static KeptDelivery operator +(KeptDelivery one, KeptDelivery other) => new(one.Came + other.Came, [.. one.Rejected, .. other.Rejected], [.. one.Found, .. other.Found]);
}
