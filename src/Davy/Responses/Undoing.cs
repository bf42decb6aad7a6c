using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.CloudRun;

namespace Davy.Responses;

/// <summary>The steps back: each field that a step changed gets the value that was there before.</summary>
static class Undoing
{
    /// <summary>Makes them, the last step's first.</summary>
    /// <param name="resource">The workload.</param>
    /// <param name="before">It, before the response.</param>
    /// <param name="policy">Who could do what before the response.</param>
    /// <param name="done">What was done.</param>
    public static IReadOnlyList<ResponseStep> Steps(CloudRunResource resource, JsonElement before, JsonElement policy, IReadOnlyList<ResponseStep> done) =>
        [.. done.Where(step => step.CannotUndo == "").Reverse().Select(step => Back(resource, before, policy, step, [.. done.Where(each => each.Kind is StepKind.Delete).Select(each => AdminJson.LastPart(each.Target))]))];

    static ResponseStep Back(CloudRunResource resource, JsonElement before, JsonElement policy, ResponseStep step, HashSet<string> deleted)
    {
        JsonObject body = [];
        if (step.Kind is StepKind.Policy)
        {
            body = JsonObject.Create(policy)!;
            body.Remove("etag");
            return new() { Kind = StepKind.Policy, Target = step.Target, What = $"Give back who could do what with {resource.Name}.", Body = body };
        }

        foreach (var field in step.Body!.Select(member => member.Key))
        {
            TemplateCopy.Field(before, field, body);
            if (field == "template" && body["template"] is JsonObject template) template.Remove("revision");

            // Without this the field would be left out, and mean something else for either kind.
            if (field == "scaling" && !body.ContainsKey("scaling")) body["scaling"] = resource.Kind is ResourceKind.Service ? new JsonObject { ["scalingMode"] = "AUTOMATIC" } : new JsonObject { ["manualInstanceCount"] = 1 };
        }

        foreach (var share in (string[])["traffic", "instanceSplits"])
        {
            if (step.Body!.ContainsKey(share)) body[share] = Followed(body[share] as JsonArray, deleted, share == "traffic");
        }

        return new() { Kind = StepKind.Update, Target = step.Target, What = $"Give {resource.Name} back what it had: {string.Join(", ", step.Body!.Select(member => member.Key))}.", UpdateMask = step.UpdateMask, Body = body };
    }

    /// <summary>A target on a revision that the response deleted leads nowhere; what is made of the old template takes its place.</summary>
    static JsonArray Followed(JsonArray? before, HashSet<string> deleted, bool isTraffic)
    {
        var latest = isTraffic ? "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" : "INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST";
        List<JsonObject> after = [];
        var percent = 0;
        foreach (var target in (before ?? []).OfType<JsonObject>())
        {
            using var read = JsonDocument.Parse(target.ToJsonString());
            if (!Traffic.IsLatest(read.RootElement) && !deleted.Contains(AdminJson.LastPart(read.RootElement.Text("revision"))))
            {
                after.Add(target.DeepClone().AsObject());
                continue;
            }

            percent += read.RootElement.Count("percent");
            if (read.RootElement.Text("tag") is { Length: > 0 } tag) after.Add(new() { ["type"] = latest, ["tag"] = tag });
        }

        if (percent > 0 || after.Count == 0) after.Insert(0, new() { ["type"] = latest, ["percent"] = percent > 0 ? percent : 100 });
        return new([.. after.Select(target => (JsonNode)target)]);
    }
}
