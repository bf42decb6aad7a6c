using System.Text.Json.Nodes;

namespace Davy.Findings;

/// <summary>
/// Joins what was found again with what is kept. What people did (state, mute, marks, external systems) stays; evidence, containers and occurrences are joined, so that
/// scans of different parts of a log add up, in any order and however often.
/// </summary>
static class FindingMerge
{
    static readonly string[] Kept =
        ["name", "parent", "canonicalName", "createTime", "mute", "muteInfo", "muteUpdateTime", "muteInitiator", "securityMarks", "externalSystems"];

    /// <summary>Verdicts on an image's content: what is known before what is not, and the gravest last.</summary>
    static readonly string[] Verdicts = ["notVerified", "clean", "mentionsMiners", "suspicious", "containsMiner", "miner"];

    /// <summary>The fields that only the store changes, put back as they were.</summary>
    public static void KeepIdentity(JsonObject before, JsonObject after)
    {
        foreach (var name in (ReadOnlySpan<string>)["name", "parent", "canonicalName", "createTime"]) Keep(before, after, name);
    }

    /// <summary>Joins.</summary>
    /// <param name="before">The finding as it is kept.</param>
    /// <param name="found">The finding as it was found; it becomes the finding to keep.</param>
    public static void Join(JsonObject before, JsonObject found)
    {
        Closing.Join(before, found);
        if (Earlier(before.Text("eventTime"), found.Text("eventTime"))) Keep(before, found, "eventTime");

        // The finding with the earlier entry is the representative one: what it says of a single entry stays, whichever came first.
        var surer = MatchMerge.Join(before, found);
        if (Leads(before, found))
        {
            foreach (var name in (ReadOnlySpan<string>)["access", "nextSteps"]) Keep(before, found, name);
            if (surer == 0) Keep(before, found, "description");
            if (before["sourceProperties"] is JsonObject known && found["sourceProperties"] is JsonObject news) Keep(known, news, "contextUris");
        }

        foreach (var name in Kept) Keep(before, found, name);
        UnionEvidence(before, found);
        Union(before, found, FindingSet.EvidenceKept, ["containers"], container => FindingJsonText.Write(container), _ => "");
        JoinProperties(before.At("sourceProperties", "properties") as JsonObject, found.At("sourceProperties", "properties") as JsonObject, found);
    }

    static void JoinProperties(JsonObject? before, JsonObject? found, JsonObject finding)
    {
        if (before is null || found is null) return;

        Union(before, found, FindingSet.OccurrencesKept, ["occurrences", "list"], OccurrenceKey, occurrence => occurrence.Text("first"), JoinOccurrence, Deployments);
        if (before["occurrences"] is JsonObject earlier && found["occurrences"] is JsonObject now)
        {
            now["count"] = Math.Max(Math.Max(Number(earlier["count"]), Number(now["count"])), now["list"].Objects().Count());
            if (Earlier(earlier.Text("first"), now.Text("first"))) Keep(earlier, now, "first");
            if (Earlier(now.Text("last"), earlier.Text("last"))) Keep(earlier, now, "last");
        }

        if (found["evidenceCount"] is not null)
        {
            found["evidenceCount"] = Math.Max(Math.Max(Number(before["evidenceCount"]), Number(found["evidenceCount"])), finding["logEntries"].Objects().Count());
        }

        if (IsTrue(before["resourceDeleted"]))
        {
            foreach (var name in (ReadOnlySpan<string>)["resourceDeleted", "resourceDeletedAt"]) Keep(before, found, name);
        }

        JoinInspections(before, found);
        if (found["actor"] is null) Keep(before, found, "actor");
        if (FindingHistory.IsFuller(before["history"], found["history"])) Keep(before, found, "history");
        if (found["actor"] is not null) FindingActor.Lead(finding, found);
    }

    /// <summary>What was seen in an image stays, where it was not looked at again, or with less to show.</summary>
    public static void JoinInspections(JsonObject before, JsonObject found)
    {
        var known = before["inspection"].Objects().ToList();
        if (known.Count == 0) return;

        List<JsonObject> all = [.. found["inspection"].Objects()];
        foreach (var earlier in known)
        {
            var again = all.FindIndex(now => now.Text("image") == earlier.Text("image"));
            if (again < 0) all.Add(earlier);
            else if (Gravity(all[again]) < Gravity(earlier)) all[again] = earlier;
        }

        found["inspection"] = new JsonArray([.. all.OrderBy(image => image.Text("image"), StringComparer.Ordinal).Take(FindingSet.InspectionsKept).Select(image => image.DeepClone())]);
    }

    static int Gravity(JsonObject image) => Array.IndexOf(Verdicts, image.Text("verdict"));

    static void Union(
        JsonObject before, JsonObject found, int most, string[] path, Func<JsonObject, string> key, Func<JsonObject, string> moment, Action<JsonObject, JsonObject>? join = null,
        Func<IReadOnlyList<JsonObject>, IEnumerable<JsonObject>>? sift = null)
    {
        if (before.At(path) is not JsonArray known || found.At(path) is not JsonArray news) return;

        Dictionary<string, JsonObject> all = new(StringComparer.Ordinal);
        List<JsonObject> both = [.. known.OfType<JsonObject>(), .. news.OfType<JsonObject>()];
        foreach (var entry in sift?.Invoke(both) ?? both)
        {
            var name = key(entry);
            if (!all.TryGetValue(name, out var there)) all.Add(name, (JsonObject)entry.DeepClone());
            else join?.Invoke(there, entry);
        }

        var owner = (JsonObject)found.At(path.AsSpan(..^1))!;
        owner[path[^1]] = new JsonArray([.. all.Values.OrderBy(entry => FindingRow.Nanos(moment(entry))).Take(most)]);
    }

    static void JoinOccurrence(JsonObject there, JsonObject entry)
    {
        if (Earlier(entry.Text("first"), there.Text("first"))) Keep(entry, there, "first");
        if (Earlier(there.Text("last"), entry.Text("last"))) Keep(entry, there, "last");
        if (entry.Text("created") is { Length: > 0 } created && !Earlier(created, there.Text("created"))) Keep(entry, there, "created");
        if (FindingActor.IsSurer(entry["actor"], there["actor"])) Keep(entry, there, "actor");
        foreach (var (name, value) in entry)
        {
            if (there[name] is null && value is not null) there[name] = value.DeepClone();
        }

        // Of two that differ always the same, whichever came first; the same as a scan takes that sees both.
        foreach (var name in (ReadOnlySpan<string>)["id", "revision", "digest"])
        {
            if (entry.Text(name) is { Length: > 0 } text && string.CompareOrdinal(text, there.Text(name)) < 0) there[name] = text;
        }

        foreach (var name in (ReadOnlySpan<string>)["client", "serviceAccount"])
        {
            if (string.CompareOrdinal(entry.Text(name), there.Text(name)) > 0) there[name] = entry.Text(name);
        }

        if (IsTrue(entry["failedToStart"])) there["failedToStart"] = true;
        if (there["actor"] is not null) there.Remove("whyNoActor");
    }

    static string EntryKey(JsonObject entry) =>
        string.Join('\n', entry.Text("cloudLoggingEntry", "resourceContainer"), entry.Text("cloudLoggingEntry", "logId"), entry.Text("cloudLoggingEntry", "insertId"), entry.Text("cloudLoggingEntry", "timestamp"));

    /// <summary>Adds entries to those that show a finding.</summary>
    /// <param name="finding">The finding's document.</param>
    /// <param name="logEntries">The entries as <c>logEntries</c> has them.</param>
    /// <param name="evidence">The same as <c>sourceProperties.evidence</c> has them.</param>
    public static void AddEvidence(JsonObject finding, JsonArray logEntries, JsonArray evidence)
    {
        JsonObject more = new() { ["logEntries"] = logEntries, ["sourceProperties"] = new JsonObject { ["evidence"] = evidence } };
        UnionEvidence(more, finding);
        if (finding.At("sourceProperties", "properties") is JsonObject properties && properties["evidenceCount"] is { } count)
        {
            properties["evidenceCount"] = Math.Max(Number(count), finding["logEntries"].Objects().Count());
        }
    }

    static void UnionEvidence(JsonObject before, JsonObject found)
    {
        Union(before, found, FindingSet.EvidenceKept, ["logEntries"], EntryKey, entry => entry.Text("cloudLoggingEntry", "timestamp"));
        Union(before, found, FindingSet.EvidenceKept, ["sourceProperties", "evidence"], entry => FindingJsonText.Write(entry), SourceLogTime);
    }

    /// <summary>A deletion stands for a deployment only where no deployment is known.</summary>
    static IEnumerable<JsonObject> Deployments(IReadOnlyList<JsonObject> occurrences) =>
        occurrences.All(IsDeletion) ? occurrences : occurrences.Where(occurrence => !IsDeletion(occurrence));

    static bool IsDeletion(JsonObject occurrence) => IsTrue(occurrence["deletion"]);

    static bool IsTrue(JsonNode? node) => node is JsonValue value && value.GetValueKind() is System.Text.Json.JsonValueKind.True;

    // An operation id comes from the activity entry, a revision from the system event: either names the deployment.
    static string OccurrenceKey(JsonObject occurrence) => IsDeletion(occurrence) ? "" : occurrence.Text("id") is { Length: > 0 } id ? id : occurrence.Text("revision");

    static string SourceLogTime(JsonObject evidence) =>
        evidence.At("sourceLogId", "timestamp") is { } moment && long.TryParse(moment.Text("seconds"), out var seconds)
            ? new Logs.Timestamp(seconds, (int)Math.Clamp(Number(moment.At("nanos")), 0, 999_999_999)).ToString()
            : "";

    /// <summary>Whether a moment is known and before another, or the other is not known.</summary>
    internal static bool Earlier(string one, string other) => one != "" && (other == "" || FindingRow.Nanos(one) < FindingRow.Nanos(other));

    static long Number(JsonNode? node) => node is JsonValue value && value.GetValueKind() is System.Text.Json.JsonValueKind.Number && value.TryGetValue<long>(out var number) ? number : 0;

    static bool Leads(JsonObject one, JsonObject other)
    {
        var (mine, others) = (First(one), First(other));
        return mine.Time < others.Time || (mine.Time == others.Time && string.CompareOrdinal(mine.Id, others.Id) < 0);
    }

    /// <summary>The earliest entry of a finding; where it has none, its own time.</summary>
    static (long Time, string Id) First(JsonObject finding) => finding.At("logEntries").Objects()
        .Select(entry => (Time: FindingRow.Nanos(entry.Text("cloudLoggingEntry", "timestamp")), Id: entry.Text("cloudLoggingEntry", "insertId")))
        .DefaultIfEmpty((FindingRow.Nanos(finding.Text("eventTime")), "")).Min();

    /// <summary>Puts a member as it was, or takes it away where there was none.</summary>
    internal static void Keep(JsonObject from, JsonObject into, string name)
    {
        if (from[name] is { } value) into[name] = value.DeepClone();
        else into.Remove(name);
    }
}
