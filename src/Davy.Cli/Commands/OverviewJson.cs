using System.Text.Json.Nodes;
using Davy.Detection;
using Davy.Responses;

namespace Davy.Cli.Commands;

/// <summary>What there is and what could be done, for programs.</summary>
static class OverviewJson
{
    /// <summary>Writes it.</summary>
    /// <param name="context">The workload.</param>
    /// <param name="around">What else was looked up.</param>
    public static JsonObject Of(ResponseContext context, JsonObject around)
    {
        var workload = context.Workload;
        var recommended = Recommendation.Of(context);
        JsonObject json = new()
        {
            ["resource"] = workload.Resource.AdminName,
            ["generation"] = workload.Generation,
            ["etag"] = workload.Etag,
            ["parts"] = Array(workload.Parts.Select(Part)),
            ["revisions"] = Array(context.Choices.Select(choice => new JsonObject { ["name"] = choice.Part.Name, ["good"] = choice.IsGood, ["whyNot"] = Texts(choice.WhyNot) })),
            ["inspections"] = Array(context.Options.Inspections.Select(inspection => inspection.ToJson())),
            ["responses"] = Array(ResponseList.All.Select(response => Response(response, context))),
            ["recommended"] = new JsonObject { ["action"] = recommended.Action, ["why"] = recommended.Why },
            ["unknown"] = Texts(workload.Unknown),
            ["commands"] = Array(Surroundings.Of(workload).Commands.Select(command => new JsonObject { ["what"] = command.What, ["command"] = command.Command })),
        };
        foreach (var (name, value) in around) json[name] = value?.DeepClone();
        return json;
    }

    static JsonObject Part(WorkloadPart part) => new()
    {
        ["kind"] = part.Kind.ToString().ToLowerInvariant(),
        ["name"] = part.FullName,
        ["creator"] = part.Creator,
        ["percent"] = part.Percent,
        ["tags"] = Texts(part.Tags),
        ["running"] = part.IsRunning,
        ["images"] = Texts(part.Containers.Select(container => container.Image?.Text ?? "")),
        ["listed"] = Texts(part.Verdicts.OfType<Verdict.Malicious>().Select(verdict => verdict.Match.Indicator)),
        ["undecided"] = part.IsUndecided,
    };

    static JsonObject Response(IResponse response, ResponseContext context)
    {
        var kind = context.Resource.Kind;
        JsonObject json = new() { ["action"] = response.Name, ["does"] = response.Does(kind), ["costs"] = response.Costs(kind), ["permissions"] = Texts(response.Permissions(kind)) };
        if (response.WhyNot(context) is { } whyNot) json["whyNot"] = whyNot;
        return json;
    }

    static JsonArray Array(IEnumerable<JsonObject> all) => new([.. all.Select(each => (JsonNode)each)]);

    static JsonArray Texts(IEnumerable<string> all) => new([.. all.Select(each => (JsonNode)JsonValue.Create(each))]);
}
