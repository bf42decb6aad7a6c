using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Images;

namespace Davy.Responses;

/// <summary>
/// Plans for the workloads of an incident in one project, reviewed as one and confirmed by project and count. Each is a plan like any other, with every guard of its own: what stops one of them
/// stops none of the others.
/// </summary>
public sealed record ResponsePlanSet
{
    const int Version = 1;

    /// <summary>How many plans a set may have.</summary>
    public const int MostMembers = 100;

    /// <summary>The project that they are all in.</summary>
    public required string Project { get; init; }

    /// <summary>The plans.</summary>
    public required IReadOnlyList<ResponsePlan> Members { get; init; }

    /// <summary>The hash of the whole set, in hexadecimal.</summary>
    public string Hash { get; init; } = "";

    /// <summary>What has to be typed: <c>acme-prod:3</c>.</summary>
    public string Confirmation => string.Create(CultureInfo.InvariantCulture, $"{Project}:{Members.Count}");

    /// <summary>The set as a file has it, with what was not planned and why.</summary>
    /// <param name="project">The project.</param>
    /// <param name="workloads">All workloads of the incident.</param>
    /// <param name="now">The time.</param>
    /// <param name="around">What else was looked up, such as where else the same images are; null for nothing.</param>
    public static JsonObject ToJson(string project, IReadOnlyList<PlannedWorkload> workloads, DateTimeOffset now, JsonObject? around = null)
    {
        JsonObject json = new()
        {
            ["davyResponsePlanSet"] = Version,
            ["createdAt"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["project"] = project,
            ["plans"] = new JsonArray([.. workloads.Where(each => each.Plan is not null).Select(each => (JsonNode)each.Plan!.ToJson(each.Context!))]),
            ["notPlanned"] = new JsonArray([.. workloads.Where(each => each.Plan is null).Select(each => (JsonNode)new JsonObject
            {
                ["about"] = each.About, ["findings"] = new JsonArray([.. each.Places.Select(place => (JsonNode)JsonValue.Create(place))]), ["why"] = each.WhyNot,
            })]),
        };
        foreach (var (name, value) in around ?? []) json[name] = value?.DeepClone();
        json["hash"] = PlanFile.HashOf(json);
        return json;
    }

    /// <summary>Reads a file that has a plan or a set of plans.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The set; null, and the plan, where it is one plan.</returns>
    /// <exception cref="UnreadableFileException">It is neither, or was changed.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static (ResponsePlanSet? Set, ResponsePlan? Plan) Read(string path)
    {
        var root = PlanFile.Read(path);
        return root.Text("davyResponsePlanSet") == "" ? (null, ResponsePlan.Of(root, path)) : (Of(root, path), null);
    }

    static ResponsePlanSet Of(JsonElement root, string path)
    {
        if (root.Text("davyResponsePlanSet") != "1") throw PlanFile.Wrong(path, "it is no set of plans of davy, or of another version");
        PlanFile.Check(root, path);

        List<ResponsePlan> plans = [.. root.Items("plans").Select(each => ResponsePlan.Of(each, path))];
        var project = root.Text("project");
        if (plans.Count is 0) throw PlanFile.Wrong(path, "the set has no plan: nothing can be done");
        if (plans.Count > MostMembers || plans.Exists(plan => plan.Resource.Project != project) || plans.DistinctBy(plan => plan.Resource).Count() != plans.Count)
        {
            throw PlanFile.Wrong(path, $"a set has at most {MostMembers} plans, all for workloads of one project, each workload once");
        }

        ResponsePlanSet set = new() { Project = project, Members = plans, Hash = root.Text("hash") };
        return set with { Members = [.. plans.Select(plan => plan with { Set = set.Hash, Confirmation = set.Confirmation })] };
    }
}
