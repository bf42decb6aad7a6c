namespace Davy.CloudRun;

/// <summary>What an entry tells of deployments.</summary>
public abstract record Reading
{
    Reading() { }

    /// <summary>It is not of Cloud Run.</summary>
    public sealed record NotCloudRun : Reading;

    /// <summary>It is of Cloud Run, but gave no resource a container: a failed call, a rehearsal, a change of policy, a request log.</summary>
    /// <param name="Why">Why not, in words.</param>
    /// <param name="Call">The call, where it tells who caused a deployment that another entry shows: a function's deployment, a run of a job; else null.</param>
    public sealed record NotADeployment(string Why, Deployment? Call = null) : Reading;

    /// <summary>A resource was given containers, or deleted.</summary>
    /// <param name="Deployment">Which, and which; a deletion may name no container.</param>
    public sealed record Deployed(Deployment Deployment) : Reading;

    /// <summary>A call that deployed succeeded, but the activity log leaves the containers out: the system event will tell.</summary>
    /// <param name="Call">The call, without containers.</param>
    public sealed record Announced(Deployment Call) : Reading;

    /// <summary>An entry of Cloud Run in a shape that was never seen.</summary>
    /// <param name="Call">What of it could be read.</param>
    /// <param name="Shape">Its shape.</param>
    public sealed record UnknownShape(Deployment Call, EntryShape Shape) : Reading;
}
