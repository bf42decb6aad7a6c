using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.CloudRun;
using Davy.Detection;

namespace Davy.Responses;

/// <summary>Makes templates of what was deployed before (https://cloud.google.com/run/docs/reference/rest/v2/RevisionTemplate).</summary>
static class TemplateCopy
{
    /// <summary>The fields that a revision and the template of one have in common.</summary>
    static readonly string[] Shared =
    [
        "labels", "annotations", "scaling", "vpcAccess", "timeout", "serviceAccount", "containers", "volumes", "executionEnvironment", "encryptionKey", "encryptionKeyRevocationAction",
        "encryptionKeyShutdownDuration", "maxInstanceRequestConcurrency", "serviceMesh", "sessionAffinity", "nodeSelector", "gpuZonalRedundancyDisabled",
    ];

    /// <summary>Names that the API keeps for itself and refuses in a request.</summary>
    static readonly string[] Reserved = ["run.googleapis.com", "cloud.googleapis.com", "serving.knative.dev", "autoscaling.knative.dev", "client.knative.dev"];

    /// <summary>The template that a revision was made of, with its images by digest.</summary>
    public static JsonObject OfRevision(WorkloadPart revision)
    {
        JsonObject template = [];
        foreach (var field in Shared) Field(revision.Json, field, template);
        var containers = template["containers"]!.AsArray();
        for (var at = 0; at < containers.Count && at < revision.Containers.Count; at++)
        {
            if (containers[at] is JsonObject container && RevisionChoice.Pinned(revision.Containers[at]) is { } pinned) container["image"] = pinned;
        }

        return template;
    }

    /// <summary>The present template, with an image in the place of each that is listed. A container that is listed for its command gets the image's own.</summary>
    public static JsonObject WithImage(Workload workload, string image)
    {
        var template = JsonObject.Create(workload.Json.Member("template"))!.DeepClone().AsObject();

        // A revision's name is given anew.
        template.Remove("revision");
        var holder = workload.Resource.Kind is ResourceKind.Job ? template["template"]!.AsObject() : template;
        var listed = workload.Template.Verdicts.OfType<Verdict.Malicious>().ToList();
        var containers = holder["containers"]!.AsArray();
        for (var at = 0; at < containers.Count; at++)
        {
            var own = listed.Where(verdict => ReferenceEquals(verdict.Container, workload.Template.Containers[at])).ToList();
            if (own.Count == 0 || containers[at] is not JsonObject container) continue;
            container["image"] = image;
            if (!own.Exists(verdict => verdict.Match.Kind is null)) continue;
            container.Remove("command");
            container.Remove("args");
        }

        return template;
    }

    /// <summary>Copies a field where there is one.</summary>
    public static void Field(JsonElement from, string name, JsonObject to)
    {
        var value = from.Member(name);
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return;
        if (name is not ("labels" or "annotations"))
        {
            to[name] = JsonNode.Parse(value.GetRawText());
            return;
        }

        JsonObject kept = [];
        foreach (var member in value.EnumerateObject())
        {
            if (!Reserved.Any(reserved => member.Name.Split('/')[0].EndsWith(reserved, StringComparison.Ordinal))) kept[member.Name] = member.Value.Text();
        }

        if (kept.Count > 0) to[name] = kept;
    }
}
