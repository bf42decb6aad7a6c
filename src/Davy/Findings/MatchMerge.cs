using System.Text.Json.Nodes;

namespace Davy.Findings;

/// <summary>Which of two matches a finding shows: the certain one before the possible one, and a list's before that of an inspection, whichever came first.</summary>
static class MatchMerge
{
    /// <summary>Keeps what follows from the surer match: the match itself, severity and description.</summary>
    /// <param name="before">The finding as it is kept.</param>
    /// <param name="found">The finding as it was found; it becomes the finding to keep.</param>
    /// <returns>Less than 0 where the kept match is the surer one, more than 0 where the found one is, 0 where both are as sure.</returns>
    public static int Join(JsonObject before, JsonObject found)
    {
        var order = Rank(found).CompareTo(Rank(before));
        if (order >= 0 || before.At("sourceProperties", "properties", "match") is not { } match || found.At("sourceProperties", "properties") is not JsonObject properties) return order;

        properties["match"] = match.DeepClone();
        foreach (var name in (ReadOnlySpan<string>)["severity", "description"])
        {
            if (before[name] is { } value) found[name] = value.DeepClone();
        }

        if (before.At("sourceProperties", "detectionPriority") is { } priority) found["sourceProperties"]!["detectionPriority"] = priority.DeepClone();
        return order;
    }

    static int Rank(JsonObject finding)
    {
        var match = finding.At("sourceProperties", "properties", "match");
        if (match is null) return 0;
        return (match.Text("certainty") == "certain" ? 4 : 2) + (match.Text("foundBy") == "" ? 1 : 0);
    }
}
