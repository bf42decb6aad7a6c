using System.Text.Json;
using Davy.Reports;

namespace Davy.Cli.Client;

/// <summary>Sends what a scan found to a <c>davyd</c>, by batches, each of which may be sent again: the server joins findings by id.</summary>
/// <param name="client">The server.</param>
sealed class ScanDelivery(ServerClient client)
{
    const int BatchLines = 500;
    const int BatchBytes = 4 * 1024 * 1024;

    /// <summary>Sends everything.</summary>
    /// <param name="result">What the scan found.</param>
    /// <param name="options">Ancestry and times of the findings.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="ServerException">The server does not answer, or refuses; batches that it took before are kept there.</exception>
    public async Task<DeliveryOutcome> SendAsync(ScanResult result, ReportOptions options, CancellationToken cancel)
    {
        DeliveryOutcome outcome = new();
        using MemoryStream batch = new();
        var lines = 0;
        foreach (var line in Lines(result, options, outcome))
        {
            if (lines == BatchLines || (lines > 0 && batch.Length + line.Length > BatchBytes)) await FlushAsync();
            batch.Write(line);
            batch.WriteByte((byte)'\n');
            lines++;
        }

        if (lines > 0) await FlushAsync();
        return outcome;

        async Task FlushAsync()
        {
            var body = new RequestBody(batch.GetBuffer().AsMemory(0, (int)batch.Length), "application/x-ndjson");
            outcome.Add(await client.SendAsync(HttpMethod.Post, "/davy/v1/scans", body, "ingester", isRepeatable: true, cancel));
            batch.SetLength(0);
            lines = 0;
        }
    }

    static IEnumerable<byte[]> Lines(ScanResult result, ReportOptions options, DeliveryOutcome outcome)
    {
        foreach (var finding in result.Findings)
        {
            if (ScanForm.Line(finding, options) is { } line) yield return line;
            else outcome.Undeliverable++;
        }

        foreach (var doubt in result.Doubts) yield return ScanForm.Line(doubt);
        foreach (var rejected in result.Summary.RejectedEntries) yield return ScanForm.Line(rejected);
    }
}

/// <summary>What became of what was sent.</summary>
sealed class DeliveryOutcome
{
    /// <summary>Findings that are new there.</summary>
    public long Created { get; private set; }

    /// <summary>Findings to which something was added.</summary>
    public long Changed { get; private set; }

    /// <summary>Findings that were known.</summary>
    public long Unchanged { get; private set; }

    /// <summary>Findings that somebody answered for as intended.</summary>
    public long Excepted { get; private set; }

    /// <summary>Findings that cannot be kept: without a project they have no name, or they are too large.</summary>
    public long Undeliverable { get; set; }

    /// <summary>Adds the answer to one batch.</summary>
    /// <param name="answer">The answer.</param>
    public void Add(JsonElement answer)
    {
        Created += Count(answer, "created");
        Changed += Count(answer, "changed");
        Unchanged += Count(answer, "unchanged");
        Excepted += Count(answer, "excepted");
    }

    static long Count(JsonElement answer, string name) =>
        answer.TryGetProperty("findings", out var findings) && findings.ValueKind is JsonValueKind.Object && findings.TryGetProperty(name, out var count)
        && count.ValueKind is JsonValueKind.Number && count.TryGetInt64(out var number) ? number : 0;
}
