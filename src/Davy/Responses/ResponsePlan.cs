using System.Globalization;
using System.Security.Cryptography;
using System.Text;
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
    const int MostBytes = 4 << 20;

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
            Steps = steps,
        };
    }

    /// <summary>The plan as a file has it.</summary>
    /// <param name="context">What it was made of.</param>
    public JsonObject ToJson(ResponseContext context)
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
        json["steps"] = new JsonArray([.. Steps.Select(step => (JsonNode)step.Shown())]);
        json["stepsHash"] = StepsHash;
        json["hash"] = HashOf(json);
        return json;
    }

    /// <summary>Reads a plan.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UnreadableFileException">It is no plan, or was changed.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ResponsePlan Read(string path)
    {
        JsonObject json;
        JsonElement root;
        try
        {
            root = JsonElement.Parse(UserFile.Read(path, MostBytes), new() { AllowDuplicateProperties = false });
            json = JsonObject.Create(root) ?? throw Wrong(path, "it is no plan of davy");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw Wrong(path, "it is no plan of davy");
        }

        if (root.Text("davyResponsePlan") != "1" || WorkloadName.Parse(root.Text("resource")) is not { } resource || root.Moment("createdAt") is not { } created) throw Wrong(path, "it is no plan of davy, or of another version");

        json.Remove("hash");
        if (root.Text("hash") != HashOf(json)) throw Wrong(path, "it was changed after it was made; make it again");
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
            Options = new() { Image = Given("image"), Revision = Given("revision"), NoIngress = root.Text("ingress") == "none" },
            StepsHash = root.Text("stepsHash"),
            Hash = root.Text("hash"),
        };

        string? Given(string name) => root.Text(name) is { Length: > 0 } text ? text : null;
    }

    static string HashOf(JsonObject json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json.ToJsonString())));

    static UnreadableFileException Wrong(string path, string fault) => new(path, 0, fault);
}
