using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Reports;
using Davy.Server.Hosting;

namespace Davy.Server.Api.Own;

/// <summary>
/// Takes in what <c>davy scan --to</c> found. All of it may be sent again: findings are joined by id with what is kept, and state, mute and marks stay as people left them.
/// </summary>
/// <param name="findings">The findings.</param>
/// <param name="others">What else is kept of a scan.</param>
/// <param name="places">Where projects stand.</param>
/// <param name="options">What the program was told.</param>
/// <param name="time">The clock.</param>
sealed class ScanIntake(FindingStore findings, ScanIntake.Others others, ProjectPlaces places, ServerOptions options, TimeProvider time)
{
    const int MostBytes = 16 * 1024 * 1024;

    volatile bool _hasSource;

    /// <summary>The other stores that a scan touches.</summary>
    /// <param name="Sources">The sources, Davy's own among them.</param>
    /// <param name="Answers">What was answered as intended.</param>
    /// <param name="Doubts">The doubts.</param>
    /// <param name="Rejected">The rejected entries.</param>
    public sealed record Others(SourceStore Sources, AnswerStore Answers, DoubtStore Doubts, RejectedEntryStore Rejected);

    /// <summary><c>POST /davy/v1/scans</c>.</summary>
    /// <param name="request">The request: an object a line, as <see cref="ScanForm"/> writes them.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> TakeAsync(HttpRequest request, CancellationToken cancel)
    {
        OwnRequests.CheckQuery(request);
        if (!IsLines(request.ContentType)) return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);

        // All lines are checked before any is kept.
        var content = ScanLines.Read((await OwnRequests.ReadAsync(request, MostBytes, cancel)).Span);
        await EnsureSourceAsync(cancel);
        var (kept, excepted) = await WithoutExceptedAsync(content.Findings, cancel);
        var merged = await Task.WhenAll(kept.Select(async finding => await findings.MergeAsync(finding with { Content = await places.FillAsync(finding.Content, cancel) }, cancel)));
        if (content.Doubts.Count > 0) await others.Doubts.AddOnceAsync(content.Doubts, cancel);
        if (content.RejectedEntries.Count > 0) await others.Rejected.AddOnceAsync(content.RejectedEntries, cancel);

        int Count(MergeOutcome outcome) => merged.Count(each => each.Outcome == outcome);
        ScanAnswer answer = new(new(Count(MergeOutcome.Created), Count(MergeOutcome.Changed), Count(MergeOutcome.Unchanged), excepted), content.Doubts.Count, content.RejectedEntries.Count);
        return Results.Json(answer, OwnJson.Default.ScanAnswer);
    }

    static bool IsLines(string? type) =>
        string.IsNullOrEmpty(type) || type.Split(';')[0].Trim().ToLowerInvariant() is "application/x-ndjson" or "application/jsonl" or "application/json" or "application/octet-stream";

    /// <summary>What somebody answered for as intended does not come in anew; what is kept already goes on being joined.</summary>
    async Task<(List<NewFinding> Kept, int Excepted)> WithoutExceptedAsync(List<NewFinding> found, CancellationToken cancel)
    {
        if (found.Count == 0) return (found, 0);
        var exceptions = await others.Answers.ExceptionsAsync(cancel);
        if (exceptions.Entries.Count == 0) return (found, 0);

        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        List<NewFinding> kept = [];
        foreach (var finding in found)
        {
            var isCovered = FindingMatter.IsCovered((JsonObject)JsonNode.Parse(finding.Content.Document)!, exceptions, today);
            if (!isCovered || await findings.FindAsync(finding.Name, cancel) is not null) kept.Add(finding);
        }

        return (kept, found.Count - kept.Count);
    }

    async Task EnsureSourceAsync(CancellationToken cancel)
    {
        if (_hasSource) return;
        await others.Sources.EnsureAsync(new()
        {
            SourceId = ReportOptions.Default.SourceId,
            Parent = options.Organization is { } organization ? $"organizations/{organization}" : "",
            DisplayName = "Davy",
            Description = "Findings of Davy, the open threat detector for Cloud Run.",
        }, cancel);
        _hasSource = true;
    }
}
