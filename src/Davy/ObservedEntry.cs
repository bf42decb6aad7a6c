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

    /// <summary>The resource of which it announces a deployment without naming the image, or names the image; null for neither.</summary>
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
            entry.Location.IsOfMessage ? "" : Convert.ToHexStringLower(SHA256.HashData(content.Span)))),
        Rejected = (entry, content),
    };

    /// <summary>What is kept of a deployment or call, whatever was found in it.</summary>
    /// <param name="examination">The entry's examination.</param>
    public static ObservedEntry Of(Examination examination)
    {
        if (examination.Deployment is not { } deployment) return new() { Time = examination.Time, Doubts = examination.Doubts };

        var call = ObservedCall.Of(deployment);
        var shows = deployment.Entry.Log is AuditLogKind.SystemEvent;
        return new()
        {
            Time = examination.Time,
            Key = deployment.Entry.InsertId == "" ? null : Hex(EvidenceKey.Of(deployment.Entry)),
            Operation = call.Operation == "" ? null : Hex(EvidenceKey.Of(call.Resource.Project, call.Operation)),
            Caller = call is { Operation: not "", Actor: { Basis: ActorBasis.Operation } actor } ? KeptForm.Text(actor) : null,
            Doubts = examination.Doubts,
            Remembered = RememberedOf(examination, deployment, call),
            Event = (examination.IsAnnouncement || shows) && deployment.Entry.Timestamp is { } moment
                ? new(Hex(EvidenceKey.Of(deployment.Resource)), deployment.Resource.Project, deployment.Resource.AdminName, examination.Location.ToString(), moment, shows)
                : null,
        };
    }

    /// <summary>The same entry, failed for good; it is told from others by its bytes where it has no identity of its own.</summary>
    /// <param name="letter">Why.</param>
    public ObservedEntry Failed(NewDeadLetter letter) => this with { DeadLetter = letter, Key = Key ?? Hex(EvidenceKey.Of("dead letter", DeadLetterStore.HashOf(letter.Content.Span))) };

    static RememberedEntry? RememberedOf(Examination examination, Deployment deployment, ObservedCall call)
    {
        if ((examination.Class is not EntryClass.Examined && !deployment.IsDeletion) || KeptDeployment.Of(deployment, examination.Location) is not { } kept) return null;
        var images = kept.Containers.Count == 0 ? "" : Hex(EvidenceKey.Of([.. kept.Containers.SelectMany(container => (string[])[container.Origin.ToString(), container.Image, container.Ran])]));
        var verdict = images == "" ? "" : examination.Findings.Count > 0 ? "malicious" : examination.Doubts.Count > 0 ? "undecided" : "clean";
        return new(Hex(EvidenceKey.Of(deployment.Entry)), call.Operation == "" ? "" : Hex(EvidenceKey.Of(call.Resource.Project, call.Operation)), images, verdict, kept);
    }

    /// <summary>Whether anything of it has to be kept.</summary>
    public bool IsToBeKept => Caller is not null || Remembered is not null || Findings.Count > 0 || Doubts.Count > 0 || Rejected is not null || DeadLetter is not null || Event is not null;

    static string Hex(UInt128 key) => key.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>What an entry tells of a resource's images: that they must be told, or that they are.</summary>
/// <param name="Key">The resource's key.</param>
/// <param name="Project">Its project.</param>
/// <param name="Resource">Its name.</param>
/// <param name="Place">Where the entry stood.</param>
/// <param name="At">The entry's time.</param>
/// <param name="Shows">Whether it names the images.</param>
sealed record ExpectedEvent(string Key, string Project, string Resource, string Place, Timestamp At, bool Shows);

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
