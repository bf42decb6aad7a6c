using System.Text.Json;
using Davy.Logs;

namespace Davy.CloudRun;

/// <summary>
/// Reads from an entry whether a Cloud Run resource was given containers, which, by whom and when. Entries are told apart by service, log and content,
/// never by the method's name alone.
/// </summary>
public static class DeploymentReader
{
    const string CloudRun = "run.googleapis.com";

    /// <summary>Types of objects that hold no containers.</summary>
    static readonly string[] Containerless = ["DomainMapping", "Route", "Policy", "Empty", "Status"];

    /// <summary>Reads a log entry, or a bare Cloud Run object.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>What it tells.</returns>
    /// <exception cref="EntryRejectedException">A text that is read is not valid Unicode.</exception>
    public static Reading Read(LogEntry entry) => Read(entry, _ => true);

    /// <summary>Reads a log entry, or a bare Cloud Run object, as far as it is about a resource that is wanted.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isWanted">Whether a resource is; of others nothing more is read.</param>
    /// <returns>What it tells.</returns>
    /// <exception cref="EntryRejectedException">A text that is read is not valid Unicode.</exception>
    internal static Reading Read(LogEntry entry, Func<CloudRunResource, bool> isWanted)
    {
        if (entry.Audit is not { } audit) return ReadWithoutAudit(entry);
        if (audit.ServiceName != CloudRun) return new Reading.NotCloudRun();

        var method = Method.Parse(audit.MethodName);
        var log = LogOf(entry, audit);

        if (log is AuditLogKind.PolicyDenied) return new Reading.NotADeployment("denied by policy");
        if (log is not AuditLogKind.SystemEvent && audit.StatusCode != 0) return new Reading.NotADeployment($"the call failed with status {audit.StatusCode}");
        if (IsRehearsal(audit.Request)) return new Reading.NotADeployment("a rehearsal (validateOnly)");
        if (log is not AuditLogKind.SystemEvent && !UpdateMask.ReachesContainers(audit.Request)) return new Reading.NotADeployment("the update's mask leaves the containers as they are");

        var body = CloudRunBody.Of(audit);
        var identity = ResourceIdentity.Of(entry, body);
        if (identity is not null && !isWanted(identity)) return new Reading.NotADeployment("of another resource");

        var search = new ContainerSearch();
        search.Look(audit.Response, "protoPayload.response");
        search.Look(audit.Request, "protoPayload.request");
        var containers = search.Containers();

        if (identity is not { } resource)
        {
            return method.IsHarmless && containers.Count == 0 ? new Reading.NotADeployment($"{method.Verb} of a {method.Noun}") : Unknown(new(default, "", "", ""));
        }

        var deployment = Describe(resource, new(entry.LogName, entry.InsertId, entry.Timestamp, audit.MethodName, log), body, containers, search.ServiceAccount,
            ActorOf(audit) ?? AnnotatedActor(body), isDeletion: method.DeletesResource || IsBeingDeleted(body), hasFailed: log is AuditLogKind.SystemEvent && audit.StatusCode != 0);

        if (containers.Count > 0 || deployment.IsDeletion) return new Reading.Deployed(deployment);
        if (method.IsInternal && log is not AuditLogKind.SystemEvent) return new Reading.NotADeployment("a call by which functions deploy, which never carries a body", deployment);
        if (log is not AuditLogKind.SystemEvent && method.Deploys) return new Reading.Announced(deployment);
        if (method.IsHarmless && log is not AuditLogKind.SystemEvent) return new Reading.NotADeployment($"{method.Verb} of a {method.Noun}", method.Verb is "Run" ? deployment : null);
        if (Array.IndexOf(Containerless, body.Type) >= 0) return new Reading.NotADeployment($"a {body.Type} holds no containers");
        return Unknown(resource);

        Reading.UnknownShape Unknown(CloudRunResource of) => new(
            Describe(of, new(entry.LogName, entry.InsertId, entry.Timestamp, audit.MethodName, log), body, [], "", null, isDeletion: false, hasFailed: false), EntryShape.Of(audit));
    }

    static Reading ReadWithoutAudit(LogEntry entry)
    {
        if (CloudRunBody.Is(entry.Json)) return ReadBareObject(entry.Json);
        if (entry.Json.Text("assetType"u8).StartsWith("run.googleapis.com/", StringComparison.Ordinal)) return ReadAsset(entry.Json);
        if (entry.Json.Object("protopayload_auditlog"u8).Text("serviceName"u8) is CloudRun)
        {
            throw new EntryRejectedException(RejectReason.BadEnvelope, "It is a row of a BigQuery sink, which holds the entry in another form; export with 'gcloud logging read' or a Cloud Storage sink.");
        }

        return entry.LogName.Contains(CloudRun, StringComparison.Ordinal)
            ? new Reading.NotADeployment("a log that is no audit log")
            : new Reading.NotCloudRun();
    }

    /// <summary>An asset of Cloud Asset Inventory (https://cloud.google.com/asset-inventory/docs/reference/rest/v1/Asset), which holds the object.</summary>
    static Reading ReadAsset(JsonValue json) =>
        json.Object("resource"u8).Object("data"u8) is { ValueKind: JsonValueKind.Object } data && CloudRunBody.Is(data) ? ReadBareObject(data)
            : throw new EntryRejectedException(RejectReason.BadEnvelope, "It is an asset of Cloud Run without the object itself; export with --content-type=resource.");

    /// <summary>An object as <c>gcloud run services|jobs|revisions|worker-pools list --format=json</c> prints it, of Knative v1 or of API v2: what runs now.</summary>
    static Reading ReadBareObject(JsonValue json)
    {
        var body = CloudRunBody.Of(json);
        var search = new ContainerSearch();
        search.Look(json, "");
        var containers = search.Containers();

        if (ResourceIdentity.Of(body) is not { } resource || containers.Count == 0) return new Reading.NotADeployment($"a {(body.Type == "" ? "Cloud Run object" : body.Type)} without containers");

        var seen = body.Metadata.Time("creationTimestamp"u8) ?? body.Object.Time("createTime"u8);
        return new Reading.Deployed(Describe(resource, new("", "", seen, "", AuditLogKind.Inventory), body, containers, search.ServiceAccount,
            AnnotatedActor(body), IsBeingDeleted(body), hasFailed: false));
    }

    static Deployment Describe(
        CloudRunResource resource, EntryIdentity entry, CloudRunBody body, IReadOnlyList<Container> containers, string serviceAccount, Actor? actor, bool isDeletion, bool hasFailed)
    {
        var annotations = body.Metadata.Object("annotations"u8);
        var number = body.Metadata.Text("namespace"u8);
        return new()
        {
            Resource = resource,
            Entry = entry,
            Containers = containers,
            ProjectNumber = ResourceIdentity.IsNumber(number) ? number : "",
            OperationId = annotations.Text("run.googleapis.com/operation-id"u8),
            Revision = RevisionOf(body),
            DeletedAt = body.Metadata.Time("deletionTimestamp"u8) ?? body.Object.Time("deleteTime"u8),
            CreatedAt = body.IsResource ? null : body.Metadata.Time("creationTimestamp"u8) ?? body.Object.Time("createTime"u8),
            Client = ClientOf(body),
            ServiceAccount = serviceAccount,
            Actor = actor,
            IsDeletion = isDeletion,
            FailedToStart = hasFailed,
        };
    }

    static string RevisionOf(CloudRunBody body)
    {
        if (!body.IsResource) return body.Metadata.Text("name"u8) is { Length: > 0 } name ? name : LastPart(body.Object.Text("name"u8));
        if (body.Object.Text("latestCreatedRevision"u8) is { Length: > 0 } created) return LastPart(created);
        if (body.Object.Object("status"u8).Text("latestCreatedRevisionName"u8) is { Length: > 0 } latest) return latest;

        return body.Kind is ResourceKind.Service or ResourceKind.WorkerPool ? body.Object.Object("spec"u8).Object("template"u8).Object("metadata"u8).Text("name"u8) : "";
    }

    static string LastPart(string name) => name[(name.LastIndexOf('/') + 1)..];

    static string ClientOf(CloudRunBody body)
    {
        var (own, ofTemplate) = (body.Metadata, body.Object.Object("spec"u8).Object("template"u8).Object("metadata"u8));
        for (var place = 0; place < 2; place++)
        {
            var metadata = place == 0 ? own : ofTemplate;
            var annotations = metadata.Object("annotations"u8);
            if (annotations.Text("run.googleapis.com/client-name"u8) is { Length: > 0 } name) return $"{name} {annotations.Text("run.googleapis.com/client-version"u8)}".TrimEnd();
        }

        return body.Object.Text("client"u8) is { Length: > 0 } client ? $"{client} {body.Object.Text("clientVersion"u8)}".TrimEnd() : "";
    }

    static bool IsBeingDeleted(CloudRunBody body) =>
        body.IsResource && (body.Metadata.Text("deletionTimestamp"u8) != "" || body.Object.Text("deleteTime"u8) != "");

    /// <summary>API v2 and v1 spell the rehearsal differently (https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services/create, <c>dryRun</c>).</summary>
    static bool IsRehearsal(JsonValue request) =>
        request.IsTrue("validateOnly"u8) || request.IsTrue("validate_only"u8) || request.Text("dryRun"u8) is "all" || request.Text("dry_run"u8) is "all";

    static Actor? ActorOf(AuditLog audit) => audit is { PrincipalEmail: "", PrincipalSubject: "", CallerIp: "" } ? null : new()
    {
        Principal = audit.PrincipalEmail,
        Subject = audit.PrincipalSubject,
        CallerIp = audit.CallerIp,
        UserAgent = audit.UserAgent,
        ServiceAccountKey = audit.ServiceAccountKeyName,
        Basis = ActorBasis.Operation,
    };

    static Actor? AnnotatedActor(CloudRunBody body)
    {
        var annotations = body.Metadata.Object("annotations"u8);
        var principal = ResourceIdentity.FirstOf(
            annotations.Text("serving.knative.dev/lastModifier"u8), annotations.Text("run.googleapis.com/lastModifier"u8),
            annotations.Text("serving.knative.dev/creator"u8), annotations.Text("run.googleapis.com/creator"u8),
            body.Object.Text("lastModifier"u8), body.Object.Text("creator"u8));
        return principal == "" ? null : new() { Principal = principal, Basis = ActorBasis.Annotation };
    }

    static AuditLogKind LogOf(LogEntry entry, AuditLog audit) => entry.LogName switch
    {
        var name when name.EndsWith("system_event", StringComparison.Ordinal) => AuditLogKind.SystemEvent,
        var name when name.EndsWith("activity", StringComparison.Ordinal) => AuditLogKind.Activity,
        var name when name.EndsWith("data_access", StringComparison.Ordinal) => AuditLogKind.DataAccess,
        var name when name.EndsWith("policy", StringComparison.Ordinal) => AuditLogKind.PolicyDenied,

        // A payload alone does not name its log; only the activity log has a caller.
        _ => audit is { PrincipalEmail: "", PrincipalSubject: "", CallerIp: "" } ? AuditLogKind.SystemEvent : AuditLogKind.Activity,
    };
}
