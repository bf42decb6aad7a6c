using Davy.CloudRun;

namespace Davy.Responses;

/// <summary>A thing that can be done about a workload.</summary>
public interface IResponse
{
    /// <summary>The word for it: <c>stop</c>.</summary>
    string Name { get; }

    /// <summary>What it does.</summary>
    /// <param name="kind">To what kind of workload.</param>
    string Does(ResourceKind kind);

    /// <summary>What would stop working, and what would go on.</summary>
    /// <param name="kind">For what kind of workload.</param>
    string Costs(ResourceKind kind);

    /// <summary>The permissions that it needs (https://cloud.google.com/run/docs/reference/iam/permissions).</summary>
    /// <param name="kind">For what kind of workload.</param>
    IReadOnlyList<string> Permissions(ResourceKind kind);

    /// <summary>Why it cannot be done here; null where it can.</summary>
    /// <param name="context">The workload, and what was asked for.</param>
    string? WhyNot(ResponseContext context);

    /// <summary>The calls. They depend on nothing but the context, so that the same state always gives the same calls.</summary>
    /// <param name="context">The workload, and what was asked for.</param>
    IReadOnlyList<ResponseStep> Steps(ResponseContext context);

    /// <summary>What is missing from the end that it leads to; null where it is reached.</summary>
    /// <param name="after">The workload afterwards; null where it is gone.</param>
    string? Missing(Workload? after);
}

/// <summary>What the person asked for.</summary>
public sealed record ResponseOptions
{
    /// <summary>The good image, by digest; null for the one of a good revision.</summary>
    public string? Image { get; init; }

    /// <summary>The revision to go back to; null for the latest good one.</summary>
    public string? Revision { get; init; }

    /// <summary>What inspections said of images of the workload.</summary>
    public IReadOnlyList<KeptInspection> Inspections { get; init; } = [];

    /// <summary>Whether all ingress is closed, and not only that from outside.</summary>
    public bool NoIngress { get; init; }
}

/// <summary>What a response is about.</summary>
/// <param name="Workload">The workload.</param>
/// <param name="Options">What was asked for.</param>
/// <param name="Reader">Judges what would be deployed.</param>
public sealed record ResponseContext(Workload Workload, ResponseOptions Options, WorkloadReader Reader)
{
    /// <summary>The workload's name.</summary>
    public CloudRunResource Resource => Workload.Resource;

    /// <summary>Its revisions, the latest first.</summary>
    public IReadOnlyList<RevisionChoice> Choices { get; } = RevisionChoice.Of(Workload, Options.Inspections);

    /// <summary>The latest good revision; null where there is none.</summary>
    public RevisionChoice? Good => Choices.FirstOrDefault(choice => choice.IsGood && (Options.Revision is null || choice.Part.Name == Options.Revision));
}

/// <summary>The responses: a list by hand, to be read.</summary>
public static class ResponseList
{
    /// <summary>All responses, the usual first one first.</summary>
    public static IReadOnlyList<IResponse> All { get; } = [new StopResponse(), new ReplaceResponse(), new DeleteResponse(), new CloseResponse()];

    /// <summary>A response by its name; null where there is none.</summary>
    public static IResponse? Find(string name) => All.FirstOrDefault(each => each.Name == name);

    internal static string Noun(ResourceKind kind) => kind is ResourceKind.WorkerPool ? "workerpools" : kind.Collection;
}
