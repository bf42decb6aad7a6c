using System.CommandLine;
using System.Globalization;
using Davy.Cli.Client;
using Davy.Cli.Output;
using Davy.Findings.Live;
using Davy.Google;
using Davy.Logs;
using Davy.Outbound;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary>The logs of <c>davy scan --project|--folder|--organization</c>: fetched from Cloud Logging, then read as files are.</summary>
sealed class CloudLogs : IDisposable
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
        using GoogleHierarchy hierarchy = new(() => api, settings.Endpoints);
        var fetch = LogFetch.Open(settings.Cache, string.Join('\n', node, since, until, credentials.Who, settings.Endpoints.Logging), now);
        var isQuiet = parsed.GetValue(ScanOptions.Quiet);
        try
        {
            if (fetch.Plan is { } earlier && !isQuiet) terminal.Error.WriteLine($"davy: going on with what was begun at {LogMoment.Write(earlier.Begun)}, which reads up to {earlier.Until}.");
            using (!isQuiet && terminal is { ErrorIsTerminal: true, IsAutomated: false } ? new ProgressBar(terminal.Error, clock, () => Line(fetch)) : null)
            {
                if (fetch.Plan is null) fetch.Begin(Plan(await NodeProjects.FindAsync(node, hierarchy, cancel), from, to, now));
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

    static FetchPlan Plan(NodeProjects found, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now) => new(LogMoment.Write(from), LogMoment.Write(to), now, found.Projects, found.Refused);

    static LogInput Failing(string name, string why) => new(name, () => throw new IOException(why), null, false);

    static string Line(LogFetch fetch) => fetch.Plan is { } plan
        ? string.Create(CultureInfo.InvariantCulture, $"{fetch.Done} of {plan.Projects.Count} projects, {fetch.Entries:N0} entries")
        : "looking for projects";

    /// <summary>A time that is written as one, or as how long ago it was.</summary>
    static DateTimeOffset Moment(string text, DateTimeOffset now, string option) => LogMoment.TryParse(text, out var moment)
        ? moment.From(now)
        : throw new UsageException($"{option} must be a time ago, such as 400d, 12h or 30m, or a time, such as 2026-01-31 or 2026-01-31T12:00:00Z.");
}
