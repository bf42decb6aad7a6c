using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.CloudRun;

namespace Davy.Responses;

/// <summary>Shuts the doors of a service. A miner needs none: it calls out, and is not called.</summary>
sealed class CloseResponse : IResponse
{
    static readonly string[] Public = ["allUsers", "allAuthenticatedUsers"];

    public string Name => "close";

    public string Does(ResourceKind kind) => "Lets nobody outside reach the service, and takes the right to call it from everybody who is not named. It does not stop a miner.";

    public string Costs(ResourceKind kind) => "Callers from outside get an error. What runs goes on running: a miner calls out, and needs no door.";

    public IReadOnlyList<string> Permissions(ResourceKind kind) => ["run.services.get", "run.services.update", "run.services.getIamPolicy", "run.services.setIamPolicy", "run.operations.get"];

    public string? WhyNot(ResponseContext context)
    {
        if (context.Resource.Kind is not ResourceKind.Service) return $"a {context.Resource.Kind.Title} has no address that could be closed";
        if (context.Workload.Policy is null) return "who may do what with it could not be read";
        return Steps(context).Count == 0 ? "it is closed already" : null;
    }

    public IReadOnlyList<ResponseStep> Steps(ResponseContext context)
    {
        var (resource, json) = (context.Resource, context.Workload.Json);
        List<ResponseStep> steps = [];

        var (wanted, word) = context.Options.NoIngress ? ("INGRESS_TRAFFIC_NONE", "none") : ("INGRESS_TRAFFIC_INTERNAL_ONLY", "internal");
        JsonObject body = [];
        if (json.Text("ingress") is var ingress && ingress != "INGRESS_TRAFFIC_NONE" && ingress != wanted) body["ingress"] = wanted;
        if (json.Flag("invokerIamDisabled")) body["invokerIamDisabled"] = false;
        if (body.Count > 0)
        {
            steps.Add(new()
            {
                Kind = StepKind.Update,
                Target = resource.AdminName,
                What = body.ContainsKey("ingress") ? $"Set the ingress of {resource.Name} to {word}." : $"Ask callers of {resource.Name} who they are again.",
                UpdateMask = string.Join(',', body.Select(member => member.Key)),
                Body = body,
                // gcloud has no word for no ingress at all.
                Command = context.Options.NoIngress ? "" : GcloudCommand.Of(resource, ["services", "update", resource.Name,
                    .. body.ContainsKey("ingress") ? ["--ingress=internal"] : Array.Empty<string>(), .. body.ContainsKey("invokerIamDisabled") ? ["--invoker-iam-check"] : Array.Empty<string>()]),
            });
        }

        if (context.Workload.Policy is { } policy && Invokers(policy).Any())
        {
            steps.Add(new()
            {
                Kind = StepKind.Policy,
                Target = resource.AdminName,
                What = $"Take from {string.Join(" and ", Invokers(policy).Distinct())} what they may do with {resource.Name}.",
                Body = Without(policy),
                Command = Commands(resource, policy),
            });
        }

        return steps;
    }

    public string? Missing(Workload? after) =>
        after is null ? null
        : after.Json.Text("ingress") is not ("INGRESS_TRAFFIC_INTERNAL_ONLY" or "INGRESS_TRAFFIC_NONE") ? "it can still be reached from outside"
        : after.Json.Flag("invokerIamDisabled") ? "it still asks nobody who they are"
        : after.Policy is not { } policy ? "who may do what with it could not be read"
        : Invokers(policy).Any() ? "the public may still call it" : null;

    /// <summary>The members of a policy that stand for everybody.</summary>
    static IEnumerable<string> Invokers(JsonElement policy) => policy.Items("bindings").SelectMany(binding => binding.Items("members")).Select(member => member.Text()).Where(member => Public.Contains(member));

    static JsonObject Without(JsonElement policy)
    {
        var json = JsonObject.Create(policy)!;
        json.Remove("etag");
        JsonArray bindings = [];
        foreach (var binding in policy.Items("bindings"))
        {
            var members = binding.Items("members").Where(member => !Public.Contains(member.Text())).Select(member => JsonValue.Create(member.Text())).ToArray<JsonNode?>();
            if (members.Length == 0 || JsonObject.Create(binding) is not { } kept) continue;
            kept["members"] = new JsonArray(members);
            bindings.Add((JsonNode)kept);
        }

        json["bindings"] = bindings;
        return json;
    }

    static string Commands(CloudRunResource resource, JsonElement policy)
    {
        var all = policy.Items("bindings").SelectMany(binding => binding.Items("members").Select(member => member.Text()).Where(member => Public.Contains(member))
            .Select(member => GcloudCommand.Of(resource, "services", "remove-iam-policy-binding", resource.Name, $"--member={member}", $"--role={binding.Text("role")}"))).ToList();
        return all.Contains("") ? "" : string.Join(" && ", all);
    }
}
