using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary>The options of <c>davy scan</c>.</summary>
static class ScanOptions
{
    const int MostThreads = 64;

    public static readonly Argument<string[]> Paths = new("PATH")
    {
        Description = "Files and folders to read; '-' is standard input. What is in them is told by content, never by name.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static readonly Option<string[]> Indicators = new("--indicators")
    {
        Description = "A list of your own, beside the built-in one: Davy's JSON, or plain text with a reference, a digest or 'namespace/*' a line. May be repeated.",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
        Validators = { RefuseEmpty },
    };

    public static readonly Option<string?> Except = File("--except", "What is allowed all the same: images or resources, each with reason, owner and expiry.");

    public static readonly Option<string?> Upstreams = File("--upstreams", "What stands behind remote repositories, mirrors and proxies; a match through one of these is certain.");

    public static readonly Option<string?> Ancestry = File("--ancestry", "Project numbers, names, folders, organisation and security contacts; fills 'resource' and 'contacts' of the findings.");

    public static readonly Option<string> Format = OneOf("--format", "How findings are written.", [.. ReportFormats.Names]);

    public static readonly Option<string?> Output = File("--output", "Write the findings to a file, which is replaced only once they are whole.", "-o");

    public static readonly Option<string?> Summary = File("--summary", "Write how the scan went to a file, as JSON: every count, the rejected entries, the notices.");

    public static readonly Option<string> FailOn = OneOf("--fail-on", "What counts as found for exit code 1: any finding, certain ones, or those of a severity and above.",
        "any", "certain", "medium", "high");

    public static readonly Option<string> EventTime = OneOf("--event-time", "The time of a finding: of the log's first evidence, or of this detection.", "log", "detected");

    public static readonly Option<bool> EtdCompat = new("--etd-compat")
    {
        Description = "In the format scc, name Google's own detector as the source, for tools that look for it.",
    };

    public static readonly Option<string?> SourceId = new("--source-id")
    {
        Description = "The id of the source in the names of findings.",
        HelpName = "ID",
    };

    public static readonly Option<string?> To = new("--to")
    {
        Description = "Send what was found to the davyd at this address too, which keeps it. The same scan may be sent again. The token comes from DAVY_TOKEN or --token-file.",
        HelpName = "URL",
    };

    public static readonly Option<string?> Since = new("--since")
    {
        Description = "With --project, --folder or --organization: from when on, as a time ago (400d, 12h) or a time (2026-01-31); 400 days if not given, which is how long Google keeps these logs.",
        HelpName = "TIME",
    };

    public static readonly Option<string?> Until = new("--until") { Description = "With --project, --folder or --organization: up to when, likewise; now if not given.", HelpName = "TIME" };

    public static readonly Option<bool> Validate = new("--validate")
    {
        Description = "Parse every entry, also those that cannot concern Cloud Run, and count the malformed ones; slower.",
    };

    public static readonly Option<int> Threads = new("--threads")
    {
        Description = "On how many threads to read; as many as there are processors, if not given. What is found never depends on it.",
        HelpName = "N",
        DefaultValueFactory = _ => Math.Min(Environment.ProcessorCount, MostThreads),
        Validators = { RefuseNoThreads },
    };

    public static readonly Option<string> Colour = OneOf("--color", "Whether to colour.", "auto", "always", "never");

    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "No progress and no summary; findings, faults and doubts all the same." };

    public static readonly Option<bool> Debug = new("--debug") { Description = "Show where in the program a failure happened." };

    /// <summary>All of them, in the order of the help.</summary>
    public static IEnumerable<Option> All =>
        [NodeOptions.Project, NodeOptions.Folder, NodeOptions.Organization, Since, Until, NodeOptions.Credentials, Indicators, Except, Upstreams, Ancestry, Format, Output, Summary, FailOn, EventTime, EtdCompat, SourceId, To, .. ConnectionOptions.Secrets, .. InspectOptions.All, Validate, Threads, Colour, Quiet, Debug];

    static Option<string?> File(string name, string description, params string[] aliases) => new(name, aliases) { Description = description, HelpName = "FILE", Validators = { RefuseEmpty } };

    /// <summary>Mostly a variable of a script that is not set.</summary>
    static void RefuseEmpty(OptionResult option)
    {
        if (option.Tokens.Any(token => token.Value == "")) option.AddError($"{option.Option.Name}: the name of the file is empty.");
    }

    static void RefuseNoThreads(OptionResult option)
    {
        if (option.Tokens.Count > 0 && (!int.TryParse(option.Tokens[0].Value, CultureInfo.InvariantCulture, out var threads) || threads is < 1 or > MostThreads))
        {
            option.AddError($"{option.Option.Name}: not a number from 1 to {MostThreads}.");
        }
    }

    static Option<string> OneOf(string name, string description, params string[] values)
    {
        Option<string> option = new(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
