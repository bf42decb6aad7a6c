using System.Globalization;
using System.Text.Json;
using Davy.Findings;
using Davy.Responses;

namespace Davy.Cli.Client;

/// <summary>A response of which davyd has the record.</summary>
/// <param name="Record">What it tells.</param>
/// <param name="Journal">The hash of its journal's first line.</param>
/// <param name="IsDamaged">Whether davyd says that its lines were changed there.</param>
sealed record KeptRecord(ResponseRecord Record, string Journal, bool IsDamaged)
{
    const int PageSize = 100;
    const int MostPages = 50;

    /// <summary>Lists them.</summary>
    /// <param name="client">The server.</param>
    /// <param name="which">A finding's name or a workload's, of which only the records are listed; else all are.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The records, those that were kept last first, and whether there are more.</returns>
    /// <exception cref="ServerException">The server does not answer, or refuses, or is no davyd.</exception>
    public static async Task<(IReadOnlyList<KeptRecord> All, bool IsCut)> ListAsync(ServerClient client, string? which, CancellationToken cancel)
    {
        var query = which is null ? "" : FindingName.TryParse(which, out var finding) ? $"&finding={Uri.EscapeDataString(finding.ToString())}" : WorkloadName.Parse(which) is { } resource ? $"&resource={Uri.EscapeDataString(resource.AdminName)}" : "";
        List<KeptRecord> all = [];
        var token = "";
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await client.GetAsync($"/davy/v1/responses?pageSize={PageSize}{query}{(token == "" ? "" : $"&pageToken={Uri.EscapeDataString(token)}")}", "viewer", cancel);
            if (!answer.TryGetProperty("responses", out var list) || list.ValueKind is not JsonValueKind.Array) throw new ServerException("the server's answer has no responses; it is no davyd, or one that keeps no records.");
            all.AddRange(list.EnumerateArray().Select(Read));
            token = Text(answer, "nextPageToken");
            if (token == "") return (all, false);
        }

        return (all, true);
    }

    static KeptRecord Read(JsonElement json)
    {
        if (WorkloadName.Parse(Text(json, "resource")) is not { } resource || !DateTimeOffset.TryParse(Text(json, "time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) throw new ServerException("the server tells of a record that is none; it is no davyd.");
        ResponseRecord record = new()
        {
            Id = Text(json, "record"),
            Resource = resource,
            Action = Text(json, "action"),
            BegunAt = at,
            Who = Text(json, "who"),
            Reason = Text(json, "reason"),
            Finding = Text(json, "finding"),
            Undoes = Text(json, "undoes"),
            Result = Text(json, "result"),
            Why = Text(json, "why"),
            Steps = json.TryGetProperty("steps", out var steps) && steps.ValueKind is JsonValueKind.Array ? [.. steps.EnumerateArray().Select(step => (Text(step, "what"), Text(step, "outcome")))] : [],
        };
        return new(record, Text(json, "journal"), json.TryGetProperty("damaged", out var damaged) && damaged.ValueKind is JsonValueKind.True);
    }

    static string Text(JsonElement json, string name) => json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";
}
