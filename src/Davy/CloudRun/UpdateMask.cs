using System.Text.Json;
using Davy.Logs;

namespace Davy.CloudRun;

/// <summary>The field mask of an update: what it does not name is not applied (https://google.aip.dev/134).</summary>
static class UpdateMask
{
    /// <summary>Where containers stand below a service or worker pool, and below a job; in API v2 and in Knative v1.</summary>
    static readonly string[][] ContainerPaths =
    [
        ["template", "containers"],
        ["template", "template", "containers"],
        ["spec", "template", "spec", "containers"],
        ["spec", "template", "spec", "template", "spec", "containers"],
    ];

    /// <summary>
    /// Whether the update changes the containers: it does where there is no mask, and where one of its paths leads to or from them. An update that may create what is missing
    /// applies the whole body where it does so, and nothing tells whether it did.
    /// </summary>
    /// <param name="request">The request's body.</param>
    /// <returns>False where the mask leaves the containers as they are.</returns>
    /// <exception cref="EntryRejectedException">A text is not valid Unicode.</exception>
    public static bool ReachesContainers(JsonValue request)
    {
        var paths = Paths(request.Field("updateMask"u8) is { ValueKind: not JsonValueKind.Undefined } camel ? camel : request.Field("update_mask"u8));
        return paths.Count == 0 || request.IsTrue("allowMissing"u8) || request.IsTrue("allow_missing"u8) || paths.Exists(Reaches);
    }

    /// <summary>A mask is a string of paths in JSON, but a structured log may show it as the message it is.</summary>
    static List<string> Paths(JsonValue mask) => mask.ValueKind switch
    {
        JsonValueKind.String => [.. mask.TextOrEmpty.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
        JsonValueKind.Object => Paths(mask.Field("paths"u8)),
        JsonValueKind.Array => OfItems(mask),
        _ => [],
    };

    static List<string> OfItems(JsonValue masks)
    {
        List<string> paths = [];
        foreach (var mask in masks.Items) paths.AddRange(Paths(mask));
        return paths;
    }

    static bool Reaches(string path)
    {
        var segments = path.Split('.');
        if (segments[0] is "*") return true;
        if (segments[0] is "service" or "job" or "worker_pool" or "workerPool") segments = segments[1..];

        return segments.Length == 0
            || Array.Exists(ContainerPaths, containers => segments.Zip(containers).All(pair => pair.First == pair.Second || pair.First == "*"));
    }
}
