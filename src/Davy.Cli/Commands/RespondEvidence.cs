using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Cli.Client;
using Davy.Responses;

namespace Davy.Cli.Commands;

/// <summary>What is kept with a record before anything is changed, beside the workload, its revisions and its policy.</summary>
static class RespondEvidence
{
    /// <summary>All of it for one plan.</summary>
    /// <param name="call">The run of the command.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="finding">The finding as davyd tells it now; null where the plan has none.</param>
    public static IReadOnlyList<ResponseEvidence> Of(RespondCall call, ResponsePlan plan, ReportedFinding? finding)
    {
        List<ResponseEvidence> all = [];
        if (finding is not null) all.Add(new("finding.json", "the finding with its log entries", (_, cancel) => FindingAsync(call, plan, finding, cancel)));
        if (plan.Options.Inspections is { Count: > 0 } inspections)
        {
            all.Add(new("inspections.json", "the report of the image", (_, _) => Task.FromResult(new JsonObject { ["inspections"] = new JsonArray([.. inspections.Select(inspection => (JsonNode)inspection.ToJson())]) })));
        }

        all.AddRange(RespondInspection.Saving(call, plan));
        return all;
    }

    /// <summary>The finding with its log entries, and what davyd remembers of the deployments: as it tells them, without secrets.</summary>
    static async Task<JsonObject> FindingAsync(RespondCall call, ResponsePlan plan, ReportedFinding finding, CancellationToken cancel)
    {
        try
        {
            var deployments = await call.Api().DeploymentsAsync(plan.Resource.AdminName, cancel);
            return new() { ["finding"] = Node(finding.Json), ["deployments"] = Node(deployments.TryGetProperty("deployments", out var list) ? list : default) };
        }
        catch (ServerException fault)
        {
            throw new IOException(fault.Message, fault);
        }
    }

    static JsonNode? Node(JsonElement json) => json.ValueKind is JsonValueKind.Undefined ? null : JsonNode.Parse(json.GetRawText());
}
