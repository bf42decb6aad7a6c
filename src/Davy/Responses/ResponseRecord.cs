using System.Text.Json;
using Davy.CloudRun;

namespace Davy.Responses;

/// <summary>One response, as the journal tells it.</summary>
public sealed record ResponseRecord
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>What it is about.</summary>
    public required CloudRunResource Resource { get; init; }

    /// <summary>The name of the response; <c>undo</c> for an undoing.</summary>
    public required string Action { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset BegunAt { get; init; }

    /// <summary>Under whose credentials.</summary>
    public string Who { get; init; } = "";

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The finding; empty for none.</summary>
    public string Finding { get; init; } = "";

    /// <summary>The response that this one undoes; empty where it undoes none.</summary>
    public string Undoes { get; init; } = "";

    /// <summary>How it ended: <c>verified</c>, <c>not verified</c>, <c>stopped</c>, <c>unknown</c>; empty where it has not ended.</summary>
    public string Result { get; init; } = "";

    /// <summary>Why it ended so; empty where it was verified.</summary>
    public string Why { get; init; } = "";

    /// <summary>Its steps, each with what came of it: <c>done</c>, <c>not done</c>, <c>unknown</c>.</summary>
    public IReadOnlyList<(string What, string Outcome)> Steps { get; init; } = [];

    internal JsonElement Begun { get; init; }

    internal JsonElement Ended { get; init; }

    /// <summary>The step that was sent last and of which nothing more is told; -1 for none.</summary>
    internal int Open { get; init; } = -1;

    /// <summary>The state that this step asked for.</summary>
    internal string OpenEtag { get; init; } = "";

    /// <summary>All responses, the latest first.</summary>
    /// <param name="entries">The journal's lines.</param>
    public static IReadOnlyList<ResponseRecord> Of(IReadOnlyList<JournalEntry> entries) =>
        [.. entries.GroupBy(entry => entry.Record, StringComparer.Ordinal).Select(group => One(group.Key, [.. group])).OfType<ResponseRecord>().Reverse()];

    static ResponseRecord? One(string id, List<JournalEntry> entries)
    {
        if (entries.Find(entry => entry.What == "begun") is not { } begun || WorkloadName.Parse(begun.Details.Text("resource")) is not { } resource) return null;

        var outcomes = begun.Details.Items("steps").Select(step => (What: step.Text(), Outcome: "not done")).ToList();
        var (open, etag) = (-1, "");
        foreach (var entry in entries)
        {
            var at = entry.Details.Member("step").ValueKind is JsonValueKind.Number ? entry.Details.Count("step") : -1;
            if (at < 0 || at >= outcomes.Count) continue;
            if (entry.What == "sending") (open, etag, outcomes[at]) = (at, entry.Details.Text("etag"), outcomes[at] with { Outcome = "unknown" });
            else if (entry.What is "done" or "refused" or "failed" or "reconciled")
            {
                open = -1;
                outcomes[at] = outcomes[at] with { Outcome = entry.What switch { "done" => "done", "reconciled" => entry.Details.Text("outcome"), _ => "not done" } };
            }
        }

        var ended = entries.FindLast(entry => entry.What == "ended")?.Details ?? default;
        return new()
        {
            Id = id,
            Resource = resource,
            Action = begun.Details.Text("action"),
            BegunAt = begun.At,
            Who = begun.Details.Text("who"),
            Reason = begun.Details.Text("reason"),
            Finding = begun.Details.Text("finding"),
            Undoes = begun.Details.Text("undoes"),
            Result = ended.Text("result"),
            Why = ended.Text("why"),
            Steps = outcomes,
            Begun = begun.Details,
            Ended = ended,
            Open = open,
            OpenEtag = etag,
        };
    }
}
