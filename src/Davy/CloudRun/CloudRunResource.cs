namespace Davy.CloudRun;

/// <summary>A Cloud Run resource that containers are given to.</summary>
/// <param name="Kind">Service, job, worker pool or instance.</param>
/// <param name="Project">The project's id; its number only where no id is known; empty where neither is.</param>
/// <param name="Location">The region, for example <c>us-central1</c>; empty where it is not known.</param>
/// <param name="Name">The resource's short name; a revision's is its service's, an execution's its job's.</param>
public sealed record CloudRunResource(ResourceKind Kind, string Project, string Location, string Name)
{
    /// <summary>The name in the form of Security Command Center's published example: <c>//run.googleapis.com/namespaces/PROJECT/services/NAME</c>.</summary>
    public string FullName => $"//run.googleapis.com/namespaces/{Project}/{Kind.Collection}/{Name}";

    /// <summary>The name in the form of the Cloud Run Admin API v2: <c>projects/P/locations/L/services/S</c> (https://cloud.google.com/run/docs/reference/rest).</summary>
    public string AdminName => $"projects/{Project}/locations/{Location}/{Kind.AdminCollection}/{Name}";
}

/// <summary>The kinds of Cloud Run resource.</summary>
public enum ResourceKind
{
    /// <summary>A service; second-generation functions are services too.</summary>
    Service,

    /// <summary>A job.</summary>
    Job,

    /// <summary>A worker pool.</summary>
    WorkerPool,

    /// <summary>A single instance (run/v2 <c>Instance</c>, in preview).</summary>
    Instance,
}

/// <summary>How each kind is written.</summary>
public static class ResourceKinds
{
    extension(ResourceKind kind)
    {
        /// <summary>In resource names of Knative v1: <c>services</c>, <c>jobs</c>, <c>workerpools</c>, <c>instances</c>.</summary>
        public string Collection => kind switch
        {
            ResourceKind.Service => "services",
            ResourceKind.Job => "jobs",
            ResourceKind.WorkerPool => "workerpools",
            _ => "instances",
        };

        /// <summary>In resource names of the Admin API v2: as <c>Collection</c>, but <c>workerPools</c>.</summary>
        public string AdminCollection => kind is ResourceKind.WorkerPool ? "workerPools" : kind.Collection;

        /// <summary>In the identity of a finding: <c>service</c>, <c>job</c>, <c>workerpool</c>, <c>instance</c>.</summary>
        public string Word => kind.Collection[..^1];

        /// <summary>For a person: <c>service</c>, <c>job</c>, <c>worker pool</c>, <c>instance</c>.</summary>
        public string Title => kind is ResourceKind.WorkerPool ? "worker pool" : kind.Word;
    }
}
