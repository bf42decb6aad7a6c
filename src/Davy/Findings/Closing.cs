using System.Text.Json.Nodes;
using Davy.Logs;

namespace Davy.Findings;

/// <summary>
/// A finding that a person or a tool closed opens again for a deployment that was made after that, and for nothing else: not for an entry that comes late, a deletion, or an old revision
/// that is ready once more. Whether it does depends on when deployments were made, never on when their entries came.
/// </summary>
static class Closing
{
    const string Name = "closedTime";

    /// <summary>Notes when a finding of Davy's was closed, by our own clock, in <c>properties.closedTime</c>; an open one has none.</summary>
    /// <param name="finding">The finding as it is about to be kept.</param>
    /// <param name="now">The moment.</param>
    public static void Note(JsonObject finding, Timestamp now)
    {
        if (finding.At("sourceProperties", "properties") is not JsonObject properties || properties["detector"] is null) return;
        if (!IsClosed(finding)) properties.Remove(Name);
        else if (properties.Text(Name) == "") properties[Name] = now.ToString();
    }

    /// <summary>Joins the state of a finding that is kept with what was found.</summary>
    /// <param name="before">The finding as it is kept.</param>
    /// <param name="found">What was found, with its own deployments alone; it gets the state to keep.</param>
    public static void Join(JsonObject before, JsonObject found)
    {
        FindingMerge.Keep(before, found, "state");
        if (before.At("sourceProperties", "properties") is not JsonObject known || found.At("sourceProperties", "properties") is not JsonObject properties) return;

        FindingMerge.Keep(known, properties, Name);
        if (!IsClosed(before) || known.Text(Name) is not { Length: > 0 } closed) return;
        if (properties.At("occurrences", "list").Objects().Any(occurrence => occurrence.Text("created") is { Length: > 0 } created && FindingMerge.Earlier(closed, created))) found["state"] = "ACTIVE";
    }

    static bool IsClosed(JsonObject finding) => finding.Text("state") == "INACTIVE";
}
