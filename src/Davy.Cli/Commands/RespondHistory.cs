using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Cli.Client;
using Davy.Cli.Output;
using Davy.Reports;
using Davy.Responses;

namespace Davy.Cli.Commands;

/// <summary><c>davy respond history</c>: what was done, when, by whom and why; and whether the record is whole.</summary>
static class RespondHistory
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, ResponseSettings settings)
    {
        Command command = new("history", "List what was done, the latest first. Exit code 3 where the record was changed by other hands, or a response was broken off.") { RespondOptions.Which, RespondOptions.Records, RespondOptions.Format };
        command.SetAction(parsed =>
        {
            try
            {
                return Run(parsed, terminal, settings);
            }
            catch (UnauthorizedAccessException fault)
            {
                throw new UsageException(TextSanitizer.Clean(fault.Message, 1_000));
            }
        });
        HelpExamples.AddTo(command, terminal, "davy respond history", "davy respond history projects/acme-prod/locations/us-central1/services/shop --format json");
        return command;
    }

    static int Run(ParseResult parsed, Terminal terminal, ResponseSettings settings)
    {
        var reading = ResponseJournal.Read(RespondCall.Records(parsed, settings));
        var which = parsed.GetValue(RespondOptions.Which);
        var records = ResponseRecord.Of(reading.Entries).Where(record => which is null || which == record.Id || IsFinding(record.Finding, which) || which == record.Resource.AdminName).ToList();
        if (parsed.GetValue(RespondOptions.Format) == "json")
        {
            using var output = terminal.OpenOut();
            foreach (var record in records) output.Write([.. Encoding.UTF8.GetBytes(Json(record).ToJsonString()), (byte)'\n']);
        }
        else
        {
            foreach (var record in records) Write(record, terminal.Out);
            if (records.Count == 0) terminal.Error.WriteLine("davy: there are no records.");
        }

        foreach (var fault in reading.Faults) terminal.Error.WriteLine($"davy: the record was changed: {fault}");
        if (reading.LastHash != "" && reading.Faults.Count == 0) terminal.Error.WriteLine($"davy: the record is whole up to its last line; keep this elsewhere to see later whether lines were taken away: {reading.LastHash}");
        return reading.Faults.Count > 0 || records.Exists(record => record.Result is "" or "unknown") ? ExitCode.InDoubt : ExitCode.Clean;
    }

    /// <summary>A finding has six names, which end alike.</summary>
    static bool IsFinding(string name, string said) => name != "" && (name == said || name.EndsWith($"/findings/{said[(said.LastIndexOf('/') + 1)..]}", StringComparison.Ordinal) && (said.Contains("/findings/", StringComparison.Ordinal) || !said.Contains('/')));

    static void Write(ResponseRecord record, TextWriter output)
    {
        output.WriteLine($"{record.Id}  {record.Action}  {record.Resource.AdminName}  {(record.Result == "" ? "broken off" : record.Result)}");
        output.WriteLine($"  by {TextSanitizer.Clean(record.Who)}: {TextSanitizer.Clean(record.Reason, 1_000)}");
        if (record.Finding != "") output.WriteLine($"  for {TextSanitizer.Clean(record.Finding)}");
        if (record.Undoes != "") output.WriteLine($"  undoes {TextSanitizer.Clean(record.Undoes)}");
        foreach (var (what, outcome) in record.Steps) output.WriteLine($"  {outcome}: {TextSanitizer.Clean(what, 500)}");
        if (record.Why != "") output.WriteLine($"  {TextSanitizer.Clean(record.Why, 1_000)}");
    }

    static JsonObject Json(ResponseRecord record) => new()
    {
        ["record"] = record.Id,
        ["action"] = record.Action,
        ["resource"] = record.Resource.AdminName,
        ["at"] = record.BegunAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ["who"] = record.Who,
        ["reason"] = record.Reason,
        ["finding"] = record.Finding,
        ["undoes"] = record.Undoes,
        ["result"] = record.Result,
        ["why"] = record.Why,
        ["steps"] = new JsonArray([.. record.Steps.Select(step => (JsonNode)new JsonObject { ["what"] = step.What, ["outcome"] = step.Outcome })]),
    };
}
