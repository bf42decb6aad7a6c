using System.Text.Json.Nodes;
using Davy.CloudRun;
using Davy.Findings;
using Davy.Logs;
using Davy.Reports;

namespace Davy;

/// <summary>
/// What is remembered of a resource, told to a finding: who made its deployments where no operation joins them, what ran before, whether the resource was deleted. It says what a scan of
/// the same entries says, by the same rules, and depends on the finding's deployments and on what is remembered alone.
/// </summary>
static class FindingPast
{
    const long NearNanos = ResourceCalls.NearSeconds * 1_000_000_000L;

    /// <summary>What a finding asks.</summary>
    /// <param name="finding">The finding's document.</param>
    /// <param name="resource">The resource's key.</param>
    public static PastQuestion Question(JsonObject finding, string resource)
    {
        var occurrences = Occurrences(finding).ToList();
        HashSet<string> own = [.. occurrences.SelectMany(occurrence => (string[])[occurrence.Text("id"), occurrence.Text("revision")]).Where(text => text != "")];
        List<(long, long)> windows = [];
        foreach (var occurrence in occurrences.Where(occurrence => !IsSure(occurrence)))
        {
            if (First(occurrence) is { } first) windows.Add((Moments.ToNanos(first) - NearNanos, Math.Max(Moments.ToNanos(first) + NearNanos, FindingRow.Nanos(occurrence.Text("last")))));
        }

        return new(resource, finding.Text("sourceProperties", "properties", "resource", "project"), occurrences.Count == 0 ? null : First(occurrences[0]), own, windows);
    }

    /// <summary>Tells a finding.</summary>
    /// <param name="finding">The finding's document.</param>
    /// <param name="name">Its name.</param>
    /// <param name="question">What it asked.</param>
    /// <param name="past">What is remembered.</param>
    /// <param name="before">What was noted of it last; null where it is new.</param>
    /// <returns>What is to be noted of it.</returns>
    public static ResourceFinding Tell(JsonObject finding, FindingName name, PastQuestion question, RememberedPast past, ResourceFinding? before)
    {
        var written = before?.History ?? "";
        var occurrences = Occurrences(finding).ToList();
        if (finding.At("sourceProperties", "properties") is not JsonObject properties) return new(question.Resource, name.SourceId, name.FindingId, long.MaxValue, written);

        foreach (var occurrence in occurrences.Where(occurrence => !IsSure(occurrence))) Name(occurrence, past);
        if (occurrences.Count > 0 && !occurrences.Exists(occurrence => occurrence["actor"] is not null)) Unname(finding, properties, areAllListed: occurrences.Count < FindingSet.OccurrencesKept);
        FindingActor.Lead(finding, properties);
        TellDeletions(finding, properties, question, past, occurrences);

        if (question.First is { } first)
        {
            var text = KeptForm.Text(past.Calls.History(first, question.Own, properties.Text("actor", "principal")));
            FindingHistory.Write(properties, written, JsonNode.Parse(text)!.AsObject(), Moments.ToNanos(first));
            written = text;
        }

        // Those that are listed are the earliest: once the list is full, later ones change nothing in it.
        var until = occurrences.Count < FindingSet.OccurrencesKept ? long.MaxValue : FindingRow.Nanos(occurrences[^1].Text("first")) + NearNanos;
        return new(question.Resource, name.SourceId, name.FindingId, until, written);
    }

    /// <summary>Who made a deployment that no operation joins with its call: whoever called nearest to it, else as its own entries say.</summary>
    static void Name(JsonObject occurrence, RememberedPast past)
    {
        if (OccurrenceDraft.Better(past.Calls.Nearest(First(occurrence)), past.ToldOf(occurrence.Text("id"), occurrence.Text("revision"))) is { } actor)
        {
            var told = JsonNode.Parse(KeptForm.Text(actor));
            if (!JsonNode.DeepEquals(occurrence["actor"], told)) occurrence["actor"] = told;
            occurrence.Remove("whyNoActor");
        }
        else if (occurrence.Text("actor", "basis") == Words.Value(ActorBasis.NearInTime))
        {
            // The deployment began earlier than was known then.
            occurrence.Remove("actor");
            occurrence["whyNoActor"] = SecondLook.NotYet;
        }
    }

    /// <summary>Takes back who is named at the head, where nobody is known to have made any of the deployments: a call that was near in time before, or one of the operation that a deletion still carried.</summary>
    static void Unname(JsonObject finding, JsonObject properties, bool areAllListed)
    {
        // Beyond the list there may be a deployment whose actor a scan knew.
        if (properties["actor"] is null || (!areAllListed && properties.Text("actor", "basis") != Words.Value(ActorBasis.NearInTime))) return;
        properties.Remove("actor");
        properties["whyNoActor"] = SecondLook.NotYet;
        foreach (var name in (ReadOnlySpan<string>)["principalEmail", "callerIp", "userAgent"]) (finding["access"] as JsonObject)?.Remove(name);
    }

    static void TellDeletions(JsonObject finding, JsonObject properties, PastQuestion question, RememberedPast past, List<JsonObject> occurrences)
    {
        if (past.Deletions.Of([.. occurrences.Where(occurrence => occurrence["deletion"] is null).Select(First)]) is not { } deletion) return;

        properties["resourceDeleted"] = deletion.IsDeleted;
        if (deletion.At is { } at) properties["resourceDeletedAt"] = at.ToString();
        else properties.Remove("resourceDeletedAt");

        JsonArray logEntries = [], evidence = [];
        foreach (var entry in deletion.Entries)
        {
            var (logEntry, shown) = KeptForm.Text(entry, question.Project);
            logEntries.Add(JsonNode.Parse(logEntry));
            evidence.Add(JsonNode.Parse(shown));
        }

        FindingMerge.AddEvidence(finding, logEntries, evidence);
        if (properties["occurrences"] is not JsonObject all) return;
        foreach (var moment in deletion.Entries.Select(entry => entry.Timestamp).OfType<Timestamp>())
        {
            if (Moments.ToNanos(moment) > FindingRow.Nanos(all.Text("last"))) all["last"] = moment.ToString();
        }
    }

    static IEnumerable<JsonObject> Occurrences(JsonObject finding) => finding.At("sourceProperties", "properties", "occurrences", "list").Objects();

    static bool IsSure(JsonObject occurrence) => occurrence.Text("actor", "basis") == Words.Value(ActorBasis.Operation);

    static Timestamp? First(JsonObject occurrence) => Timestamp.TryParse(occurrence.Text("first"), out var first) ? first : null;
}
