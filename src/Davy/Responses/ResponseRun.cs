using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Google;

namespace Davy.Responses;

/// <summary>How a response ended.</summary>
/// <param name="Record">Its id.</param>
/// <param name="Result"><c>verified</c>, <c>not verified</c>, <c>stopped</c> or <c>unknown</c>.</param>
/// <param name="Why">Why, in a sentence; empty where it is verified.</param>
/// <param name="After">The workload afterwards; null where it is gone or was not read.</param>
public sealed record ResponseOutcome(string Record, string Result, string Why, Workload? After)
{
    /// <summary>Where a response was stopped because somebody else changed the workload: what is not as this response left it.</summary>
    public IReadOnlyList<JsonDifference> Difference { get; init; } = [];
}

/// <summary>Carries out plans, and undoes what was carried out; nothing of it unless every guard lets it.</summary>
/// <param name="reader">Reads workloads.</param>
/// <param name="journal">The record.</param>
/// <param name="time">The clock.</param>
public sealed class ResponseRun(WorkloadReader reader, ResponseJournal journal, TimeProvider time)
{
    /// <summary>How far the clocks of two machines may differ.</summary>
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <summary>What is kept with the record before anything is changed, beside the workload.</summary>
    public IReadOnlyList<ResponseEvidence> Evidence { get; init; } = [];

    const int MostLooks = 10;
    const int MostShown = 200_000;

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Carries out a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="order">Who gives the word.</param>
    /// <param name="cancel">Stops before the next step.</param>
    /// <exception cref="GuardException">A guard held; nothing was changed.</exception>
    /// <exception cref="GoogleApiException">Something could not be read; nothing more was changed.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    /// <exception cref="IOException">The record cannot be written; nothing more was changed.</exception>
    public async Task<ResponseOutcome> ApplyAsync(ResponsePlan plan, ResponseOrder order, CancellationToken cancel)
    {
        order.Check(plan.Resource, plan.Confirmation);
        var age = time.GetUtcNow() - plan.CreatedAt;
        if (age > ResponsePlan.Lifetime || age < -Skew) throw new GuardException("plan-age", $"the plan is older than {ResponsePlan.Lifetime.TotalMinutes} minutes, or made later than now; make a new one.");
        if (ResponseList.Find(plan.Action) is not { } response) throw new GuardException("same-plan", "the plan names no response that this program has.");

        var before = await reader.ReadAsync(plan.Resource, cancel) ?? throw new GuardException("present", "the workload is not there any more.");
        if (before.Uid != plan.Uid) throw new GuardException("same-workload", "it is another workload of the same name by now; make a new plan.");
        if (before.Etag != plan.Etag || before.Generation != plan.Generation) throw Changed($"it was changed after the plan was made (generation {plan.Generation}, now {before.Generation}); make a new plan.", plan.State, before);
        if (!before.HasListed) throw new GuardException("still-listed", "nothing listed is in it any more.");

        ResponseContext context = new(before, plan.Options, reader);
        if (response.WhyNot(context) is { } whyNot) throw new GuardException("possible", $"{plan.Action} cannot be done: {whyNot}.");
        var steps = response.Steps(context);
        if (steps.Count == 0 || ResponseStep.HashOf(steps) != plan.StepsHash) throw new GuardException("same-plan", "what would be done now is not what the plan says; make a new plan.");

        var record = await BeginAsync(plan.Action, before, steps, order, new() { ["finding"] = plan.Finding, ["plan"] = plan.Hash, ["set"] = plan.Set }, cancel);
        return await RunAsync(record, before, steps, response.Missing, cancel);
    }

    /// <summary>Undoes a response, as far as it can be.</summary>
    /// <param name="id">The response's id.</param>
    /// <param name="order">Who gives the word.</param>
    /// <param name="cancel">Stops before the next step.</param>
    /// <exception cref="GuardException">A guard held; nothing was changed.</exception>
    /// <exception cref="GoogleApiException">Something could not be read; nothing more was changed.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    /// <exception cref="IOException">The record cannot be read or written.</exception>
    public async Task<ResponseOutcome> UndoAsync(string id, ResponseOrder order, CancellationToken cancel)
    {
        var all = ResponseRecord.Of(journal.Entries);
        var record = all.FirstOrDefault(each => each.Id == id) ?? throw new GuardException("record", "there is no record of this id.");
        order.Check(record.Resource, record.Resource.Name);
        if (record.Action == "undo") throw new GuardException("record", "it is an undoing itself; make a new plan instead.");
        if (all.FirstOrDefault(each => each.Undoes == id && each.Steps.Any(step => step.Outcome != "not done")) is { } undone) throw new GuardException("record", $"it was undone already, by {undone.Id}.");
        if (record.Result is not ("verified" or "not verified")) throw new GuardException("record", "it did not come to its end, so that it is not known what to go back from; make a new plan instead.");

        var before = journal.Load(id, "before.json", record.Begun.Text("before"));
        var done = journal.Load(id, "steps.json", record.Begun.Text("stepsHash")).Items("list").Select(ResponseStep.Of).ToList();
        var steps = Undoing.Steps(record.Resource, before.Member("workload"), before.Member("policy"), done);
        if (steps.Count == 0) throw new GuardException("possible", $"nothing of it can be undone: {string.Join("; ", done.Select(step => step.CannotUndo).Distinct())}.");

        var now = await reader.ReadAsync(record.Resource, cancel) ?? throw new GuardException("present", "the workload is not there any more.");
        if (now.Uid != before.Member("workload").Text("uid")) throw new GuardException("same-workload", "it is another workload of the same name by now.");
        if (now.Generation != record.Ended.Text("generation"))
        {
            var after = record.Ended.Text("after") is { Length: > 0 } hash ? journal.Load(id, "after.json", hash).Member("workload") : default;
            throw Changed("it was changed after the response; undoing would take that away too.", JsonDifference.Shown(after), now);
        }

        if (steps.Any(step => step.Kind is StepKind.Policy) && Policy(record, now) is { } guard) throw guard;

        var begun = await BeginAsync("undo", now, steps, order, new() { ["finding"] = record.Finding, ["undoes"] = id }, cancel);
        return await RunAsync(begun, now, steps, _ => null, cancel);
    }

    /// <summary>The guard that holds where others changed since who may do what, of which the workload's generation says nothing.</summary>
    GuardException? Policy(ResponseRecord record, Workload now)
    {
        var was = record.Ended.Text("after") is { Length: > 0 } hash ? journal.Load(record.Id, "after.json", hash).Member("policy").Text("etag") : "";
        return now.Policy is { } policy && policy.Text("etag") == was ? null : new("etag", "who may do what with it was changed after the response; undoing would take that away too.");
    }

    static GuardException Changed(string message, JsonObject was, Workload now)
    {
        var difference = JsonDifference.Of(was, JsonDifference.Shown(now.Json));
        return new("etag", difference.Count > 0 ? $"{message} What was changed since:" : $"{message} What was changed is among the values that are not shown, or nothing that a person sets.") { Difference = difference };
    }

    async Task<ResponseOutcome> RunAsync(string record, Workload before, IReadOnlyList<ResponseStep> steps, Func<Workload?, string?> missing, CancellationToken cancel)
    {
        var run = await new StepRunner(reader.Admin, journal, time, record).RunAsync(before, steps, cancel);
        if (run.Result == "unknown")
        {
            // It stays open: the next start asks Cloud Run again.
            return new(record, run.Result, run.Why, null);
        }

        var (after, why) = (await reader.ReadAsync(before.Resource, cancel), run.Why);
        var result = run.Result;
        if (result == "")
        {
            var lacks = missing(after);
            for (var look = 1; (lacks is not null || IsLate(after, run.Generation)) && look < MostLooks; look++)
            {
                // What was changed a moment ago may be told late.
                await Task.Delay(Pause, time, cancel);
                after = await reader.ReadAsync(before.Resource, cancel);
                lacks = missing(after);
            }

            (result, why) = lacks is null ? ("verified", "") : ("not verified", $"{lacks}.");
        }

        End(record, result, why, after);
        return new(record, result, why, after) { Difference = run.Difference };
    }

    /// <summary>Whether what Cloud Run tells is of before the response: undo goes by what is written down.</summary>
    static bool IsLate(Workload? after, string generation) => after is not null && long.TryParse(after.Generation, out var told) && long.TryParse(generation, out var wanted) && told < wanted;

    async Task<string> BeginAsync(string action, Workload before, IReadOnlyList<ResponseStep> steps, ResponseOrder order, Dictionary<string, string> why, CancellationToken cancel)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var record = $"{now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        var evidence = await GatherAsync(record, cancel);
        JsonObject details = new()
        {
            ["action"] = action,
            ["resource"] = before.Resource.AdminName,
            ["who"] = order.Who,
            ["reason"] = order.Reason,
            ["etag"] = before.Etag,
            ["generation"] = before.Generation,
            ["steps"] = new JsonArray([.. steps.Select(step => (JsonNode)JsonValue.Create(step.What))]),
            ["state"] = Shown(before),
            ["before"] = journal.Save(record, "before.json", Saved(before)),
            ["stepsHash"] = journal.Save(record, "steps.json", new JsonObject { ["list"] = new JsonArray([.. steps.Select(step => (JsonNode)step.ToJson())]) }),
        };
        foreach (var (name, value) in why.Where(each => each.Value != "")) details[name] = value;
        if (evidence.Count > 0) details["evidence"] = evidence;
        journal.Append(record, "begun", details);
        return record;
    }

    /// <summary>Keeps the evidence; the names of its files with their hashes.</summary>
    async Task<JsonObject> GatherAsync(string record, CancellationToken cancel)
    {
        JsonObject kept = [];
        foreach (var evidence in Evidence)
        {
            try
            {
                kept[evidence.Name] = journal.Save(record, evidence.Name, await evidence.GatherAsync(journal.FolderOf(record), cancel));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                journal.Forget(record);
                throw new GuardException("evidence", $"{evidence.What} cannot be kept, and nothing is changed without: {fault.Message}");
            }
        }

        return kept;
    }

    void End(string record, string result, string why, Workload? after)
    {
        JsonObject details = new() { ["result"] = result };
        if (why != "") details["why"] = why;
        if (after is not null)
        {
            details["generation"] = after.Generation;
            details["state"] = Shown(after);
            details["after"] = journal.Save(record, "after.json", Saved(after));
        }

        journal.Append(record, "ended", details);
    }

    /// <summary>The workload without what can hold secrets: the line goes to davyd too. What is too large for a line stands in the folder alone.</summary>
    static JsonObject Shown(Workload workload) => JsonDifference.Shown(workload.Json) is var shown && shown.ToJsonString().Length <= MostShown ? shown : [];

    static JsonObject Saved(Workload workload)
    {
        JsonObject json = new()
        {
            ["workload"] = Node(workload.Json),
            ["parts"] = new JsonArray([.. workload.Parts.Where(part => part.Kind is not PartKind.Template).Select(part => Node(part.Json))]),
            ["unknown"] = new JsonArray([.. workload.Unknown.Select(each => (JsonNode)JsonValue.Create(each))]),
        };
        if (workload.Policy is { } policy) json["policy"] = Node(policy);
        return json;
    }

    static JsonNode? Node(JsonElement json) => JsonNode.Parse(json.GetRawText());
}
