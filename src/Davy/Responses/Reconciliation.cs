using Davy.Google;

namespace Davy.Responses;

/// <summary>Finds responses that were broken off, and asks Cloud Run what came of them. Nothing is repeated.</summary>
public static class Reconciliation
{
    const int Looks = 5;

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Reconciles.</summary>
    /// <param name="admin">The Admin API.</param>
    /// <param name="journal">The record.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The responses that were broken off, as they stand now.</returns>
    /// <exception cref="IOException">The record cannot be read or written.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public static async Task<IReadOnlyList<ResponseRecord>> RunAsync(CloudRunAdmin admin, ResponseJournal journal, TimeProvider time, CancellationToken cancel)
    {
        var broken = ResponseRecord.Of(journal.Entries).Where(record => record.Result == "").ToList();
        foreach (var record in broken)
        {
            var outcome = "";
            if (record.Open >= 0)
            {
                var steps = journal.Load(record.Id, "steps.json", record.Begun.Text("stepsHash")).Items("list").Select(ResponseStep.Of).ToList();
                outcome = await OutcomeAsync(admin, record, steps[record.Open], time, cancel);
                journal.Append(record.Id, "reconciled", new() { ["step"] = record.Open, ["outcome"] = outcome });
            }

            journal.Append(record.Id, "ended", new() { ["result"] = outcome == "unknown" ? "unknown" : "stopped", ["why"] = "it was broken off" });
        }

        var ids = broken.Select(record => record.Id).ToHashSet(StringComparer.Ordinal);
        return [.. ResponseRecord.Of(journal.Entries).Where(record => ids.Contains(record.Id))];
    }

    static async Task<string> OutcomeAsync(CloudRunAdmin admin, ResponseRecord record, ResponseStep step, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            for (var look = 1; ; look++)
            {
                if (await StepEffect.HoldsAsync(step, admin, cancel)) return "done";
                if (look == Looks) break;

                // What arrived a moment ago may be told late.
                await Task.Delay(Pause, time, cancel);
            }

            // The call asked for one state. Where that is the state still, it did not arrive; else something happened, and nobody knows what.
            var now = step.Kind is StepKind.Policy ? await admin.PolicyAsync(step.Target, cancel) : await admin.FindAsync(step.Target, cancel);
            return now is { } there && there.Text("etag") == record.OpenEtag && !there.Flag("reconciling") ? "not done" : "unknown";
        }
        catch (GoogleApiException)
        {
            return "unknown";
        }
    }
}
