using Davy.Logs;

namespace Davy.CloudRun;

/// <summary>
/// Reads which resource an entry is about. Every entry of one deployment must give the same answer, so the labels of the monitored resource come first:
/// Google sets them on all of them, whatever the generation of the API.
/// </summary>
static class ResourceIdentity
{
    /// <summary>The resource of a log entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="body">The object in its response or request.</param>
    /// <returns>The resource; null where nothing names one.</returns>
    /// <exception cref="EntryRejectedException">A text is not valid Unicode.</exception>
    public static CloudRunResource? Of(LogEntry entry, CloudRunBody body)
    {
        var audit = entry.Audit!;
        if ((KindOfMonitored(entry.ResourceType) ?? body.Kind ?? KindInName(audit.ResourceName) ?? KindOfNoun(Method.Parse(audit.MethodName).Noun)) is not { } kind) return null;

        var name = entry.ResourceLabels.Text(NameLabel(kind));
        if (name == "") name = FirstOf(
            body.OwnerName,
            InName(audit.ResourceName, kind),
            body.IsResource ? body.Metadata.Text("name"u8) : "",
            InName(body.Object.Text("name"u8), kind),
            audit.Request.Text(NameField(kind)));

        var location = entry.ResourceLabels.Text("location"u8);
        if (location == "") location = FirstOf(body.Metadata.Object("labels"u8).Text("cloud.googleapis.com/location"u8), Segment(audit.ResourceName, "locations"), audit.Location);

        return name == "" ? null : new(kind, Project(entry, audit, body), location, name);
    }

    /// <summary>The resource of a bare object, as <c>gcloud run … list</c> prints it.</summary>
    /// <param name="body">The object.</param>
    /// <returns>The resource; null where nothing names one.</returns>
    /// <exception cref="EntryRejectedException">A text is not valid Unicode.</exception>
    public static CloudRunResource? Of(CloudRunBody body)
    {
        if (body.Kind is not { } kind) return null;

        var full = body.Object.Text("name"u8);
        var name = FirstOf(body.OwnerName, body.IsResource ? body.Metadata.Text("name"u8) : "", InName(full, kind));
        var project = FirstOf(body.Metadata.Text("namespace"u8), Segment(full, "projects"));
        var location = FirstOf(body.Metadata.Object("labels"u8).Text("cloud.googleapis.com/location"u8), Segment(full, "locations"));
        return name == "" ? null : new(kind, project, location, name);
    }

    /// <summary>
    /// The name that the labels of the monitored resource tell, which decides before all else; empty where they tell none. It is cheap, and all that a look at most entries needs.
    /// </summary>
    /// <param name="json">The log entry.</param>
    /// <returns>The name; empty where more must be read.</returns>
    /// <exception cref="EntryRejectedException">A text is not valid Unicode.</exception>
    public static string LabelledName(JsonValue json)
    {
        var monitored = json.Object("resource"u8);
        return KindOfMonitored(monitored.Text("type"u8)) is { } kind ? monitored.Object("labels"u8).Text(NameLabel(kind)) : "";
    }

    static string Project(LogEntry entry, AuditLog audit, CloudRunBody body)
    {
        var number = "";
        for (var source = 0; source < 4; source++)
        {
            var candidate = source switch
            {
                0 => entry.ResourceLabels.Text("project_id"u8),
                1 => FirstOf(Segment(audit.ResourceName, "namespaces"), Segment(audit.ResourceName, "projects")),
                2 => Segment(entry.LogName, "projects"),
                _ => body.Metadata.Text("namespace"u8),
            };
            if (candidate != "" && !IsNumber(candidate)) return candidate;
            if (number == "") number = candidate;
        }

        return number;
    }

    /// <summary>Whether a project is named by its number.</summary>
    public static bool IsNumber(string project) => project != "" && !project.AsSpan().ContainsAnyExceptInRange('0', '9');

    static ResourceKind? KindOfMonitored(string type) => type switch
    {
        "cloud_run_revision" => ResourceKind.Service,
        "cloud_run_job" => ResourceKind.Job,
        "cloud_run_worker_pool" => ResourceKind.WorkerPool,
        "cloud_run_instance" => ResourceKind.Instance,
        _ => null,
    };

    static ResourceKind? KindInName(string name)
    {
        foreach (var kind in (ReadOnlySpan<ResourceKind>)[ResourceKind.Service, ResourceKind.Job, ResourceKind.WorkerPool, ResourceKind.Instance])
        {
            if (InName(name, kind) != "") return kind;
        }

        return Segment(name, "revisions") != "" ? ResourceKind.Service : Segment(name, "executions") != "" ? ResourceKind.Job : null;
    }

    static ResourceKind? KindOfNoun(string noun) => noun switch
    {
        "Service" or "Revision" => ResourceKind.Service,
        "Job" or "Execution" => ResourceKind.Job,
        "WorkerPool" => ResourceKind.WorkerPool,
        "Instance" => ResourceKind.Instance,
        _ => null,
    };

    static ReadOnlySpan<byte> NameLabel(ResourceKind kind) => kind switch
    {
        ResourceKind.Service => "service_name"u8,
        ResourceKind.Job => "job_name"u8,
        ResourceKind.WorkerPool => "worker_pool_name"u8,
        _ => "instance_name"u8,
    };

    static ReadOnlySpan<byte> NameField(ResourceKind kind) => kind switch
    {
        ResourceKind.Service => "serviceId"u8,
        ResourceKind.Job => "jobId"u8,
        ResourceKind.WorkerPool => "workerPoolId"u8,
        _ => "instanceId"u8,
    };

    static string InName(string name, ResourceKind kind) => FirstOf(Segment(name, kind.Collection), Segment(name, kind.AdminCollection));

    /// <summary>What follows a collection in a resource name: <c>projects/P/locations/L</c> has P in <c>projects</c>.</summary>
    static string Segment(string name, string collection)
    {
        for (var rest = name.AsSpan(); ;)
        {
            var slash = rest.IndexOf('/');
            if (slash < 0) return "";

            var isIt = rest[..slash].SequenceEqual(collection);
            rest = rest[(slash + 1)..];
            if (isIt) return (rest.IndexOf('/') is var end and >= 0 ? rest[..end] : rest).ToString();
        }
    }

    /// <summary>The first text that is not empty; empty where none is.</summary>
    public static string FirstOf(params ReadOnlySpan<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (candidate != "") return candidate;
        }

        return "";
    }
}
