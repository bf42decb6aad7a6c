using System.Text.Json.Nodes;
using Davy.Tests.Fakes;

namespace Davy.Tests.Responses;

/// <summary>What must hold, decided a second time from what the fake has and from nothing of the product: what is listed, what is possible, and what a response would do.</summary>
sealed class WorldRules(FakeCloudRun fake)
{
    /// <summary>Listed by its digest alone; the name is innocent.</summary>
    public const string BadDigest = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    /// <summary>The images that a person names: none twice, a good one, one that is listed by its digest, one without a digest.</summary>
    public static readonly string?[] Images = [null, null, FakeCloudRun.Good, $"us-docker.pkg.dev/acme-prod/apps/shop@{BadDigest}", "us-docker.pkg.dev/acme-prod/apps/shop:latest"];

    /// <summary>The workloads.</summary>
    public static readonly string[] Workloads = [FakeCloudRun.Service, FakeCloudRun.Job, FakeCloudRun.Pool];

    /// <summary>The responses.</summary>
    public static readonly string[] Responses = ["stop", "replace", "delete", "close"];

    /// <summary>Whether something listed is named.</summary>
    public static bool IsListed(JsonNode? json) => json?.ToJsonString() is { } text && (text.Contains("/xmrig", StringComparison.Ordinal) || text.Contains(BadDigest, StringComparison.Ordinal));

    /// <summary>What of a workload runs, can be reached or will run, and is listed.</summary>
    public IEnumerable<string> ListedNow(string name)
    {
        var json = fake.Objects[name];
        if (IsListed(json["template"])) yield return "template";
        foreach (var (child, each) in Children(name))
        {
            if (IsListed(each) && (name == FakeCloudRun.Job ? each["completionTime"] is null : HasShare(json, child))) yield return child;
        }
    }

    /// <summary>Whether something listed is in it at all.</summary>
    public bool HasListed(string name) => ListedNow(name).Any() || (name != FakeCloudRun.Job && Children(name).Any(each => IsListed(each.Json)));

    /// <summary>Whether a response can be made, and what tells it from any other: null where it cannot.</summary>
    public string? Essence(string name, string response, string? image)
    {
        if (!fake.Objects.TryGetValue(name, out var json)) return null;
        var running = Children(name).Where(each => each.Json["completionTime"] is null).ToList();
        var listed = string.Join(',', Children(name).Where(each => IsListed(each.Json)).Select(each => each.Name));
        switch (response, name)
        {
            case ("delete", _):
                return "delete";
            case ("stop", FakeCloudRun.Job):
                return running.Count == 0 ? null : $"cancel {string.Join(',', running.Select(each => each.Name))}";
            case ("stop", _):
                return json["scaling"] is { } scaling && scaling["manualInstanceCount"]?.ToString() == "0" && (name == FakeCloudRun.Pool || (string?)scaling["scalingMode"] == "MANUAL") ? null : "stop";
            case ("close", FakeCloudRun.Service):
                var bindings = fake.Policies[name]["bindings"]?.ToJsonString() ?? "";
                var isPublic = bindings.Contains("allUsers", StringComparison.Ordinal);
                return (string?)json["ingress"] == "INGRESS_TRAFFIC_ALL" || isPublic ? $"close {(isPublic ? bindings : "")}" : null;
            case ("close", _):
                return null;
            case (_, FakeCloudRun.Job):
                return image is null || !IsGiven(image, json) ? null : $"give {image}, cancel {string.Join(',', running.Where(each => IsListed(each.Json)).Select(each => each.Name))}";
            default:
                var good = image is null ? Good(name) : null;
                return (image is null ? good is null : !IsGiven(image, json)) ? null : $"deploy {good} {(good is null ? "" : fake.Objects[good].ToJsonString())} {image}, delete {listed}";
        }
    }

    /// <summary>The revisions or executions of a workload.</summary>
    public IEnumerable<(string Name, JsonObject Json)> Children(string name) =>
        fake.Objects.Where(each => each.Key.StartsWith($"{name}/", StringComparison.Ordinal)).Select(each => (each.Key, each.Value));

    /// <summary>Whether a revision has traffic, instances or a tag.</summary>
    public static bool HasShare(JsonObject owner, string revision)
    {
        var isLatest = (string?)owner["latestCreatedRevision"] == revision || (string?)owner["latestReadyRevision"] == revision;
        var targets = (owner["traffic"] ?? owner["instanceSplits"])!.AsArray();
        return targets.Any(target => target!["revision"] is null ? isLatest : (string?)target["revision"] == revision[(revision.LastIndexOf('/') + 1)..]);
    }

    static bool IsGiven(string image, JsonObject json) => image.Contains("@sha256:", StringComparison.Ordinal) && !IsListed(JsonValue.Create(image)) && IsListed(json["template"]);

    /// <summary>The latest revision that is ready, not listed, known by its digest, and not by anybody who deployed something listed.</summary>
    string? Good(string name)
    {
        HashSet<string?> suspects = [.. Children(name).Where(each => IsListed(each.Json)).Select(each => (string?)each.Json["creator"])];
        if (IsListed(fake.Objects[name]["template"])) suspects.Add((string?)fake.Objects[name]["lastModifier"]);
        return Children(name).Where(each => !IsListed(each.Json) && each.Json["conditions"] is not null && each.Json["containers"]!.ToJsonString().Contains("@sha256:", StringComparison.Ordinal) && !suspects.Contains((string?)each.Json["creator"]))
            .OrderByDescending(each => (string?)each.Json["createTime"], StringComparer.Ordinal).ThenBy(each => each.Name, StringComparer.Ordinal).Select(each => each.Name).FirstOrDefault();
    }
}
