using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Cli.Client;
using Davy.CloudRun;
using Davy.Findings;
using Davy.Reports;
using Davy.Responses;

namespace Davy.Cli.Commands;

/// <summary>The finding that a response is for, as davyd tells it now.</summary>
static class RespondFinding
{
    const string Mark = "davy_response";

    /// <summary>Reads it.</summary>
    /// <param name="result">What a list has of it.</param>
    /// <exception cref="ServerException">It is no finding.</exception>
    public static ReportedFinding Of(JsonElement result) =>
        ReportedFinding.Of(result, "") is { Name: not null } finding ? finding : throw new ServerException("the server's answer names no finding; it is no davyd.");

    /// <summary>The guards that need the finding.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="resource">What would be changed.</param>
    /// <exception cref="GuardException">One holds.</exception>
    public static void Check(ReportedFinding finding, CloudRunResource resource)
    {
        if (finding.Holding(resource) is { } guard) throw guard;
    }

    /// <summary>Says which it is, and whether it would let something be done.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="resource">What would be changed.</param>
    /// <param name="output">Where to.</param>
    public static void Write(ReportedFinding finding, CloudRunResource resource, TextWriter output)
    {
        output.WriteLine($"Finding {finding.Name}: {TextSanitizer.Clean(finding.State)}, {TextSanitizer.Clean(finding.Category)}");
        if (finding.Holding(resource) is { } guard) output.WriteLine($"  Nothing could be planned for it: the guard '{guard.Guard}' holds: {guard.Message}");
    }

    /// <summary>Marks the finding with what was done. Its state stays the analyst's. Where it cannot be marked, that is said, and what was done stays done.</summary>
    /// <param name="call">The run of the command.</param>
    /// <param name="record">What was done.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task MarkAsync(RespondCall call, ResponseRecord record, CancellationToken cancel)
    {
        if (record.Finding == "") return;
        try
        {
            if (!call.HasServer) throw new ServerException("no server is named: say --server URL, or set DAVY_SERVER.");
            if (!FindingName.TryParse(record.Finding, out var name)) throw new ServerException("the record names none.");

            JsonObject marks = new() { [Mark] = record.Action, [$"{Mark}_record"] = record.Id, [$"{Mark}_reason"] = TextSanitizer.Clean(record.Reason, 1_000) };
            if (record.Result != "") marks[$"{Mark}_result"] = record.Result;
            if (record.Who != "") marks[$"{Mark}_by"] = TextSanitizer.Clean(record.Who, 300);

            // What is named and not given goes away: it would be of an earlier response.
            string[] all = ["", "_record", "_result", "_reason", "_by"];
            await call.Api().UpdateMarksAsync(name, marks, string.Join(',', all.Select(end => $"marks.{Mark}{end}")), cancel);
        }
        catch (ServerException fault)
        {
            call.Terminal.Error.WriteLine($"davy: the finding was not marked with it: {TextSanitizer.Clean(fault.Message, 1_000)}");
        }
    }
}
