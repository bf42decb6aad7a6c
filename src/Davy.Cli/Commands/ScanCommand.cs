using System.CommandLine;
using Davy.Cli.Client;
using Davy.Cli.Output;
using Davy.Detection;
using Davy.Findings;
using Davy.Google;
using Davy.Images;
using Davy.Indicators;
using Davy.Logs;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary><c>davy scan</c>: exported logs in, findings out.</summary>
static class ScanCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where its words go.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="settings">What the environment says of servers.</param>
    /// <param name="google">How Google is reached.</param>
    public static Command Create(Terminal terminal, TimeProvider clock, ServerSettings settings, GoogleSettings google)
    {
        Command command = new("scan", "Read Cloud Audit Logs, exported or straight from Cloud Logging, and report every Cloud Run resource that was given a mining image.") { ScanOptions.Paths };
        foreach (var option in ScanOptions.All) command.Options.Add(option);

        command.SetAction(parsed =>
        {
            try
            {
                return Run(parsed, terminal, clock, settings, google);
            }
            catch (Exception fault) when ((fault is IOException or UnauthorizedAccessException or UnreadableFileException or GoogleApiException or CredentialException) && !parsed.GetValue(ScanOptions.Debug))
            {
                throw new UsageException(TextSanitizer.Clean(fault.Message, 1_000));
            }
        });
        HelpExamples.AddTo(command, terminal,
            "davy scan --project acme-prod",
            "davy scan --organization 123456789012 --since 30d --format scc --output findings.jsonl",
            "davy scan logs/",
            "davy scan logs/ --format scc --output findings.jsonl",
            "gcloud logging read 'protoPayload.serviceName=\"run.googleapis.com\"' --freshness=400d --format=json | davy scan -",
            "gcloud run services list --format=json | davy scan -          # what runs now",
            "davy scan logs/ --indicators ours.txt --except intended.json --fail-on certain",
            "davy scan logs/ --inspect --inspect-limit 20                   # look into the images, too",
            "davy scan logs/ --to https://davy.example.com --token-file ~/.davy-token");
        return command;
    }

    static int Run(ParseResult parsed, Terminal terminal, TimeProvider clock, ServerSettings environment, GoogleSettings google)
    {
        var isQuiet = parsed.GetValue(ScanOptions.Quiet);
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        using Interruption interrupt = new();

        var settings = Settings(parsed, today, google, clock);
        foreach (var expired in settings.Exceptions.Expired(today))
        {
            terminal.Error.WriteLine($"davy: the exception of {TextSanitizer.Clean(expired.Owner)} for {TextSanitizer.Clean(expired.Image?.ToString() ?? expired.Resource)} expired on {expired.Expires:yyyy-MM-dd} and is ignored.");
        }

        var node = NodeOptions.NodeOf(parsed);
        if (node is not null && parsed.GetValue(ScanOptions.Paths) is [_, ..]) throw new UsageException("files and --project, --folder or --organization cannot be scanned together.");
        if (node is null && (parsed.GetValue(ScanOptions.Since) ?? parsed.GetValue(ScanOptions.Until)) is not null) throw new UsageException("--since and --until go with --project, --folder or --organization; files are read whole.");
        var options = Options(parsed, terminal, clock);
        using var server = Server(parsed, environment, clock);
        using var cloud = node is null ? null : Fetch(parsed, node, terminal, clock, google, interrupt.Token);
        if (node is not null && cloud is null) return ExitCode.Interrupted;
        var inputs = cloud?.Inputs ?? Inputs(parsed, terminal, interrupt.Token);
        var scan = new Scan(settings);
        var start = clock.GetTimestamp();

        ScanResult result;
        var total = inputs.All(input => input.Length is not null) ? inputs.Sum(input => input.Length) : null;
        using (!isQuiet && terminal is { ErrorIsTerminal: true, IsAutomated: false } ? new ProgressBar(terminal.Error, clock, () => scan.BytesRead, total, () => Inspecting(scan)) : null)
        {
            result = scan.Run(inputs, interrupt.Token);
        }

        if (cloud is not null) result = result with { Summary = result.Summary with { Notices = [.. cloud.Notices, .. result.Summary.Notices] } };
        Report(parsed, result, options, terminal);
        var code = CodeOf(result, parsed.GetValue(ScanOptions.FailOn)!);
        if (server is not null) code = ScanSending.Run(server, result, options, code, isQuiet, terminal, interrupt.Token);
        SummaryText.WriteFaults(result.Summary, terminal.Error);
        if (!isQuiet) SummaryText.Write(result.Summary, clock.GetElapsedTime(start), terminal.Error);
        if (parsed.GetValue(ScanOptions.Summary) is { } file) AtomicFile.Write(file, stream => SummaryJson.Write(result, code, stream));
        cloud?.Close(!result.Summary.IsPartial, terminal);
        return code;
    }

    /// <summary>What Cloud Logging has; null where it was interrupted.</summary>
    static CloudLogs? Fetch(ParseResult parsed, string node, Terminal terminal, TimeProvider clock, GoogleSettings google, CancellationToken cancel)
    {
        try
        {
            return CloudLogs.FetchAsync(parsed, node, terminal, clock, google, cancel).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            terminal.Error.WriteLine("davy: interrupted.");
            return null;
        }
    }

    /// <summary>The server to send to, so that what is wrong with its address is told before a long scan; null where none is named.</summary>
    static ServerClient? Server(ParseResult parsed, ServerSettings environment, TimeProvider clock)
    {
        if (parsed.GetValue(ScanOptions.To) is not { } address) return null;
        if (parsed.GetValue(ScanOptions.SourceId) is not null) throw new UsageException("--source-id cannot be said together with --to: davyd keeps Davy's findings below a source of its own.");
        return ConnectionOptions.Connect(address, isTrusted: true, parsed, environment.WithFiles(), clock);
    }

    static ScanSettings Settings(ParseResult parsed, DateOnly today, GoogleSettings google, TimeProvider clock)
    {
        var indicators = IndicatorSet.Default.With(parsed.GetValue(ScanOptions.Indicators)!.Select(IndicatorFile.Read));
        return new()
        {
            Detectors = Detectors.All(parsed.GetValue(ScanOptions.Upstreams) is { } upstreams ? Upstreams.Read(upstreams) : Upstreams.None),
            Indicators = indicators,
            Exceptions = parsed.GetValue(ScanOptions.Except) is { } exceptions ? ExceptionFile.Read(exceptions) : ExceptionFile.Empty,
            Inspection = InspectOptions.Of(parsed, indicators, google.Credentials.Named(parsed.GetValue(NodeOptions.Credentials)), clock),
            Validate = parsed.GetValue(ScanOptions.Validate),
            Threads = parsed.GetValue(ScanOptions.Threads),
            Today = today,
        };
    }

    /// <summary>What is being done once the inputs are read; null before, and where nothing is.</summary>
    static string? Inspecting(Scan scan) => scan.Inspected is (var done, > 0 and var wanted) && done < wanted ? $"looking into images: {done} of {wanted}" : null;

    static List<LogInput> Inputs(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var paths = parsed.GetValue(ScanOptions.Paths)!;
        if (paths.Length == 0)
        {
            if (terminal.InIsTerminal) throw new UsageException("nothing to read: name files or folders of exported logs, or pipe a log into 'davy scan -'. Try 'davy scan --help'.");
            paths = ["-"];
        }

        if (paths.Contains("-") && terminal.InIsTerminal) terminal.Error.WriteLine("davy: reading the terminal; paste a log and end it with Ctrl-D.");
        if (paths.Count(path => path == "-") > 1) throw new UsageException("standard input can be read only once; name '-' once.");

        foreach (var path in paths)
        {
            if (path != "-" && !File.Exists(path) && !Directory.Exists(path)) throw new UsageException(path.StartsWith('-')
                ? $"{TextSanitizer.Clean(path)}: there is no such option, nor a file of that name. Try 'davy scan --help'."
                : $"{TextSanitizer.Clean(path)}: there is no such file or folder.");
        }

        // What cannot be read again may be a pipe.
        return [.. paths.SelectMany(path => path == "-" ? [new LogInput("-", terminal.OpenIn, null, false)] : LogInput.At(path))
            .Select(input => input.IsRereadable ? input : input with { Open = () => new InterruptibleStream(input.Open, cancel) })];
    }

    static ReportOptions Options(ParseResult parsed, Terminal terminal, TimeProvider clock)
    {
        var isFile = parsed.GetValue(ScanOptions.Output) is not null;
        var colour = !isFile && terminal.Colours(parsed.GetValue(ScanOptions.Colour)!);
        var options = new ReportOptions
        {
            Ancestry = parsed.GetValue(ScanOptions.Ancestry) is { } ancestry ? AncestryFile.Read(ancestry) : Ancestry.Unknown,
            DetectedAt = parsed.GetValue(ScanOptions.EventTime) == "detected" ? Timestamp.From(clock.GetUtcNow()) : null,
            EtdCompat = parsed.GetValue(ScanOptions.EtdCompat),
            Style = new(colour, !isFile && terminal.OutIsTerminal ? terminal.Width : null),
        };
        return parsed.GetValue(ScanOptions.SourceId) is { Length: > 0 } source ? options with { SourceId = source } : options;
    }

    static void Report(ParseResult parsed, ScanResult result, ReportOptions options, Terminal terminal)
    {
        var report = ReportFormats.Of(parsed.GetValue(ScanOptions.Format)!, options)!;
        if (parsed.GetValue(ScanOptions.Output) is { } file)
        {
            AtomicFile.Write(file, stream => report.Write(result.Findings, result.Doubts, stream));
            return;
        }

        using var output = terminal.OpenOut();
        report.Write(result.Findings, result.Doubts, output);
    }

    static int CodeOf(ScanResult result, string failOn)
    {
        var summary = result.Summary;
        if (summary.IsPartial) return ExitCode.Interrupted;
        if (summary.Failures.Count > 0) return ExitCode.Failed;
        if (result.Findings.Any(finding => Counts(finding, failOn))) return ExitCode.Found;
        return summary.Doubts > 0 || summary.Rejected > 0 || summary.Read == 0 ? ExitCode.InDoubt : ExitCode.Clean;
    }

    static bool Counts(Finding finding, string failOn) => failOn switch
    {
        "certain" => finding.Match.Certainty is Certainty.Certain,
        "medium" => finding.Severity >= Severity.Medium,
        "high" => finding.Severity >= Severity.High,
        _ => true,
    };
}
