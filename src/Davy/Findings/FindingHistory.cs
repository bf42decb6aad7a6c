using System.Text.Json.Nodes;

namespace Davy.Findings;

/// <summary>What ran before, in the documents of findings. A scan may know more of it than the watch remembers.</summary>
static class FindingHistory
{
    /// <summary>Whether one tells more than another: of a later deployment before the finding, else of more deployments by the actor.</summary>
    /// <param name="one">What ran before, as it stands in documents; null where it is not known.</param>
    /// <param name="other">The same.</param>
    public static bool IsFuller(JsonNode? one, JsonNode? other) => one is JsonObject && (other is not JsonObject || Weight(one).CompareTo(Weight(other)) > 0);

    /// <summary>Writes what is known now of what ran before, unless what stands there is not the watch's and tells more.</summary>
    /// <param name="properties">The finding's properties.</param>
    /// <param name="written">What the watch wrote last, as JSON; empty for nothing.</param>
    /// <param name="history">What it knows now.</param>
    /// <param name="first">The log time of the finding's first deployment, in nanoseconds: what ran then is not before it.</param>
    public static void Write(JsonObject properties, string written, JsonObject history, long first)
    {
        var isForeign = properties["history"] is JsonObject there && !(written != "" && JsonNode.DeepEquals(there, JsonNode.Parse(written)));
        if (isForeign && FindingRow.Nanos(properties.Text("history", "previousAt")) < first && IsFuller(properties["history"], history)) return;
        if (!JsonNode.DeepEquals(properties["history"], history)) properties["history"] = history;
    }

    static (long PreviousAt, long Deployments) Weight(JsonNode? history) => (FindingRow.Nanos(history.Text("previousAt")), history.At("deploymentsByActor") is JsonValue count && count.TryGetValue<long>(out var number) ? number : 0);
}
