using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Images;

namespace Davy.Responses;

/// <summary>What is to be done, bound to the state that it was made of. Nothing of a plan's file is carried out: the calls are made again from what Cloud Run says, and must be the same.</summary>
public sealed record ResponsePlan
{
    const int Version = 1;

    /// <summary>How long a plan holds.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Under whose credentials.</summary>
    public required string Who { get; init; }

    /// <summary>What it is about.</summary>
    public required CloudRunResource Resource { get; init; }

    /// <summary>The workload's uid.</summary>
    public required string Uid { get; init; }

    /// <summary>The workload's etag.</summary>
    public required string Etag { get; init; }

    /// <summary>The workload's generation.</summary>
    public required string Generation { get; init; }

    /// <summary>The name of the response.</summary>
    public required string Action { get; init; }

    /// <summary>What was asked for.</summary>
    public required ResponseOptions Options { get; init; }

    /// <summary>The hash of the calls.</summary>
    public required string StepsHash { get; init; }

    /// <summary>The finding; empty where the plan was made without one.</summary>
    public string Finding { get; init; } = "";

    /// <summary>The hash of the set that it is a member of; empty for a plan by itself.</summary>
    public string Set { get; init; } = "";

    /// <summary>What has to be typed to confirm it: the workload's name, or for a member of a set project and count.</summary>
    public string Confirmation { get => field == "" ? Resource.Name : field; init; } = "";

    /// <summary>The workload as it was, as far as it can be shown.</summary>
    public JsonObject State { get; init; } = [];

    /// <summary>The calls; empty for a plan that was read from a file.</summary>
    public IReadOnlyList<ResponseStep> Steps { get; init; } = [];

    /// <summary>The hash of the whole plan, in hexadecimal.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Makes a plan.</summary>
    /// <param name="response">What is done.</param>
    /// <param name="context">About what.</param>
    /// <param name="now">The time.</param>
    /// <param name="who">Under whose credentials.</param>
    /// <param name="finding">The finding; empty for none.</param>
    public static ResponsePlan Make(IResponse response, ResponseContext context, DateTimeOffset now, string who, string finding = "")
    {
        var steps = response.Steps(context);
        return new()
        {
            CreatedAt = now,
            Who = who,
            Resource = context.Resource,
            Uid = context.Workload.Uid,
            Etag = context.Workload.Etag,
            Generation = context.Workload.Generation,
            Action = response.Name,
            Options = context.Options,
            StepsHash = ResponseStep.HashOf(steps),
            Finding = finding,
            State = JsonDifference.Shown(context.Workload.Json),
            Steps = steps,
        };
    }

    /// <summary>The plan as a file has it.</summary>
    /// <param name="context">What it was made of.</param>
    /// <param name="around">What else was looked up, such as where else the same image is; null for nothing.</param>
    public JsonObject ToJson(ResponseContext context, JsonObject? around = null)
    {
        JsonObject json = new()
        {
            ["davyResponsePlan"] = Version,
            ["createdAt"] = CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["who"] = Who,
            ["resource"] = Resource.AdminName,
            ["uid"] = Uid,
            ["etag"] = Etag,
            ["generation"] = Generation,
            ["action"] = Action,
        };
        if (Finding != "") json["finding"] = Finding;
        if (Options.Image is { } image) json["image"] = image;
        if (Options.Revision is { } revision) json["revision"] = revision;
        if (Options.NoIngress) json["ingress"] = "none";
        json["listed"] = new JsonArray([.. context.Workload.Listed.SelectMany(part => part.Verdicts.OfType<Verdict.Malicious>()).Select(verdict => (JsonNode)new JsonObject
        {
            ["place"] = verdict.Match.Place, ["image"] = verdict.Container.Image?.Text ?? "", ["indicator"] = verdict.Match.Indicator, ["list"] = verdict.Match.List,
        })]);
        if (Options.Inspections.Count > 0) json["inspections"] = new JsonArray([.. Options.Inspections.Select(inspection => (JsonNode)inspection.ToJson())]);
        json["steps"] = new JsonArray([.. Steps.Select(step => (JsonNode)step.Shown())]);
        json["stepsHash"] = StepsHash;
        json["state"] = State.DeepClone();
        foreach (var (name, value) in around ?? []) json[name] = value?.DeepClone();
        json["hash"] = PlanFile.HashOf(json);
        return json;
    }

    /// <summary>Reads a plan.</summary>
    /// <param name="root">What the file has.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="UnreadableFileException">It is no plan, or was changed.</exception>
    internal static ResponsePlan Of(JsonElement root, string path)
    {
        if (root.Text("davyResponsePlan") != "1" || WorkloadName.Parse(root.Text("resource")) is not { } resource || root.Moment("createdAt") is not { } created) throw PlanFile.Wrong(path, "it is no plan of davy, or of another version");

        PlanFile.Check(root, path);
        return new()
        {
            CreatedAt = created,
            Who = root.Text("who"),
            Resource = resource,
            Uid = root.Text("uid"),
            Etag = root.Text("etag"),
            Generation = root.Text("generation"),
            Action = root.Text("action"),
            Finding = root.Text("finding"),
            Options = new() { Image = Given("image"), Revision = Given("revision"), NoIngress = root.Text("ingress") == "none", Inspections = [.. root.Items("inspections").Select(KeptInspection.Of).OfType<KeptInspection>()] },
            StepsHash = root.Text("stepsHash"),
            Hash = root.Text("hash"),
            State = root.Member("state") is { ValueKind: JsonValueKind.Object } state ? JsonObject.Create(state)! : [],
        };

        string? Given(string name) => root.Text(name) is { Length: > 0 } text ? text : null;
    }
}
