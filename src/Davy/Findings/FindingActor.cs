using System.Text.Json.Nodes;

namespace Davy.Findings;

/// <summary>Who deployed, in the documents of findings: told later than the deployment itself, or by a surer way.</summary>
static class FindingActor
{
    static readonly string[] Surest = ["operation", "nearInTime", "annotation"];

    /// <summary>Tells a finding who made one of its deployments, and so perhaps who made the first.</summary>
    /// <param name="finding">The finding's document.</param>
    /// <param name="occurrence">The deployment's id.</param>
    /// <param name="actor">Who made it, as it stands in documents.</param>
    public static void Fill(JsonObject finding, string occurrence, JsonObject actor)
    {
        if (finding.At("sourceProperties", "properties") is not JsonObject properties) return;

        foreach (var deployment in properties.At("occurrences", "list").Objects().Where(each => each.Text("id") == occurrence))
        {
            if (!IsSurer(actor, deployment["actor"])) continue;
            deployment["actor"] = actor.DeepClone();
            deployment.Remove("whyNoActor");
        }

        Lead(finding, properties);
    }

    /// <summary>Whether one way of knowing an actor is surer than another; any is surer than none.</summary>
    public static bool IsSurer(JsonNode? one, JsonNode? other) => Rank(one) < Rank(other);

    /// <summary>Names at the head of a finding who made the first deployment of which that is known.</summary>
    public static void Lead(JsonObject finding, JsonObject properties)
    {
        if (properties.At("occurrences", "list").Objects().Select(occurrence => occurrence["actor"]).OfType<JsonObject>().FirstOrDefault() is not { } actor) return;

        if (!JsonNode.DeepEquals(properties["actor"], actor)) properties["actor"] = actor.DeepClone();
        properties.Remove("whyNoActor");
        if (finding["access"] is not JsonObject access) return;
        foreach (var (name, value) in new[] { ("principalEmail", actor.Text("principal")), ("callerIp", actor.Text("callerIp")), ("userAgent", actor.Text("userAgent")) })
        {
            if (value == "") access.Remove(name);
            else if (access.Text(name) != value) access[name] = value;
        }
    }

    static int Rank(JsonNode? actor) => actor is not JsonObject ? Surest.Length + 1 : Array.IndexOf(Surest, actor.Text("basis")) is var rank and >= 0 ? rank : Surest.Length;
}
