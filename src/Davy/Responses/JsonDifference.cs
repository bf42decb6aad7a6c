using System.Text.Json;
using System.Text.Json.Nodes;

namespace Davy.Responses;

/// <summary>One place where two objects differ.</summary>
/// <param name="Path">The place: <c>template.containers[0].image</c>; hostile, like the values.</param>
/// <param name="Before">The value before; empty where there was none.</param>
/// <param name="After">The value afterwards; empty where there is none.</param>
public sealed record JsonDifference(string Path, string Before, string After)
{
    const string Hidden = "(not shown)";
    const int Most = 200;

    static readonly string[] Outputs =
    [
        "etag", "updateTime", "createTime", "conditions", "terminalCondition", "observedGeneration", "reconciling", "trafficStatuses", "instanceSplitStatuses", "lastModifier", "latestReadyRevision",
        "latestCreatedRevision", "latestCreatedExecution", "executionCount", "generation", "uid", "uri", "urls", "creator", "satisfiesPzs", "expireTime", "client", "clientVersion",
    ];

    /// <summary>Where what a person can set differs. Values of environment variables, arguments and commands are not shown, for they can hold secrets.</summary>
    /// <param name="before">The object before.</param>
    /// <param name="after">The object afterwards.</param>
    internal static IReadOnlyList<JsonDifference> Of(JsonNode? before, JsonNode? after)
    {
        List<JsonDifference> found = [];
        Compare("", before, after, found);
        return found;
    }

    /// <summary>What of an object a person can set, with what can hold secrets hidden.</summary>
    /// <param name="json">The object.</param>
    internal static JsonObject Shown(JsonElement json)
    {
        if (json.ValueKind is not JsonValueKind.Object) return [];
        var shown = JsonObject.Create(json)!.DeepClone().AsObject();
        foreach (var output in Outputs) shown.Remove(output);
        foreach (var member in shown.ToList()) shown[member.Key] = Hide(member.Key, member.Value);
        return shown;
    }

    /// <summary>What a step changes.</summary>
    /// <param name="step">The step.</param>
    /// <param name="workload">What it changes.</param>
    public static IReadOnlyList<JsonDifference> Of(ResponseStep step, Workload workload)
    {
        if (step.Body is null || step.Kind is StepKind.Delete or StepKind.Cancel) return [];

        var before = JsonObject.Create(step.Kind is StepKind.Policy ? workload.Policy ?? default : workload.Json) ?? [];
        JsonObject was = [];
        foreach (var member in step.Body)
        {
            if (before[member.Key] is { } value) was[member.Key] = value.DeepClone();
        }

        return Of(was, step.Body);
    }

    static void Compare(string path, JsonNode? before, JsonNode? after, List<JsonDifference> found)
    {
        if (found.Count >= Most || JsonNode.DeepEquals(before, after)) return;
        if (before is JsonObject or null && after is JsonObject or null && (before is not null || after is not null))
        {
            var names = ((before as JsonObject)?.Select(each => each.Key) ?? []).Union((after as JsonObject)?.Select(each => each.Key) ?? []).Order(StringComparer.Ordinal);
            foreach (var name in names.Where(name => path != "" || !Outputs.Contains(name))) Compare(path == "" ? name : $"{path}.{name}", before?[name], after?[name], found);
        }
        else if (before is JsonArray or null && after is JsonArray or null)
        {
            var (left, right) = (before as JsonArray, after as JsonArray);
            for (var at = 0; at < Math.Max(left?.Count ?? 0, right?.Count ?? 0); at++) Compare($"{path}[{at}]", at < left?.Count ? left[at] : null, at < right?.Count ? right[at] : null, found);
        }
        else
        {
            var isHidden = IsHidden(path);
            found.Add(new(path, isHidden && before is not null ? Hidden : Said(before), isHidden && after is not null ? Hidden : Said(after)));
        }
    }

    static JsonNode? Hide(string path, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject fields:
                return new JsonObject(fields.Select(each => KeyValuePair.Create(each.Key, Hide($"{path}.{each.Key}", each.Value))));
            case JsonArray list:
                return new JsonArray([.. list.Select((each, at) => Hide($"{path}[{at}]", each))]);
            default:
                return value is not null && IsHidden(path) ? Hidden : value?.DeepClone();
        }
    }

    static bool IsHidden(string path) =>
        (path.Contains(".env[", StringComparison.Ordinal) && path.EndsWith(".value", StringComparison.Ordinal)) || path.Contains(".args[", StringComparison.Ordinal) || path.Contains(".command[", StringComparison.Ordinal);

    static string Said(JsonNode? value) => value switch
    {
        null => "",
        JsonValue text when text.GetValueKind() is JsonValueKind.String && text.TryGetValue<string>(out var said) => said,
        _ => value.ToJsonString(),
    };
}
