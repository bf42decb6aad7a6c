using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.CloudRun;
using Davy.Google;

namespace Davy.Responses;

/// <summary>How the steps of a response went.</summary>
/// <param name="Result">Empty where all were done; else <c>stopped</c> or <c>unknown</c>.</param>
/// <param name="Why">Why, in a sentence.</param>
/// <param name="Generation">The workload's generation afterwards.</param>
sealed record StepsRun(string Result, string Why, string Generation)
{
    /// <summary>Where the workload is not what this response left; nothing but for a conflict.</summary>
    public IReadOnlyList<JsonDifference> Difference { get; init; } = [];
}

/// <summary>Carries out the steps of one response, each once, each on the state that is expected, and each written down before it is sent.</summary>
sealed class StepRunner(CloudRunAdmin admin, ResponseJournal journal, TimeProvider time, string record)
{
    const int MostLooks = 20;

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Carries them out.</summary>
    /// <param name="workload">The workload, as the guards saw it.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="cancel">Stops before the next step.</param>
    public async Task<StepsRun> RunAsync(Workload workload, IReadOnlyList<ResponseStep> steps, CancellationToken cancel)
    {
        var (resource, before) = (workload.Resource, workload.Json);
        var (uid, generation) = (before.Text("uid"), before.Text("generation"));
        var expected = JsonObject.Create(before) ?? [];
        for (var at = 0; at < steps.Count; at++)
        {
            cancel.ThrowIfCancellationRequested();
            var step = steps[at];
            if (await ExpectedAsync(resource, uid, generation, at == 0 ? before.Text("etag") : null, cancel) is not { } now) return await ConflictAsync(resource, at, expected, generation, cancel);

            // A policy has a state of its own: what is sent was made of the one that the guards saw, and would take away what came since.
            var etag = step.Kind is StepKind.Policy ? workload.Policy?.Text("etag") ?? ""
                : step.Target == resource.AdminName ? now.Text("etag")
                : (await admin.FindAsync(step.Target, cancel) is { } child && !(step.Kind is StepKind.Cancel && child.Text("completionTime") != "")) ? child.Text("etag") : null;
            if (etag is null)
            {
                // It is gone, or has ended, by itself or by somebody else: there is nothing left to do.
                Write("done", at, "it was so already");
                continue;
            }

            if (step.CanRehearse)
            {
                try
                {
                    await admin.SendAsync(step, etag, validateOnly: true, cancel);
                }
                catch (GoogleApiException fault)
                {
                    if (fault.Code is HttpStatusCode.Conflict) return await ConflictAsync(resource, at, expected, generation, cancel);
                    return Stopped(at, "refused", $"the rehearsal of step {at + 1} failed: {fault.Message}", generation);
                }

                Write("rehearsed", at);
            }

            journal.Append(record, "sending", new() { ["step"] = at, ["etag"] = etag });
            JsonElement answer;
            try
            {
                answer = await admin.SendAsync(step, etag, validateOnly: false, CancellationToken.None);
                if (step.Kind is not StepKind.Policy) await admin.WaitAsync(answer, cancel);
            }
            catch (GoogleApiException fault)
            {
                if (fault.Code is HttpStatusCode.Conflict)
                {
                    Write("refused", at, fault.Message);
                    return await ConflictAsync(resource, at, expected, generation, cancel);
                }

                if (IsRefusal(fault)) return Stopped(at, fault.Status == "FAILED" ? "failed" : "refused", $"step {at + 1} was refused: {fault.Message}", generation);
                Write("unknown", at, fault.Message);
                return new("unknown", $"it is not known what came of step {at + 1}: {fault.Message}", generation);
            }

            if (!await HoldsAsync(step, cancel))
            {
                Write("unknown", at, "read back, it is not so");
                return new("unknown", $"step {at + 1} was taken, but what it was to bring about is not so", generation);
            }

            Write("done", at);
            if (step.Kind is StepKind.Update)
            {
                generation = Next(answer, generation);
                foreach (var member in step.Body!) expected[member.Key] = member.Value?.DeepClone();
            }
            else if (step.Kind is StepKind.Delete && step.Target == resource.AdminName)
            {
                return new("", "", generation);
            }
        }

        return new("", "", generation);
    }

    /// <summary>The workload, if it is the one that is expected; what was changed a moment ago may be told late.</summary>
    async Task<JsonElement?> ExpectedAsync(CloudRunResource resource, string uid, string generation, string? etag, CancellationToken cancel)
    {
        for (var look = 1; ; look++)
        {
            if (await admin.FindAsync(resource.AdminName, cancel) is not { } now || now.Text("uid") != uid) return null;
            if (now.Text("generation") == generation) return etag is null || now.Text("etag") == etag ? now : null;
            if (!long.TryParse(now.Text("generation"), out var seen) || !long.TryParse(generation, out var wanted) || seen > wanted || look == MostLooks) return null;
            await Task.Delay(Pause, time, cancel);
        }
    }

    async Task<bool> HoldsAsync(ResponseStep step, CancellationToken cancel)
    {
        for (var look = 1; ; look++)
        {
            if (await StepEffect.HoldsAsync(step, admin, cancel)) return true;
            if (look == MostLooks) return false;
            await Task.Delay(Pause, time, cancel);
        }
    }

    static string Next(JsonElement answer, string generation)
    {
        var told = answer.Member("response").Text("generation");
        if (told != "") return told;
        return long.TryParse(generation, out var number) ? $"{number + 1}" : generation;
    }

    async Task<StepsRun> ConflictAsync(CloudRunResource resource, int at, JsonObject expected, string generation, CancellationToken cancel)
    {
        var run = Stopped(at, "conflict", "somebody else changed the workload meanwhile; make a new plan", generation);
        var now = await admin.FindAsync(resource.AdminName, cancel);
        return run with { Difference = now is { } there ? JsonDifference.Of(expected, JsonObject.Create(there)) : [] };
    }

    StepsRun Stopped(int at, string what, string why, string generation)
    {
        Write(what, at, why);
        return new("stopped", why, generation);
    }

    void Write(string what, int step, string why = "")
    {
        JsonObject details = new() { ["step"] = step };
        if (why != "") details["why"] = why;
        journal.Append(record, what, details);
    }

    /// <summary>Whether the service said that it did nothing. No answer, or a fault of its own, says nothing.</summary>
    static bool IsRefusal(GoogleApiException fault) => fault.Code is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not HttpStatusCode.RequestTimeout;
}
