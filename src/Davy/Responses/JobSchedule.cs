using System.Text.RegularExpressions;
using Davy.CloudRun;
using Davy.Google;

namespace Davy.Responses;

/// <summary>A job of Cloud Scheduler that starts a job of Cloud Run (https://cloud.google.com/run/docs/execute/jobs-on-schedule).</summary>
/// <param name="Name">Its full name; hostile, like the rest.</param>
/// <param name="Schedule">When, as cron writes it.</param>
/// <param name="TimeZone">In which time zone.</param>
/// <param name="State"><c>ENABLED</c>, <c>PAUSED</c>, ….</param>
public sealed partial record JobSchedule(string Name, string Schedule, string TimeZone, string State)
{
    const int MostPages = 20;

    /// <summary>Looks for those in the job's own region (https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/list); permission: <c>cloudscheduler.jobs.list</c>.</summary>
    /// <param name="api">Who calls.</param>
    /// <param name="service">Where Cloud Scheduler is, with a slash at the end.</param>
    /// <param name="job">The job of Cloud Run.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="GoogleApiException">They may not be read.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public static async Task<IReadOnlyList<JobSchedule>> FindAsync(GoogleApi api, Uri service, CloudRunResource job, CancellationToken cancel)
    {
        List<JobSchedule> found = [];
        var token = "";
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await api.GetAsync(new(service, $"v1/projects/{job.Project}/locations/{job.Location}/jobs?pageSize=500{(token == "" ? "" : $"&pageToken={Uri.EscapeDataString(token)}")}"), cancel);
            found.AddRange(answer.Items("jobs").Where(each => Starts(each.Member("httpTarget").Text("uri"), job)).Select(each => new JobSchedule(each.Text("name"), each.Text("schedule"), each.Text("timeZone"), each.Text("state"))));
            token = answer.Text("nextPageToken");
            if (token == "") return found;
        }

        throw new GoogleApiException($"{service.Authority} has more pages than {MostPages}.") { Code = System.Net.HttpStatusCode.BadGateway };
    }

    /// <summary>Whether a call starts a job. A project may be told by its number, which is not known here: then the name decides.</summary>
    static bool Starts(string uri, CloudRunResource job) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var target) && target.Host.EndsWith("run.googleapis.com", StringComparison.Ordinal) && Run().Match(target.AbsolutePath) is { Success: true } call
        && call.Groups["job"].Value == job.Name && (call.Groups["location"].Value is "" || call.Groups["location"].Value == job.Location)
        && (call.Groups["project"].Value == job.Project || call.Groups["project"].Value.All(char.IsAsciiDigit));

    [GeneratedRegex(@"/(?:namespaces|projects)/(?<project>[^/]+)(?:/locations/(?<location>[^/]+))?/jobs/(?<job>[^/:]+):run\z")]
    private static partial Regex Run();
}
