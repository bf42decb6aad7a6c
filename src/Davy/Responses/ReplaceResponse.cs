using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Images;

namespace Davy.Responses;

/// <summary>
/// Puts something good in the place of what is listed: a template made of a good revision, or the present one with an image that the person gives by digest. Moving traffic alone would leave the
/// miner in the template, and the next deployment would bring it back.
/// </summary>
sealed class ReplaceResponse : IResponse
{
    public string Name => "replace";

    public string Does(ResourceKind kind) => kind is ResourceKind.Job
        ? "Gives the job an image that you name, and cancels the executions that run a listed one."
        : $"Deploys a good revision's template again, gives it all {(kind is ResourceKind.Service ? "traffic" : "instances")}, takes tags from listed revisions, and deletes these.";

    public string Costs(ResourceKind kind) => kind is ResourceKind.Job
        ? "Executions that run a listed image lose their work."
        : "What only the listed revisions did stops. If the new revision does not become ready, nothing more is done, and what was there before goes on.";

    public IReadOnlyList<string> Permissions(ResourceKind kind) => kind is ResourceKind.Job
        ? ["run.jobs.get", "run.executions.list", "run.jobs.update", "run.executions.cancel", "run.operations.get", "iam.serviceAccounts.actAs on the job's service account"]
        : [$"run.{ResponseList.Noun(kind)}.get", "run.revisions.list", $"run.{ResponseList.Noun(kind)}.update", "run.revisions.get", "run.revisions.delete", "run.operations.get", "iam.serviceAccounts.actAs on the service account that the template names"];

    public string? WhyNot(ResponseContext context)
    {
        var kind = context.Resource.Kind;
        if (!context.Workload.PartsKnown) return $"its {(kind is ResourceKind.Job ? "executions" : "revisions")} could not all be read, so that nobody could tell whether something listed is left";
        if (context.Options.Image is { } image)
        {
            if (context.Options.Revision is not null) return "a revision and an image are named; name one";
            if (!ImageReference.TryParse(image, out var reference, out var fault)) return $"the image that is named is no reference: {fault}";
            if (reference.Digest is null) return "the image that is named has no digest, and a tag may lead elsewhere tomorrow";
            if (KeptInspection.Find(context.Options.Inspections, image) is { IsBad: true } inspection) return $"the image that is named {inspection.Says}";
            if (!context.Workload.Template.IsListed) return "the template has nothing listed that the image could replace; name a revision instead";
        }
        else if (kind is ResourceKind.Job)
        {
            return "a job has no revisions to go back to; name a good image by its digest with --image";
        }
        else if (context.Good is null)
        {
            if (context.Options.Revision is { } asked)
            {
                return context.Choices.FirstOrDefault(choice => choice.Part.Name == asked) is { } choice ? $"the revision that is named is not good: {string.Join("; ", choice.WhyNot)}" : "there is no revision of the name that is given";
            }

            return "no revision is known to be good; name a good image by its digest with --image";
        }

        using var template = JsonDocument.Parse((kind is ResourceKind.Job ? NewTemplate(context)["template"]! : NewTemplate(context)).ToJsonString());
        var verdicts = context.Reader.Judge(context.Resource, template.RootElement);
        if (verdicts.Any(verdict => verdict is Verdict.Malicious)) return "what would be deployed is listed itself";
        return verdicts.Any(verdict => verdict is Verdict.Undecided) ? "what would be deployed cannot be judged" : null;
    }

    public IReadOnlyList<ResponseStep> Steps(ResponseContext context) => context.Resource.Kind is ResourceKind.Job ? JobSteps(context) : RevisionSteps(context);

    public string? Missing(Workload? after)
    {
        if (after is null) return "it is gone";
        if (!after.PartsKnown) return "its revisions or executions could not all be read";
        return after.Listed.FirstOrDefault() is { } listed ? $"something listed is still in {(listed.Kind is PartKind.Template ? "the template" : listed.Name)}" : null;
    }

    static List<ResponseStep> JobSteps(ResponseContext context)
    {
        var (resource, workload) = (context.Resource, context.Workload);

        // The method has no mask: it takes the whole job.
        JsonObject body = [];
        foreach (var field in (string[])["name", "labels", "annotations", "launchStage", "binaryAuthorization"]) TemplateCopy.Field(workload.Json, field, body);
        body["template"] = NewTemplate(context);
        return
        [
            new()
            {
                Kind = StepKind.Update,
                Target = resource.AdminName,
                What = $"Give the job {resource.Name} the image {context.Options.Image}.",
                Body = body,
                Command = GcloudCommand.Of(resource, "jobs", "update", resource.Name, $"--image={context.Options.Image}"),
            },
            .. workload.Parts.Where(part => part is { IsRunning: true, IsListed: true }).Select(StopResponse.Cancel(resource)),
        ];
    }

    static List<ResponseStep> RevisionSteps(ResponseContext context)
    {
        var (resource, workload) = (context.Resource, context.Workload);
        var isService = resource.Kind is ResourceKind.Service;
        var good = context.Options.Image is null ? context.Good!.Part : null;
        var image = context.Options.Image ?? (good!.Containers is [var only] ? RevisionChoice.Pinned(only) : null);
        var share = isService ? "traffic" : "instanceSplits";
        return
        [
            new()
            {
                Kind = StepKind.Update,
                Target = resource.AdminName,
                What = good is null
                    ? $"Deploy the present template with the image {image}, with all {(isService ? "traffic" : "instances")}, and without tags on listed revisions."
                    : $"Deploy the template of {good.Name} again, with all {(isService ? "traffic" : "instances")}, and without tags on listed revisions.",
                UpdateMask = $"template,{share}",
                Body = new() { ["template"] = NewTemplate(context), [share] = isService ? TrafficWithout(workload) : new JsonArray((JsonNode)new JsonObject { ["type"] = "INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST", ["percent"] = 100 }) },
                Command = image is null ? "" : GcloudCommand.Of(resource, GcloudCommand.Noun(resource), isService ? "update" : "deploy", resource.Name, $"--image={image}"),
            },
            .. workload.Parts.Where(part => part is { Kind: PartKind.Revision, IsListed: true }).Select(part => new ResponseStep
            {
                Kind = StepKind.Delete,
                Target = part.FullName,
                What = $"Delete the revision {part.Name}.",
                Command = isService ? GcloudCommand.Of(resource, "revisions", "delete", part.Name) : GcloudCommand.Of(resource, "worker-pools", "revisions", "delete", part.Name),
                CannotUndo = "a deleted revision cannot be brought back; undo deploys its template as a new one",
            }),
        ];
    }

    /// <summary>Tags of revisions that are not listed stay.</summary>
    static JsonArray TrafficWithout(Workload workload)
    {
        var listed = workload.Parts.Where(part => part is { Kind: PartKind.Revision, IsListed: true }).Select(part => part.Name).ToHashSet(StringComparer.Ordinal);
        var known = workload.Parts.Where(part => part is { Kind: PartKind.Revision, IsListed: false }).Select(part => part.Name).ToHashSet(StringComparer.Ordinal);
        JsonArray traffic = new((JsonNode)new JsonObject { ["type"] = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", ["percent"] = 100 });
        foreach (var target in workload.Json.Items("traffic").Where(target => target.Text("tag") != ""))
        {
            var revision = AdminJson.LastPart(target.Text("revision"));
            if (Traffic.IsLatest(target)) traffic.Add((JsonNode)new JsonObject { ["type"] = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", ["tag"] = target.Text("tag") });
            else if (known.Contains(revision) && !listed.Contains(revision)) traffic.Add((JsonNode)new JsonObject { ["type"] = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", ["revision"] = revision, ["tag"] = target.Text("tag") });
        }

        return traffic;
    }

    static JsonObject NewTemplate(ResponseContext context)
    {
        if (context.Options.Image is { } image) return TemplateCopy.WithImage(context.Workload, image);
        return TemplateCopy.OfRevision(context.Good!.Part);
    }
}
