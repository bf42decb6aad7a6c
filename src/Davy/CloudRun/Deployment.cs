using Davy.Logs;

namespace Davy.CloudRun;

/// <summary>The fact that a Cloud Run resource was given containers to run, as one entry tells it.</summary>
public sealed record Deployment
{
    /// <summary>The resource.</summary>
    public required CloudRunResource Resource { get; init; }

    /// <summary>The entry that tells it.</summary>
    public required EntryIdentity Entry { get; init; }

    /// <summary>The containers, in the order of the specification.</summary>
    public required IReadOnlyList<Container> Containers { get; init; }

    /// <summary>The project's number, as <c>metadata.namespace</c> gives it; empty where it is not told.</summary>
    public string ProjectNumber { get; init; } = "";

    /// <summary>The operation that deployed, from the annotation <c>run.googleapis.com/operation-id</c> of the response; empty where it is not told.</summary>
    public string OperationId { get; init; } = "";

    /// <summary>The revision or execution; empty where it is not told.</summary>
    public string Revision { get; init; } = "";

    /// <summary>When the revision or execution was created; null where it is not told.</summary>
    public Timestamp? CreatedAt { get; init; }

    /// <summary>When it was made: when the revision or execution was created, else when somebody called; null for a deletion, and where neither is told.</summary>
    public Timestamp? MadeAt => IsDeletion ? null : CreatedAt ?? (Entry.Log is AuditLogKind.Activity ? Entry.Timestamp : null);

    /// <summary>Who deployed, as far as this entry alone tells; null where it does not.</summary>
    public Actor? Actor { get; init; }

    /// <summary>The client that deployed and its version (<c>gcloud 583.0.0</c>); empty where it is not told.</summary>
    public string Client { get; init; } = "";

    /// <summary>The service account that the containers run as; empty where it is not told.</summary>
    public string ServiceAccount { get; init; } = "";

    /// <summary>The entry tells of the resource's deletion.</summary>
    public bool IsDeletion { get; init; }

    /// <summary>When the deletion began, as <c>metadata.deletionTimestamp</c> gives it; null where it is not told.</summary>
    public Timestamp? DeletedAt { get; init; }

    /// <summary>The containers did not start: the resource was given them all the same.</summary>
    public bool FailedToStart { get; init; }
}

/// <summary>What tells an entry from every other: Cloud Logging's own key is project, timestamp and insert id.</summary>
/// <param name="LogName">The log's full name, for example <c>projects/p/logs/cloudaudit.googleapis.com%2Fsystem_event</c>; empty where it is not told.</param>
/// <param name="InsertId">The insert id; empty where it is not told.</param>
/// <param name="Timestamp">The entry's time; null where it is not told.</param>
/// <param name="Method">The method's name; empty where it is not told.</param>
/// <param name="Log">Which of the audit logs it stands in.</param>
public sealed record EntryIdentity(string LogName, string InsertId, Timestamp? Timestamp, string Method, AuditLogKind Log)
{
    /// <summary>The decoded id of the log, for example <c>cloudaudit.googleapis.com/system_event</c>; empty where it is not told.</summary>
    public string LogId => LogName.IndexOf("/logs/", StringComparison.Ordinal) is var at and >= 0 ? Uri.UnescapeDataString(LogName[(at + 6)..]) : "";

    /// <summary>The container of the log, for example <c>projects/p</c>; empty where it is not told.</summary>
    public string Parent => LogName.IndexOf("/logs/", StringComparison.Ordinal) is var at and >= 0 ? LogName[..at] : "";
}

/// <summary>The audit logs, and what is no log: an object that <c>gcloud run … list</c> printed.</summary>
public enum AuditLogKind
{
    /// <summary>What Cloud Run did: the full object, without a caller.</summary>
    SystemEvent,

    /// <summary>What a caller asked for (Admin Activity).</summary>
    Activity,

    /// <summary>What a caller read, or ran: executions of jobs (Data Access).</summary>
    DataAccess,

    /// <summary>What was denied by policy.</summary>
    PolicyDenied,

    /// <summary>No log: a Cloud Run object that tells what runs now.</summary>
    Inventory,
}
