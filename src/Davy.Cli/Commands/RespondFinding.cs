using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Cli.Client;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Findings;
using Davy.Images;
using Davy.Reports;
using Davy.Responses;

namespace Davy.Cli.Commands;

/// <summary>The finding that a response is for, as davyd tells it now.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Resource">What it is about; null where it does not say, or Davy has no response to it.</param>
/// <param name="State">ACTIVE or INACTIVE.</param>
/// <param name="Mute">MUTED, UNMUTED or UNDEFINED.</param>
/// <param name="Category">Its category.</param>
sealed record RespondFinding(FindingName Name, CloudRunResource? Resource, string State, string Mute, string Category)
{
    const string Mark = "davy_response";

    /// <summary>Reads it.</summary>
    /// <param name="result">What a list has of it.</param>
    /// <exception cref="ServerException">It is no finding.</exception>
    public static RespondFinding Of(JsonElement result)
    {
        var finding = Member(result, "finding");
        if (!FindingName.TryParse(Text(finding, "name"), out var name)) throw new ServerException("the server's answer names no finding; it is no davyd.");

        var about = Member(Member(Member(finding, "sourceProperties"), "properties"), "resource");
        var collection = Text(about, "kind") switch { "service" => "services", "job" => "jobs", "workerpool" => "workerPools", _ => "" };
        var resource = WorkloadName.Parse($"projects/{Text(about, "project")}/locations/{Text(about, "location")}/{collection}/{Text(about, "name")}");
        return new(name, resource, Text(finding, "state"), Text(finding, "mute"), Text(finding, "category"));
    }

    /// <summary>The guards that need the finding.</summary>
    /// <param name="resource">What would be changed.</param>
    /// <exception cref="GuardException">One holds.</exception>
    public void Check(CloudRunResource resource)
    {
        if (Holding(resource) is { } guard) throw guard;
    }

    /// <summary>Says which it is, and whether it would let something be done.</summary>
    /// <param name="resource">What would be changed.</param>
    /// <param name="output">Where to.</param>
    public void Write(CloudRunResource resource, TextWriter output)
    {
        output.WriteLine($"Finding {Name}: {TextSanitizer.Clean(State)}, {TextSanitizer.Clean(Category)}");
        if (Holding(resource) is { } guard) output.WriteLine($"  Nothing could be planned for it: the guard '{guard.Guard}' holds: {guard.Message}");
    }

    /// <summary>Marks the finding with what was done. Its state stays the analyst's. Where it cannot be marked, that is said, and what was done stays done.</summary>
    /// <param name="call">The run of the command.</param>
    /// <param name="record">What was done.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task MarkAsync(RespondCall call, ResponseRecord record, CancellationToken cancel)
    {
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

    /// <summary>The first guard that holds; null where none does.</summary>
    GuardException? Holding(CloudRunResource resource)
    {
        if (State != "ACTIVE") return new("finding-active", "the finding is not active.");
        if (Mute == "MUTED") return new("finding-mute", "the finding is muted; unmute it if it was not intended.");
        if (!Detectors.All(Upstreams.None).Any(detector => detector.Category == Category)) return new("finding-category", "the finding is not of a category that responses are for.");
        return Resource != resource ? new("finding-workload", $"the finding is not about {resource.AdminName}.") : null;
    }

    static JsonElement Member(JsonElement json, string name) => json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    static string Text(JsonElement json, string name) => Member(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";
}
