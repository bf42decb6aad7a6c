using System.CommandLine;
using System.Text.Json.Nodes;
using Davy.Cli.Client;
using Davy.Cli.Output;

namespace Davy.Cli.Commands;

/// <summary><c>davy findings update</c>: closes or reopens a finding, or changes what it says.</summary>
static class FindingsUpdate
{
    static readonly string[] States = ["ACTIVE", "INACTIVE"];
    static readonly string[] Severities = ["CRITICAL", "HIGH", "MEDIUM", "LOW"];

    static readonly Option<string?> State = OneOf("--state", "Closes the finding (INACTIVE) or opens it again.", States);

    static readonly Option<string?> Severity = OneOf("--severity", "How grave it is.", Severities);

    static readonly Option<string?> EventTime = new("--event-time") { Description = "When it happened, as in 2026-01-31T12:00:00Z.", HelpName = "TIME" };

    static readonly Option<string?> ExternalUri = new("--external-uri") { Description = "Where more is told of it.", HelpName = "URI" };

    static readonly Option<string[]> SourceProperties = new("--source-properties") { Description = "Properties of the source's own; the others stay.", HelpName = "KEY=VALUE,…", DefaultValueFactory = _ => [] };

    static readonly Option<string?> Mask = new("--update-mask")
    {
        Description = "Which fields are changed, comma-separated; one that is named and not given is cleared. Without it: those that are given.",
        HelpName = "FIELDS",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, TimeProvider clock, ServerSettings settings)
    {
        Command command = new("update", "Close a finding, open it again, or change what it says.") { FindingsOptions.Finding, State, Severity, EventTime, ExternalUri, SourceProperties, Mask };
        foreach (var option in FindingsOptions.Answers) command.Options.Add(option);
        return FindingsCall.Make(command, terminal, clock, settings, async (call, cancel) =>
        {
            var name = call.Finding();
            var (finding, mask) = Change(call.Parsed);
            var state = call.Parsed.GetValue(State);
            if (mask == "" && state is null) throw new UsageException("what is to be changed? Say --state, --severity, --event-time, --external-uri, --source-properties or --update-mask.");

            // What it says comes first: where that is refused, nothing is done by halves.
            var changed = mask == "" ? default : await call.Api.UpdateAsync(name, finding, mask, cancel);
            if (state is not null) changed = await call.Api.SetStateAsync(name, state.ToUpperInvariant(), cancel);
            await call.WriteFindingAsync(changed, name, cancel);
            return ExitCode.Clean;
        },
            "davy findings update FINDING --state INACTIVE",
            "davy findings update FINDING --severity LOW --source-properties ticket=SEC-1,owner=shop");
    }

    static (JsonObject Finding, string Mask) Change(ParseResult parsed)
    {
        JsonObject finding = [];
        List<string> mask = [];
        Add("severity", "severity", parsed.GetValue(Severity)?.ToUpperInvariant());
        Add("eventTime", "event_time", parsed.GetValue(EventTime));
        Add("externalUri", "external_uri", parsed.GetValue(ExternalUri));
        var properties = KeyValues.Parse("--source-properties", parsed.GetValue(SourceProperties)!);
        mask.AddRange(properties.Select(property => $"source_properties.{property.Key}"));
        if (properties.Count > 0) finding["sourceProperties"] = properties;

        // Without a mask the server would replace all that can be changed.
        var said = parsed.GetValue(Mask);
        return said is null or { Length: > 0 } ? (finding, said ?? string.Join(',', mask)) : throw new UsageException("--update-mask is empty; name fields, or leave it out.");

        void Add(string field, string path, string? value)
        {
            if (value is null) return;
            finding[field] = value;
            mask.Add(path);
        }
    }

    static Option<string?> OneOf(string name, string description, string[] values)
    {
        Option<string?> option = new(name) { Description = description };
        option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, values);
        return option;
    }
}
