using Davy.CloudRun;

namespace Davy.Responses;

/// <summary>Deletes the workload with all its revisions or executions: for what an attacker made, where there never was anything good.</summary>
sealed class DeleteResponse : IResponse
{
    public string Name => "delete";

    public string Does(ResourceKind kind) => $"Deletes the {kind.Title} with all its {(kind is ResourceKind.Job ? "executions" : "revisions")}.";

    public string Costs(ResourceKind kind) => kind is ResourceKind.Service
        ? "The service is gone, with its good revisions and its address. It cannot be undone: what was read is kept in the record, and deploying it again is a person's work."
        : $"The {kind.Title} is gone. It cannot be undone: what was read is kept in the record, and deploying it again is a person's work.";

    public IReadOnlyList<string> Permissions(ResourceKind kind) => [$"run.{ResponseList.Noun(kind)}.get", $"run.{ResponseList.Noun(kind)}.delete", "run.operations.get"];

    public string? WhyNot(ResponseContext context) => null;

    public IReadOnlyList<ResponseStep> Steps(ResponseContext context)
    {
        var resource = context.Resource;
        return
        [
            new()
            {
                Kind = StepKind.Delete,
                Target = resource.AdminName,
                What = $"Delete the {resource.Kind.Title} {resource.Name}.",
                Command = GcloudCommand.Of(resource, GcloudCommand.Noun(resource), "delete", resource.Name),
                CannotUndo = "what is deleted cannot be brought back; the record has what it was",
            },
        ];
    }

    public string? Missing(Workload? after) => after is null ? null : $"the {after.Resource.Kind.Title} is still there";
}
