using System.CommandLine;
using System.CommandLine.Parsing;
using Davy.Cli.Output;

namespace Davy.Cli.Commands;

/// <summary>The options of <c>davy findings</c>; names and meanings are those of <c>gcloud scc findings</c> (https://cloud.google.com/sdk/gcloud/reference/scc/findings).</summary>
static class FindingsOptions
{
    public static readonly Argument<string?> Parent = new("PARENT")
    {
        Description = "organizations/NUMBER, folders/NUMBER or projects/PROJECT; a bare number is an organisation. Without it: --organization, --folder, --project, else DAVY_PARENT.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static readonly Argument<string> Finding = new("FINDING")
    {
        Description = "The finding's whole name, in any of its six forms, or its id alone beside --organization, --folder, --project or DAVY_PARENT.",
    };

    public static readonly Option<string?> Organization = Node("--organization", "The organisation's number.", "NUMBER");

    public static readonly Option<string?> Folder = Node("--folder", "The folder's number.", "NUMBER");

    public static readonly Option<string?> Project = Node("--project", "The project's id or number.", "PROJECT");

    public static readonly Option<string?> Source = new("--source")
    {
        Description = "The source's id; '-' means all, where several findings are meant. Without it: all, or for one finding Davy's own.",
        HelpName = "ID",
    };

    public static readonly Option<string> Location = OneOf("--location", "Where the findings are kept; there is one place.", "global");

    public static readonly Option<string> Filter = new("--filter")
    {
        Description = "Which findings, in the language of Security Command Center: 'state=\"ACTIVE\" AND category:\"Cryptomining\"'.",
        HelpName = "FILTER",
        DefaultValueFactory = _ => "",
    };

    public static readonly Option<string> FieldMask = new("--field-mask") { Description = "Which fields of the findings the server sends, comma-separated.", HelpName = "FIELDS", DefaultValueFactory = _ => "" };

    public static readonly Option<string> OrderBy = new("--order-by")
    {
        Description = "In which order: 'event_time desc', comma-separated. Without it the latest first.",
        HelpName = "ORDER",
        DefaultValueFactory = _ => "",
    };

    public static readonly Option<string?> SortBy = new("--sort-by")
    {
        Description = "In which order, as gcloud says it: '~event_time,category', falling by what has a ~ before it.",
        HelpName = "FIELDS",
    };

    public static readonly Option<int> PageSize = new("--page-size") { Description = "How many the server sends at a time, 1 to 1,000.", HelpName = "N", DefaultValueFactory = _ => 100, Validators = { RefusePageSize } };

    public static readonly Option<string> PageToken = new("--page-token") { Description = "Where to go on, as an earlier list said.", HelpName = "TOKEN", DefaultValueFactory = _ => "" };

    public static readonly Option<long?> Limit = new("--limit") { Description = "How many in all; without it all.", HelpName = "N", Validators = { RefuseLimit } };

    public static readonly Option<string> Format = new("--format")
    {
        Description = "How the answer is written: table, json, jsonl (an object a line), yaml, csv or value; with fields as in 'value(name,severity)'.",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => ResultFormat.Names[0],
        Validators = { RefuseFormat },
        CompletionSources = { ResultFormat.Names },
    };

    public static readonly Option<string?> Fields = new("--fields") { Description = "The columns of table, csv and value: paths such as severity or resource.type, comma-separated.", HelpName = "FIELDS" };

    /// <summary>Those that every command has.</summary>
    public static IEnumerable<Option> Everywhere => [Organization, Folder, Project, Source, Location, ConnectionOptions.Server, .. ConnectionOptions.Secrets];

    /// <summary>Those of a command that lists.</summary>
    public static IEnumerable<Option> Lists => [PageSize, PageToken, Limit, .. Answers];

    /// <summary>Those of a command that writes what the server answers.</summary>
    public static IEnumerable<Option> Answers => [Format, Fields];

    /// <summary>An option with fixed values.</summary>
    public static Option<string> OneOf(string name, string description, params string[] values)
    {
        Option<string> option = new(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    static Option<string?> Node(string name, string description, string value) => new(name) { Description = description, HelpName = value };

    static void RefusePageSize(OptionResult option)
    {
        if (option.Tokens.Count == 1 && int.TryParse(option.Tokens[0].Value, out var size) && size is < 1 or > 1_000) option.AddError("--page-size: it must be 1 to 1,000.");
    }

    static void RefuseLimit(OptionResult option)
    {
        if (option.Tokens.Count == 1 && long.TryParse(option.Tokens[0].Value, out var limit) && limit < 1) option.AddError("--limit: it must be 1 or more.");
    }

    static void RefuseFormat(OptionResult option)
    {
        if (option.Tokens.Count == 1 && ResultFormat.Parse(option.Tokens[0].Value, null) is null) option.AddError($"--format: possible are {string.Join(", ", ResultFormat.Names)}, the first and the last two with fields as in 'value(name,severity)'.");
    }
}
