using System.Text.Json;

namespace Davy.Responses;

/// <summary>Where traffic of a service goes, and instances of a worker pool: what was asked for and what is so are both counted, for the two can differ for minutes.</summary>
static class Traffic
{
    const string Latest = "_LATEST";

    /// <summary>The share and the tags of a revision.</summary>
    /// <param name="owner">The service or worker pool.</param>
    /// <param name="revision">The revision's short name.</param>
    public static (int Percent, IReadOnlyList<string> Tags) Of(JsonElement owner, string revision)
    {
        string[] latest = [AdminJson.LastPart(owner.Text("latestReadyRevision")), AdminJson.LastPart(owner.Text("latestCreatedRevision"))];
        var percent = 0;
        SortedSet<string> tags = new(StringComparer.Ordinal);
        var asked = owner.Items("traffic").Concat(owner.Items("instanceSplits")).ToList();
        if (asked.Count == 0 && latest.Contains(revision)) percent = 100;
        foreach (var target in asked.Concat(owner.Items("trafficStatuses")).Concat(owner.Items("instanceSplitStatuses")))
        {
            if (IsLatest(target) ? !latest.Contains(revision) : AdminJson.LastPart(target.Text("revision")) != revision) continue;
            percent = Math.Max(percent, target.Count("percent"));
            if (target.Text("tag") is { Length: > 0 } tag) tags.Add(tag);
        }

        return (percent, [.. tags]);
    }

    /// <summary>Whether a target follows the latest revision.</summary>
    public static bool IsLatest(JsonElement target) => target.Text("type").EndsWith(Latest, StringComparison.Ordinal) || target.Text("revision") == "";
}
