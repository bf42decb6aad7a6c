using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Davy.Cli.Client;
using Davy.Cli.Output;
using Davy.Findings.Live;
using Davy.Google;
using Davy.Logs;
using Davy.Outbound;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary>The logs of <c>davy scan --project|--folder|--organization</c>: fetched from Cloud Logging, then read as files are.</summary>
sealed partial class CloudLogs : IDisposable
{
    const int ProjectsNamed = 20;

    readonly LogFetch _fetch;

    CloudLogs(LogFetch fetch) => _fetch = fetch;

    /// <summary>A file for each project, and an input that fails for what could not be read.</summary>
    public IReadOnlyList<LogInput> Inputs =>
    [
        .. _fetch.Plan!.Refused.OrderBy(refused => refused.Key, StringComparer.Ordinal).Select(refused => Failing(refused.Key, refused.Value)),
        .. _fetch.Plan.Projects.Where(project => new FileInfo(_fetch.FileOf(project)) is { Exists: true, Length: > 0 })
            .Select(project => new LogInput($"projects/{project}", () => File.OpenRead(_fetch.FileOf(project)), new FileInfo(_fetch.FileOf(project)).Length, true)),
        .. _fetch.Failures.OrderBy(failure => failure.Key, StringComparer.Ordinal).Select(failure => Failing($"projects/{failure.Key}", failure.Value.Message)),
    ];

    /// <summary>What a person should be told besides.</summary>
    public IReadOnlyList<string> Notices
    {
        get
        {
            var whole = _fetch.States.Where(project => project.Value.IsDone).OrderBy(project => project.Key, StringComparer.Ordinal).ToList();
            var silent = whole.Where(project => project.Value is { SystemEvents: 0, Activities: > 0 }).Select(project => project.Key).ToList();
            var empty = whole.Count(project => project.Value is { SystemEvents: 0, Activities: 0 });
            List<string> notices = [string.Create(CultureInfo.InvariantCulture, $"{_fetch.Plan!.Projects.Count} projects were asked for {_fetch.Plan.Since} to {_fetch.Plan.Until}: {whole.Count - empty} with entries of Cloud Run, {empty} without, {_fetch.Plan.Projects.Count - whole.Count} not or not wholly read.")];
            if (silent.Count > 0)
            {
                notices.Add($"{silent.Count} projects have activity entries of Cloud Run and no system_event, which alone names images: {string.Join(", ", silent.Take(ProjectsNamed))}{(silent.Count > ProjectsNamed ? ", …" : "")}.");
            }

            return notices;
        }
    }

    /// <summary>Fetches.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="node">The organisation, folder or project.</param>
    /// <param name="terminal">Where a person is told.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="settings">How Google is reached.</param>
    /// <param name="cancel">Interrupts it.</param>
    /// <exception cref="UsageException">It is called wrongly, or nothing may be read.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted; the next attempt goes on from there.</exception>
    public static async Task<CloudLogs> FetchAsync(ParseResult parsed, string node, Terminal terminal, TimeProvider clock, GoogleSettings settings, CancellationToken cancel)
    {
        var (since, until) = (parsed.GetValue(ScanOptions.Since), parsed.GetValue(ScanOptions.Until));
        var now = clock.GetUtcNow();
        var (from, to) = (Moment(since ?? "400d", now, "--since"), until is null ? now : Moment(until, now, "--until"));
        if (from >= to) throw new UsageException("--since must be before --until.");

        using var credentials = NodeOptions.Find(parsed, settings, clock);
        using var http = OutboundGuard.Client(settings.Outbound);
        GoogleApi api = new(http, credentials, clock);
        var fetch = LogFetch.Open(settings.Cache, string.Join('\n', node, since, until, credentials.Who, settings.Endpoints.Logging), now);
        var isQuiet = parsed.GetValue(ScanOptions.Quiet);
        try
        {
            if (fetch.Plan is { } earlier && !isQuiet) terminal.Error.WriteLine($"davy: going on with what was begun at {Written(earlier.Begun)}, which reads up to {earlier.Until}.");
            using (!isQuiet && terminal is { ErrorIsTerminal: true, IsAutomated: false } ? new ProgressBar(terminal.Error, clock, () => Line(fetch)) : null)
            {
                if (fetch.Plan is null) fetch.Begin(await PlanAsync(node, new(Written(from), Written(to), now, [], new Dictionary<string, string>()), api, settings.Endpoints, cancel));
                await fetch.RunAsync(new(() => api, settings.Endpoints, clock), cancel);
            }

            return new(fetch);
        }
        catch (Exception fault)
        {
            fetch.Dispose();
            if (fault is OperationCanceledException && cancel.IsCancellationRequested && fetch.Plan is not null) terminal.Error.WriteLine($"davy: what was fetched is kept in {TextSanitizer.Clean(fetch.Folder)} for a day; the same command goes on from there.");
            throw;
        }
    }

    /// <summary>Ends the work with what was fetched: it is taken away, unless the same command could get more tomorrow than today.</summary>
    /// <param name="isWhole">Whether it was scanned to its end.</param>
    /// <param name="terminal">Where a person is told.</param>
    public void Close(bool isWhole, Terminal terminal)
    {
        if (isWhole && !_fetch.Failures.Values.Any(fault => fault.MayPass)) _fetch.Remove();
        else terminal.Error.WriteLine($"davy: what was fetched is kept in {TextSanitizer.Clean(_fetch.Folder)} for a day; the same command asks for the rest.");
    }

    /// <inheritdoc/>
    public void Dispose() => _fetch.Dispose();

    static async Task<FetchPlan> PlanAsync(string node, FetchPlan empty, GoogleApi api, GoogleEndpoints services, CancellationToken cancel)
    {
        if (node.StartsWith("projects/", StringComparison.Ordinal)) return empty with { Projects = [node["projects/".Length..]] };

        using GoogleHierarchy hierarchy = new(() => api, services);
        AncestryExport walk = new(hierarchy, ContactScope.None);
        await walk.RunAsync(node, cancel);
        var projects = walk.Nodes.Where(found => found.Kind == "projects").Select(found => ProjectId().IsMatch(found.Id) ? found.Id : found.Number).Distinct(StringComparer.Ordinal).ToList();

        // What stands above the node is asked for by the walk, but not by a scan.
        var refused = walk.Refused.Where(refusal => refusal.Key.Contains(" of ", StringComparison.Ordinal)).ToDictionary();
        if (projects.Count == 0 && refused.Count == 0) throw new GoogleApiException($"There is no project below {node}.") { Code = HttpStatusCode.NotFound };
        return empty with { Projects = projects, Refused = refused };
    }

    static LogInput Failing(string name, string why) => new(name, () => throw new IOException(why), null, false);

    static string Line(LogFetch fetch) => fetch.Plan is { } plan
        ? string.Create(CultureInfo.InvariantCulture, $"{fetch.Done} of {plan.Projects.Count} projects, {fetch.Entries:N0} entries")
        : "looking for projects";

    static string Written(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A time that is written as one, or as how long ago it was.</summary>
    static DateTimeOffset Moment(string text, DateTimeOffset now, string option)
    {
        if (Ago().Match(text) is { Success: true } ago)
        {
            var number = int.Parse(ago.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
            return now - (ago.Groups[2].Value switch { "d" => TimeSpan.FromDays(number), "h" => TimeSpan.FromHours(number), _ => TimeSpan.FromMinutes(number) });
        }

        return Dated().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment
            : throw new UsageException($"{option} must be a time ago, such as 400d, 12h or 30m, or a time, such as 2026-01-31 or 2026-01-31T12:00:00Z.");
    }

    [GeneratedRegex(@"\A([0-9]{1,5})([dhm])\z")]
    private static partial Regex Ago();

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2}))?\z")]
    private static partial Regex Dated();

    [GeneratedRegex(@"\A[a-z][a-z0-9.:-]{0,99}\z")]
    private static partial Regex ProjectId();
}
