using System.Text.Json.Nodes;

namespace Davy.Findings;

/// <summary>
/// Which changes of a finding are told on: an occurrence with a new actor or digest, and a change of state, mute, severity or verdict; of findings that are not Davy's,
/// whatever their sender changed. Never evidence alone, nor marks and external systems, which people wrote themselves.
/// </summary>
static class Noteworthy
{
    static readonly string[] Judged = ["state", "mute", "severity", "category"];

    static readonly string[] NeverAlone =
        ["eventTime", "securityMarks", "externalSystems", "logEntries", "muteInfo", "muteUpdateTime", "muteInitiator", "contacts"];

    public static bool Between(JsonObject before, JsonObject after)
    {
        if (Judged.Any(name => before.Text(name) != after.Text(name))) return true;

        var properties = after.At("sourceProperties", "properties");
        if (properties.At("detector") is null) return !JsonNode.DeepEquals(Rest(before), Rest(after));

        return !JsonNode.DeepEquals(before.At("sourceProperties", "properties", "match", "certainty"), properties.At("match", "certainty"))
            || !JsonNode.DeepEquals(before.At("sourceProperties", "properties", "match", "kind"), properties.At("match", "kind"))
            || Deployments(after).Except(Deployments(before)).Any();
    }

    static IEnumerable<(string Actor, string Digest)> Deployments(JsonObject finding) =>
        finding.At("sourceProperties", "properties", "occurrences", "list").Objects()
            .Select(occurrence => (occurrence.Text("actor", "principal"), occurrence.Text("digest")));

    static JsonObject Rest(JsonObject finding)
    {
        var rest = (JsonObject)finding.DeepClone();
        foreach (var name in NeverAlone) rest.Remove(name);
        (rest["sourceProperties"] as JsonObject)?.Remove("evidence");
        return rest;
    }
}
