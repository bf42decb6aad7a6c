using System.Text.Json.Nodes;
using Davy.CloudRun;
using Davy.Google;
using Davy.Reports;
using Davy.Responses;

namespace Davy.Cli.Commands;

/// <summary>The schedules that start a job: stopping it does not stop them.</summary>
/// <param name="Found">The schedules.</param>
/// <param name="WhyNot">Why they could not be looked up; empty where they were.</param>
sealed record RespondSchedules(IReadOnlyList<JobSchedule> Found, string WhyNot)
{
    /// <summary>Looks for them.</summary>
    /// <param name="call">The run of the command.</param>
    /// <param name="resource">The workload.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null for what is no job.</returns>
    public static async Task<RespondSchedules?> FindAsync(RespondCall call, CloudRunResource resource, CancellationToken cancel)
    {
        if (resource.Kind is not ResourceKind.Job) return null;
        try
        {
            return new(await JobSchedule.FindAsync(call.GoogleApi, call.Google.Endpoints.CloudScheduler, resource, cancel), "");
        }
        catch (GoogleApiException fault)
        {
            return new([], fault.Message);
        }
    }

    /// <summary>Says them to a person.</summary>
    /// <param name="resource">The job.</param>
    /// <param name="output">Where to.</param>
    public void Write(CloudRunResource resource, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"What starts it by a schedule in {resource.Location} (Cloud Scheduler)");
        foreach (var each in Found) output.WriteLine($"  {TextSanitizer.Clean(each.Name, 500)}: {TextSanitizer.Clean(each.Schedule)} {TextSanitizer.Clean(each.TimeZone)}, {TextSanitizer.Clean(each.State)}; pause it, for it starts the job again");
        if (WhyNot != "") output.WriteLine($"  Could not be looked up: {TextSanitizer.Clean(WhyNot, 1_000)} The command above lists them.");
        else if (Found.Count == 0) output.WriteLine("  Nothing. Schedules of other regions, workflows and people may start it all the same.");
    }

    /// <summary>The same for programs.</summary>
    public JsonObject Json() => new()
    {
        ["found"] = new JsonArray([.. Found.Select(each => (JsonNode)new JsonObject { ["name"] = each.Name, ["schedule"] = each.Schedule, ["timeZone"] = each.TimeZone, ["state"] = each.State })]),
        ["whyNot"] = WhyNot,
    };
}
