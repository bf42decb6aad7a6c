using System.CommandLine;
using System.Text.Json;
using Davy.Cli.Client;
using Davy.Cli.Output;

namespace Davy.Cli.Commands;

/// <summary><c>davy findings update-marks|list-marks</c>: security marks, words of one's own on a finding.</summary>
static class FindingsMarks
{
    /// <summary>Makes <c>update-marks</c>.</summary>
    public static Command Update(Terminal terminal, TimeProvider clock, ServerSettings settings)
    {
        Option<string[]> marks = new("--security-marks") { Description = "The marks.", HelpName = "KEY=VALUE,…", DefaultValueFactory = _ => [] };
        Option<string?> mask = new("--update-mask")
        {
            Description = "Which marks are changed: marks.KEY, comma-separated, or 'marks' for all. One that is named and not given is taken away. Without it: those that are given.",
            HelpName = "MARKS",
        };
        Command command = new("update-marks", "Set or take away security marks.") { FindingsOptions.Finding, marks, mask };
        foreach (var option in FindingsOptions.Answers) command.Options.Add(option);
        return FindingsCall.Make(command, terminal, clock, settings, async (call, cancel) =>
        {
            var values = KeyValues.Parse("--security-marks", call.Parsed.GetValue(marks)!);
            var paths = call.Parsed.GetValue(mask)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Path).ToList() ?? [.. values.Select(mark => $"marks.{mark.Key}")];
            if (paths.Count == 0) throw new UsageException("which marks? Say --security-marks KEY=VALUE, or --update-mask marks.KEY to take one away.");
            Write(call, await call.Api.UpdateMarksAsync(call.Finding(), values, string.Join(',', paths), cancel));
            return ExitCode.Clean;
        },
            "davy findings update-marks FINDING --security-marks team=shop,ticket=SEC-1",
            "davy findings update-marks FINDING --update-mask marks.ticket          # takes it away");
    }

    /// <summary>Makes <c>list-marks</c>.</summary>
    public static Command List(Terminal terminal, TimeProvider clock, ServerSettings settings)
    {
        Command command = new("list-marks", "List the security marks of a finding.") { FindingsOptions.Finding };
        foreach (var option in FindingsOptions.Answers) command.Options.Add(option);
        return FindingsCall.Make(command, terminal, clock, settings, async (call, cancel) =>
        {
            var result = await call.Api.FindAsync(call.Finding(), cancel);
            Write(call, result.GetProperty("finding").TryGetProperty("securityMarks", out var marks) && marks.ValueKind is JsonValueKind.Object ? marks : JsonElement.Parse("{}"));
            return ExitCode.Clean;
        },
            "davy findings list-marks FINDING", "davy findings list-marks FINDING --format json");
    }

    static string Path(string path) => path.StartsWith("security_marks.", StringComparison.Ordinal) ? path["security_marks.".Length..] : path;

    /// <summary>A mark a line; JSON as the API has it.</summary>
    static void Write(FindingsCall call, JsonElement marks)
    {
        var format = call.Format();
        using var output = call.Terminal.OpenOut();
        using ResultWriting writing = new(format, ["key", "value"], output);
        if (format.Name is "json" or "jsonl")
        {
            writing.WriteOne(marks);
            return;
        }

        List<JsonElement> rows = [];
        if (marks.TryGetProperty("marks", out var all) && all.ValueKind is JsonValueKind.Object)
        {
            foreach (var mark in all.EnumerateObject()) rows.Add(Row(mark));
        }

        writing.Write(rows);
    }

    static JsonElement Row(JsonProperty mark)
    {
        using MemoryStream row = new();
        using (Utf8JsonWriter json = new(row))
        {
            json.WriteStartObject();
            json.WriteString("key", mark.Name);
            json.WriteString("value", ResultField.TextOf(mark.Value));
            json.WriteEndObject();
        }

        return JsonElement.Parse(row.ToArray());
    }
}
