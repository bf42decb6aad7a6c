using System.Text.Json;
using Davy.CloudRun;
using Davy.Detection;

namespace Davy.Responses;

/// <summary>A service, job or worker pool as it was at one moment: all that was read of it, and what the detectors say of it.</summary>
public sealed record Workload
{
    /// <summary>Its name.</summary>
    public required CloudRunResource Resource { get; init; }

    /// <summary>The object as Cloud Run tells it.</summary>
    public required JsonElement Json { get; init; }

    /// <summary>What containers it has where: the template, then revisions and executions, the latest first.</summary>
    public required IReadOnlyList<WorkloadPart> Parts { get; init; }

    /// <summary>Who may do what with it; null where that could not be read.</summary>
    public JsonElement? Policy { get; init; }

    /// <summary>Whether its revisions, or executions, could be read.</summary>
    public bool PartsKnown { get; init; } = true;

    /// <summary>What could not be read or is not told, in sentences.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>What tells it from one of the same name after it was deleted.</summary>
    public string Uid => Json.Text("uid");

    /// <summary>Its state.</summary>
    public string Etag => Json.Text("etag");

    /// <summary>Grows with each change that somebody asks for.</summary>
    public string Generation => Json.Text("generation");

    /// <summary>The template.</summary>
    public WorkloadPart Template => Parts[0];

    /// <summary>Where something listed can run now or with the next deployment: the template, revisions with traffic or a tag, running executions.</summary>
    public IEnumerable<WorkloadPart> Listed => Parts.Where(part => part.IsEffective && part.IsListed);

    /// <summary>Whether something listed is in it at all: where it can run, or in any revision.</summary>
    public bool HasListed => Parts.Any(part => part.IsListed && (part.IsEffective || part.Kind is PartKind.Revision));

    /// <summary>Whether it has containers for a function of Cloud Run functions, which owns the service and writes it again (https://cloud.google.com/functions/docs/concepts/version-comparison).</summary>
    public bool IsFunction => Json.Member("labels").Text("goog-managed-by") == "cloudfunctions" || Json.Member("buildConfig").Text("functionTarget") != "";
}

/// <summary>Where containers stand in a workload.</summary>
public enum PartKind
{
    /// <summary>What the next revision or execution is made of.</summary>
    Template,

    /// <summary>A revision.</summary>
    Revision,

    /// <summary>An execution of a job.</summary>
    Execution,
}

/// <summary>A template, revision or execution.</summary>
public sealed record WorkloadPart
{
    /// <summary>Which.</summary>
    public required PartKind Kind { get; init; }

    /// <summary>The full name; the workload's for a template.</summary>
    public required string FullName { get; init; }

    /// <summary>The object that has the containers, as Cloud Run tells it.</summary>
    public required JsonElement Json { get; init; }

    /// <summary>The containers.</summary>
    public required IReadOnlyList<Container> Containers { get; init; }

    /// <summary>What the detectors say.</summary>
    public required IReadOnlyList<Verdict> Verdicts { get; init; }

    /// <summary>When it was made; null where it is not told.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Who made it, an e-mail address; empty where it is not told.</summary>
    public string Creator { get; init; } = "";

    /// <summary>The share of traffic, or of instances, 0 to 100.</summary>
    public int Percent { get; init; }

    /// <summary>The tags that lead to it.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Whether it is an execution that has not ended.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Whether it became ready to serve.</summary>
    public bool IsReady { get; init; }

    /// <summary>The short name.</summary>
    public string Name => AdminJson.LastPart(FullName);

    /// <summary>Whether something in it is listed.</summary>
    public bool IsListed => Verdicts.Any(verdict => verdict is Verdict.Malicious);

    /// <summary>Whether something in it could not be judged.</summary>
    public bool IsUndecided => Verdicts.Any(verdict => verdict is Verdict.Undecided);

    /// <summary>Whether it runs, can be reached, or will run.</summary>
    public bool IsEffective => Kind is PartKind.Template || Percent > 0 || Tags.Count > 0 || IsRunning;
}
