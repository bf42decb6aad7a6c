using System.Text.Json;
using Davy.Logs;

namespace Davy.CloudRun;

/// <summary>
/// The Cloud Run object in a body: Knative v1 (<c>kind</c>, <c>metadata</c>, <c>spec</c>, <c>status</c>; https://cloud.google.com/run/docs/reference/rest/v1)
/// or API v2 (<c>template</c>; https://cloud.google.com/run/docs/reference/rest/v2).
/// </summary>
/// <param name="Object">The object; undefined where there is none.</param>
/// <param name="Type">The last word of <c>@type</c>, else <c>kind</c>: <c>Service</c>, <c>Revision</c>, <c>Execution</c>; empty where neither is told.</param>
/// <param name="Kind">What kind of resource it is, or belongs to; null where nothing tells.</param>
readonly record struct CloudRunBody(JsonValue Object, string Type, ResourceKind? Kind)
{
    /// <summary>The object's metadata; undefined where there is none.</summary>
    public JsonValue Metadata => Object.Object("metadata"u8);

    /// <summary>The object is the resource itself, not a revision or an execution of it.</summary>
    public bool IsResource => Type is not ("Revision" or "Execution" or "Task");

    /// <summary>The service of a revision, the worker pool of a revision, the job of an execution; empty for a resource itself.</summary>
    public string OwnerName
    {
        get
        {
            if (IsResource) return "";

            var labels = Metadata.Object("labels"u8);
            var owner = ResourceIdentity.FirstOf(labels.Text("serving.knative.dev/service"u8), labels.Text("run.googleapis.com/workerPool"u8), labels.Text("run.googleapis.com/job"u8));
            return owner != "" ? owner : Metadata.Field("ownerReferences"u8).First.Text("name"u8);
        }
    }

    /// <summary>The object of a payload: the response's, for it is what Cloud Run made of the request; else the request's.</summary>
    /// <param name="audit">The payload.</param>
    /// <returns>The object.</returns>
    /// <exception cref="EntryRejectedException">A text is not valid Unicode.</exception>
    public static CloudRunBody Of(AuditLog audit)
    {
        var response = Of(audit.Response);
        if (response.Kind is not null || response.Metadata.ValueKind is JsonValueKind.Object && response.Type is not "Operation") return response;

        foreach (var (field, kind) in RequestFields)
        {
            if (audit.Request.Object(field.Span) is { ValueKind: JsonValueKind.Object } inner) return Of(inner) with { Kind = kind };
        }

        return Of(audit.Request);
    }

    /// <summary>The object as it stands.</summary>
    /// <param name="json">The object; may be undefined.</param>
    /// <returns>The object with its type and kind.</returns>
    /// <exception cref="EntryRejectedException">A text is not valid Unicode.</exception>
    public static CloudRunBody Of(JsonValue json)
    {
        var name = json.Text("name"u8);
        var type = json.Text("@type"u8) is { Length: > 0 } url ? url[(url.LastIndexOf('.') + 1)..]
            : json.Text("kind"u8) is { Length: > 0 } kind ? kind
            : TypeInName(name) is { Length: > 0 } named ? named
            : TypeOfShape(json);
        var isWorkerPool = json.Object("metadata"u8).Object("labels"u8).Text("run.googleapis.com/workerPool"u8) != "" || name.Contains("/workerPools/", StringComparison.Ordinal);
        return new(json, type, type switch
        {
            "Revision" when isWorkerPool => ResourceKind.WorkerPool,
            "Service" or "Revision" => ResourceKind.Service,
            "Job" or "Execution" or "Task" => ResourceKind.Job,
            "WorkerPool" => ResourceKind.WorkerPool,
            "Instance" => ResourceKind.Instance,
            _ => null,
        });
    }

    /// <summary>Whether this is an object of Cloud Run without a log around it, by its version, its name (API v2) or Cloud Run's own labels and annotations.</summary>
    /// <param name="json">The object.</param>
    /// <returns>True where it is.</returns>
    /// <exception cref="EntryRejectedException">A text is not valid Unicode.</exception>
    public static bool Is(JsonValue json)
    {
        if (json.Text("apiVersion"u8) is { Length: > 0 } version) return IsOfCloudRun(version);
        if (TypeInName(json.Text("name"u8)) != "") return true;

        var metadata = json.Object("metadata"u8);
        return HasKeyOfCloudRun(metadata.Object("annotations"u8)) || HasKeyOfCloudRun(metadata.Object("labels"u8));
    }

    static bool HasKeyOfCloudRun(JsonValue map)
    {
        foreach (var member in map.Members)
        {
            if (IsOfCloudRun(member.Name)) return true;
        }

        return false;
    }

    static bool IsOfCloudRun(string text) =>
        text.StartsWith("serving.knative.dev/", StringComparison.Ordinal) || text.StartsWith("run.googleapis.com/", StringComparison.Ordinal);

    /// <summary>The type that a name of API v2 tells: <c>projects/P/locations/L/services/S/revisions/R</c> is a Revision's; empty where it is another kind of name.</summary>
    static string TypeInName(string name) =>
        name.StartsWith("projects/", StringComparison.Ordinal) && name.Split('/') is ["projects", _, "locations", _, "services" or "jobs" or "workerPools" or "instances", ..] and { Length: 6 or 8 or 10 } parts
            ? parts[^2] switch
            {
                "services" => "Service",
                "jobs" => "Job",
                "workerPools" => "WorkerPool",
                "instances" => "Instance",
                "revisions" => "Revision",
                "executions" => "Execution",
                "tasks" => "Task",
                _ => "",
            }
            : "";

    /// <summary>The type of a Knative object in a list of one kind, whose items need not repeat it; empty where nothing tells.</summary>
    static string TypeOfShape(JsonValue json)
    {
        var labels = json.Object("metadata"u8).Object("labels"u8);
        if (labels.Text("run.googleapis.com/job"u8) != "") return "Execution";

        var template = json.Object("spec"u8).Object("template"u8);
        if (template.ValueKind is not JsonValueKind.Object) return labels.Text("serving.knative.dev/service"u8) != "" || labels.Text("run.googleapis.com/workerPool"u8) != "" ? "Revision" : "";
        return template.Object("spec"u8).Object("template"u8).ValueKind is JsonValueKind.Object ? "Job" : "Service";
    }

    static readonly (ReadOnlyMemory<byte> Field, ResourceKind Kind)[] RequestFields =
    [
        ("service"u8.ToArray(), ResourceKind.Service),
        ("job"u8.ToArray(), ResourceKind.Job),
        ("workerPool"u8.ToArray(), ResourceKind.WorkerPool),
        ("worker_pool"u8.ToArray(), ResourceKind.WorkerPool),
        ("instance"u8.ToArray(), ResourceKind.Instance),
    ];
}
