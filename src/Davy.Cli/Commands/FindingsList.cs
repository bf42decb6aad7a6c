using System.CommandLine;
using Davy.Cli.Client;
using Davy.Cli.Output;

namespace Davy.Cli.Commands;

/// <summary><c>davy findings list|describe|group</c>: what a server keeps.</summary>
static class FindingsList
{
    /// <summary>The usual columns; the name stands last, whole, to be copied.</summary>
    public static readonly string[] Columns = ["severity", "state", "mute", "event_time", "category", "resource=source_properties.properties.resource.name", "project=resource.display_name", "name"];

    /// <summary>Makes <c>list</c>.</summary>
    public static Command List(Terminal terminal, TimeProvider clock, ServerSettings settings)
    {
        Command command = new("list", "List findings.") { FindingsOptions.Parent, FindingsOptions.Filter, FindingsOptions.FieldMask, FindingsOptions.OrderBy, FindingsOptions.SortBy };
        foreach (var option in FindingsOptions.Lists) command.Options.Add(option);
        return FindingsCall.Make(command, terminal, clock, settings, async (call, cancel) =>
        {
            var order = call.Parsed.GetValue(FindingsOptions.OrderBy)!;
            if (call.Sort() is { } sort) order = order == "" ? sort.OrderBy() : throw new UsageException("--order-by and --sort-by say the same in two ways; say one.");
            var query = call.Query() with { FieldMask = call.Parsed.GetValue(FindingsOptions.FieldMask)!, OrderBy = order };
            await call.WriteAsync(call.Api.ListAsync(query, cancel), Columns, query.Filter == "" ? "there are no findings." : "no finding passes the filter.");
            return ExitCode.Clean;
        },
            "davy findings list organizations/123 --filter 'state=\"ACTIVE\" AND NOT mute=\"MUTED\"'",
            "davy findings list projects/acme-prod --sort-by '~event_time' --limit 20 --format json",
            "davy findings list 123 --filter 'category:\"Cryptomining\"' --format 'value(name)'");
    }

    /// <summary>Makes <c>describe</c>.</summary>
    public static Command Describe(Terminal terminal, TimeProvider clock, ServerSettings settings)
    {
        Command command = new("describe", "Show all that is known of one finding.") { FindingsOptions.Finding };
        foreach (var option in FindingsOptions.Answers) command.Options.Add(option);
        return FindingsCall.Make(command, terminal, clock, settings, async (call, cancel) =>
        {
            call.Write(await call.Api.FindAsync(call.Finding(), cancel));
            return ExitCode.Clean;
        },
            "davy findings describe organizations/123/sources/1815/locations/global/findings/0123456789abcdef0123456789abcdef",
            "davy findings describe 0123456789abcdef0123456789abcdef --project acme-prod --format json");
    }

    /// <summary>Makes <c>group</c>.</summary>
    public static Command Group(Terminal terminal, TimeProvider clock, ServerSettings settings)
    {
        Option<string> by = new("--group-by") { Description = "By which fields, comma-separated: category, severity, state, mute, resource.type …", HelpName = "FIELDS", Required = true };
        Command command = new("group", "Count findings by their fields.") { FindingsOptions.Parent, by, FindingsOptions.Filter, FindingsOptions.SortBy };
        foreach (var option in FindingsOptions.Lists) command.Options.Add(option);
        return FindingsCall.Make(command, terminal, clock, settings, async (call, cancel) =>
        {
            var fields = call.Parsed.GetRequiredValue(by);
            string[] columns = ["count", .. fields.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(field => $"properties.{field}")];
            var (query, sort) = (call.Query(), call.Sort());
            var pages = sort is null ? call.Api.GroupAsync(query, fields, cancel) : sort.SortAsync(call.Api.GroupAsync(query with { PageSize = 1_000, Limit = null }, fields, cancel), query.Limit);
            await call.WriteAsync(pages, columns, "there is nothing to count.");
            return ExitCode.Clean;
        },
            "davy findings group organizations/123 --group-by category,severity --sort-by '~count' --limit 10",
            "davy findings group 123 --group-by resource.gcp_metadata.project --filter 'state=\"ACTIVE\"' --format csv");
    }
}
