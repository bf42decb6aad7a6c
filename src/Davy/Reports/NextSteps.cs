using System.Buffers;
using Davy.CloudRun;
using Davy.Findings;

namespace Davy.Reports;

/// <summary>What a person does about a finding: looks, then takes the two steps of the response. The commands are those of gcloud (https://cloud.google.com/sdk/gcloud/reference/run).</summary>
static class NextSteps
{
    public const string Question = "First ask whether this was intended: who deployed it, what ran before?";

    public const string Warning = "Either step may disturb operations until a good image serves.";

    /// <summary>What may stand in a command that is offered for copying. Google's own names need no more, and nothing here means anything to a shell.</summary>
    static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:");

    /// <summary>The steps in their order.</summary>
    public static IReadOnlyList<NextStep> Of(Finding finding, FindingNames names)
    {
        var resource = names.Resource;
        var kind = resource.Kind.Title;
        var container = finding.Containers.Select(each => each.Name).FirstOrDefault(name => name != "") ?? "";

        return
        [
            new($"See what the {kind} runs now.", Command(names, "describe")),
            .. resource.Kind is ResourceKind.Job ? Cancelling(names) : [],
            resource.Kind switch
            {
                ResourceKind.Service => new("1. Remove the container: scale the service to zero, or delete it.", Command(names, "update", "--scaling=0")),
                ResourceKind.WorkerPool => new("1. Remove the container: scale the worker pool to zero, or delete it.", Command(names, "update", "--instances=0")),
                ResourceKind.Job => new("Then delete the job.", Command(names, "delete")),
                _ => new("1. Remove the container: stop the instance, and delete it.", ""),
            },
            new("2. Put a good image in its place, one that you trust, by its digest.", resource.Kind switch
            {
                ResourceKind.Service => Command(names, "update", ["--scaling=auto", .. Into(container), "--image=GOOD_IMAGE", .. Cleared(finding)]),
                ResourceKind.WorkerPool => Command(names, "deploy", ["--instances=INSTANCES", .. Into(container), "--image=GOOD_IMAGE", .. Cleared(finding)]),
                ResourceKind.Job => Command(names, "deploy", "--image=GOOD_IMAGE"),
                _ => "",
            }),
        ];
    }

    /// <summary>All of it as one text of several lines.</summary>
    public static string Text(Finding finding, FindingNames names) => string.Join('\n',
        [Question, .. Of(finding, names).Select(step => step.Command == "" ? step.What : $"{step.What} {step.Command}"), $"Warning: {Warning}"]);

    static IEnumerable<string> Into(string container) => container != "" && IsPlain(container) ? [$"--container={container}"] : [];

    /// <summary>A mining command stays when only the image is changed: an empty flag sets it back to the image's own.</summary>
    static string[] Cleared(Finding finding) => finding.Match.Repository == "" ? ["--command=", "--args="] : [];

    /// <summary>What a job runs goes on when only the job is changed.</summary>
    static NextStep[] Cancelling(FindingNames names) =>
    [
        new("See which of its executions still run.", Command(names, "executions list", $"--job={names.Resource.Name}")),
        new("1. Remove the container: cancel each of them.", Command(names, "executions cancel", "EXECUTION")),
    ];

    /// <summary>A command of gcloud; empty where a name in it is not one that Google gives, for then it would be a trap to copy.</summary>
    static string Command(FindingNames names, string verb, params IEnumerable<string> flags)
    {
        var resource = names.Resource;
        var group = resource.Kind switch
        {
            ResourceKind.Service => "services",
            ResourceKind.Job => "jobs",
            ResourceKind.WorkerPool => "worker-pools",
            _ => "",
        };
        if (group == "" || resource.Location == "" || names.ProjectWord == "") return "";
        if (!IsPlain(resource.Name) || !IsPlain(resource.Location) || !IsPlain(names.ProjectWord)) return "";

        return string.Join(' ',
            ["gcloud", "run", group, verb, .. verb.StartsWith("executions", StringComparison.Ordinal) ? [] : new[] { resource.Name }, $"--region={resource.Location}", $"--project={names.ProjectWord}", .. flags]);
    }

    static bool IsPlain(string text) => text is not ("" or ['-', ..]) && text.Length <= TextSanitizer.DefaultLength && !text.AsSpan().ContainsAnyExcept(Plain);
}

/// <summary>One thing to do.</summary>
/// <param name="What">It, in a sentence.</param>
/// <param name="Command">The command for it; empty where none can be given.</param>
sealed record NextStep(string What, string Command);
