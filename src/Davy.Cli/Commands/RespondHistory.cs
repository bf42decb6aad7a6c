using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Cli.Client;
using Davy.Cli.Output;
using Davy.Reports;
using Davy.Responses;

namespace Davy.Cli.Commands;

/// <summary><c>davy respond history</c>: what was done, when, by whom and why; where the record of it is, and whether it is whole.</summary>
static class RespondHistory
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, TimeProvider clock, ServerSettings server, ResponseSettings settings)
    {
        Command command = new("history", "List what was done, the latest first, by the records of the folder and of the davyd that is named. Exit code 3 where a record was changed by other hands, a response was broken off, or davyd could not be asked.")
        {
            RespondOptions.Which, RespondOptions.Records, RespondOptions.Format,
        };
        foreach (var option in RespondOptions.Keeping) command.Options.Add(option);
        command.SetAction(parsed =>
        {
            using Interruption interrupt = new();
            try
            {
                return RunAsync(parsed, terminal, clock, server, settings, interrupt.Token).GetAwaiter().GetResult();
            }
            catch (UnauthorizedAccessException fault)
            {
                throw new UsageException(TextSanitizer.Clean(fault.Message, 1_000));
            }
            catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
        });
        HelpExamples.AddTo(command, terminal, "davy respond history", "davy respond history projects/acme-prod/locations/us-central1/services/shop --format json", "davy respond history --server https://davy.example.com");
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, TimeProvider clock, ServerSettings server, ResponseSettings settings, CancellationToken cancel)
    {
        var folder = RespondCall.Records(parsed, settings);
        var which = parsed.GetValue(RespondOptions.Which);
        var hasServer = (parsed.GetValue(ConnectionOptions.Server) ?? server.Address) != "";
        var (kept, isAsked) = hasServer ? await KeptAsync(parsed, terminal, clock, server, folder, which, cancel) : ([], true);
        var reading = ResponseJournal.Read(folder);
        var records = Joined(ResponseRecord.Of(reading.Entries), reading.Journal, kept).Where(each => which is null || which == each.Record.Id || IsFinding(each.Record.Finding, which) || which == each.Record.Resource.AdminName).ToList();
        if (parsed.GetValue(RespondOptions.Format) == "json")
        {
            await using var output = terminal.OpenOut();
            foreach (var record in records) output.Write([.. Encoding.UTF8.GetBytes(Json(record, hasServer).ToJsonString()), (byte)'\n']);
        }
        else
        {
            foreach (var record in records) Write(record, hasServer, terminal.Out);
            if (records.Count == 0) terminal.Error.WriteLine("davy: there are no records.");
        }

        foreach (var fault in reading.Faults) terminal.Error.WriteLine($"davy: the record was changed: {fault}");
        foreach (var record in records.Where(record => record.IsDamaged)) terminal.Error.WriteLine($"davy: the record {TextSanitizer.Clean(record.Record.Id)} was changed in davyd's database.");
        if (reading.LastHash != "" && reading.Faults.Count == 0) terminal.Error.WriteLine($"davy: the record is whole up to its last line; keep this elsewhere to see later whether lines were taken away: {reading.LastHash}");
        return !isAsked || reading.Faults.Count > 0 || records.Exists(record => record.IsDamaged || record.Record.Result is "" or "unknown") ? ExitCode.InDoubt : ExitCode.Clean;
    }

    /// <summary>Gives davyd what it does not have yet, and asks it for what it has.</summary>
    static async Task<(IReadOnlyList<KeptRecord> Kept, bool IsAsked)> KeptAsync(ParseResult parsed, Terminal terminal, TimeProvider clock, ServerSettings server, string folder, string? which, CancellationToken cancel)
    {
        try
        {
            using var client = ConnectionOptions.Connect(parsed, server, clock);
            var isDelivered = await DeliverAsync(client, terminal, folder, cancel);
            var (kept, isCut) = await KeptRecord.ListAsync(client, which, cancel);
            if (isCut) terminal.Error.WriteLine("davy: davyd has more records than are listed; name a finding or a workload.");
            return (kept, isDelivered);
        }
        catch (ServerException fault)
        {
            terminal.Error.WriteLine($"davy: the records of davyd are not listed: {TextSanitizer.Clean(fault.Message, 1_000)}");
            return ([], false);
        }
    }

    static async Task<bool> DeliverAsync(ServerClient client, Terminal terminal, string folder, CancellationToken cancel)
    {
        try
        {
            if (await new RecordDelivery(client, folder).SendAsync(cancel) is > 0 and var count) terminal.Error.WriteLine($"davy: {count} lines of the record were delivered to davyd now.");
            return true;
        }
        catch (Exception fault) when (fault is ServerException or IOException)
        {
            terminal.Error.WriteLine($"davy: the record of the folder was not delivered to davyd: {TextSanitizer.Clean(fault.Message, 1_000)}");
            return false;
        }
    }

    /// <summary>Each response once; what the folder has is told as the folder has it.</summary>
    static IEnumerable<HistoryRecord> Joined(IReadOnlyList<ResponseRecord> own, string journal, IReadOnlyList<KeptRecord> kept)
    {
        var delivered = kept.Where(each => each.Journal == journal).ToDictionary(each => each.Record.Id, StringComparer.Ordinal);
        var known = own.Select(record => record.Id).ToHashSet(StringComparer.Ordinal);
        return own.Select(record => new HistoryRecord(record, InFolder: true, InDavyd: delivered.ContainsKey(record.Id), delivered.TryGetValue(record.Id, out var same) && same.IsDamaged))
            .Concat(kept.Where(each => each.Journal != journal || !known.Contains(each.Record.Id)).Select(each => new HistoryRecord(each.Record, InFolder: false, InDavyd: true, each.IsDamaged)))
            .OrderByDescending(each => each.Record.BegunAt);
    }

    /// <summary>A finding has six names, which end alike.</summary>
    static bool IsFinding(string name, string said) => name != "" && (name == said || name.EndsWith($"/findings/{said[(said.LastIndexOf('/') + 1)..]}", StringComparison.Ordinal) && (said.Contains("/findings/", StringComparison.Ordinal) || !said.Contains('/')));

    static void Write(HistoryRecord told, bool hasServer, TextWriter output)
    {
        var record = told.Record;
        output.WriteLine($"{TextSanitizer.Clean(record.Id)}  {TextSanitizer.Clean(record.Action)}  {record.Resource.AdminName}  {(record.Result == "" ? "broken off" : TextSanitizer.Clean(record.Result))}");
        output.WriteLine($"  by {TextSanitizer.Clean(record.Who)}: {TextSanitizer.Clean(record.Reason, 1_000)}");
        if (record.Finding != "") output.WriteLine($"  for {TextSanitizer.Clean(record.Finding)}");
        if (record.Undoes != "") output.WriteLine($"  undoes {TextSanitizer.Clean(record.Undoes)}");
        foreach (var (what, outcome) in record.Steps) output.WriteLine($"  {TextSanitizer.Clean(outcome)}: {TextSanitizer.Clean(what, 500)}");
        if (record.Why != "") output.WriteLine($"  {TextSanitizer.Clean(record.Why, 1_000)}");
        if (hasServer) output.WriteLine($"  record: {string.Join(" and ", told.Places)}{(told.InDavyd ? "" : " alone, not delivered yet")}");
    }

    static JsonObject Json(HistoryRecord told, bool hasServer)
    {
        var record = told.Record;
        JsonObject json = new()
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
        if (hasServer) json["keptIn"] = new JsonArray([.. told.Places.Select(place => (JsonNode)JsonValue.Create(place))]);
        return json;
    }

    /// <summary>A response, and where the record of it is.</summary>
    sealed record HistoryRecord(ResponseRecord Record, bool InFolder, bool InDavyd, bool IsDamaged)
    {
        public IEnumerable<string> Places => ((string[])[InFolder ? "folder" : "", InDavyd ? "davyd" : ""]).Where(place => place != "");
    }
}
