using System.Text.Json.Nodes;
using Davy.CloudRun;

namespace Davy.Responses;

/// <summary>Scales a service or worker pool to zero, or cancels what a job runs: the first thing in most incidents.</summary>
sealed class StopResponse : IResponse
{
    public string Name => "stop";

    public string Does(ResourceKind kind) => kind is ResourceKind.Job ? "Cancels all executions that run." : $"Scales the {kind.Title} to zero instances, by hand, so that nothing of it runs.";

    public string Costs(ResourceKind kind) => kind is ResourceKind.Job
        ? "The cancelled executions lose their work. The job stays as it is: whoever starts it again, a schedule for instance, starts the same image."
        : $"All that the {kind.Title} does stops, its good revisions too. The template stays as it is: whoever scales it up again starts the same image.";

    public IReadOnlyList<string> Permissions(ResourceKind kind) => kind is ResourceKind.Job
        ? ["run.jobs.get", "run.executions.list", "run.executions.cancel"]
        : [$"run.{ResponseList.Noun(kind)}.get", "run.revisions.list", $"run.{ResponseList.Noun(kind)}.update", "run.operations.get"];

    public string? WhyNot(ResponseContext context)
    {
        var workload = context.Workload;
        if (context.Resource.Kind is ResourceKind.Job)
        {
            return !workload.PartsKnown ? "its executions could not be read" : Running(workload).Any() ? null : "nothing of it runs";
        }

        return IsStopped(workload) ? "it is scaled to zero already" : null;
    }

    public IReadOnlyList<ResponseStep> Steps(ResponseContext context)
    {
        var resource = context.Resource;
        if (resource.Kind is ResourceKind.Job) return [.. Running(context.Workload).Select(Cancel(resource))];

        var isService = resource.Kind is ResourceKind.Service;
        JsonObject scaling = new() { ["manualInstanceCount"] = 0 };
        if (isService) scaling["scalingMode"] = "MANUAL";
        return
        [
            new()
            {
                Kind = StepKind.Update,
                Target = resource.AdminName,
                What = $"Scale {resource.Name} to zero.",
                UpdateMask = "scaling",
                Body = new() { ["scaling"] = scaling },
                Command = GcloudCommand.Of(resource, GcloudCommand.Noun(resource), "update", resource.Name, isService ? "--scaling=0" : "--instances=0"),
            },
        ];
    }

    public string? Missing(Workload? after) =>
        after is null ? null
        : after.Resource.Kind is not ResourceKind.Job ? IsStopped(after) ? null : "it is not scaled to zero"
        : !after.PartsKnown ? "its executions could not be read"
        : Running(after).Any() ? "an execution still runs" : null;

    /// <summary>Cancels an execution.</summary>
    public static Func<WorkloadPart, ResponseStep> Cancel(CloudRunResource resource) => execution => new()
    {
        Kind = StepKind.Cancel,
        Target = execution.FullName,
        What = $"Cancel the execution {execution.Name}.",
        Command = GcloudCommand.Of(resource, "jobs", "executions", "cancel", execution.Name),
        CannotUndo = "an execution that was cancelled cannot go on; start the job again instead",
    };

    /// <summary>What of a job runs.</summary>
    public static IEnumerable<WorkloadPart> Running(Workload workload) => workload.Parts.Where(part => part.IsRunning);

    /// <summary>Whether a service or worker pool is scaled to zero by hand.</summary>
    public static bool IsStopped(Workload workload)
    {
        var scaling = workload.Json.Member("scaling");
        return scaling.Text("manualInstanceCount") == "0" && (workload.Resource.Kind is not ResourceKind.Service || scaling.Text("scalingMode") == "MANUAL");
    }
}
