using System.Globalization;
using System.Text.Json;
using Davy.Findings;
using Davy.Reports;
using Davy.Responses;
using Davy.Server.Api.Requests;
using Grpc.Core;

namespace Davy.Server.Api.Own;

/// <summary>The record of responses: journals are taken in line by line, as <c>davy respond</c> writes them, checked, and never rewritten.</summary>
/// <param name="lines">The lines.</param>
/// <param name="paging">The pages.</param>
sealed class ResponseMethods(ResponseLineStore lines, Paging paging)
{
    const int MostBytes = 16 * 1024 * 1024;
    const int MostLines = 1_000;

    /// <summary><c>GET /davy/v1/response-journals/JOURNAL</c>: how far it is kept.</summary>
    /// <param name="journal">The hash of its first line.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> EndAsync(string journal, HttpRequest request, CancellationToken cancel)
    {
        OwnRequests.CheckQuery(request);
        var (count, last) = await lines.EndAsync(Journal(journal), cancel);
        return Results.Json(new ResponseJournalAnswer(journal, count, last), OwnJson.Default.ResponseJournalAnswer);
    }

    /// <summary><c>POST /davy/v1/response-journals/JOURNAL:append?after=N</c>: the body has lines of the journal, which follow its first N.</summary>
    /// <param name="journal">The hash of its first line.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> AppendAsync(string journal, HttpRequest request, CancellationToken cancel)
    {
        OwnRequests.CheckQuery(request, "after");
        if (!long.TryParse(OwnRequests.Text(request, "after"), NumberStyles.None, CultureInfo.InvariantCulture, out var after)) throw Faults.Invalid("after", "INVALID_VALUE", "it must be a whole number: how many lines of the journal come before these.");

        var sent = Lines(await OwnRequests.ReadAsync(request, MostBytes, cancel));
        if (sent.Count is 0 or > MostLines) throw Faults.Invalid("body", "OUT_OF_RANGE", $"it has 1 to {MostLines} lines.");
        var who = request.HttpContext.User.Identity?.Name is { Length: > 0 } caller ? caller : "unknown";
        var count = await lines.AppendAsync(Journal(journal), after, sent, who, cancel);
        return Results.Json(new ResponseJournalAnswer(journal, count, sent[^1].Hash), OwnJson.Default.ResponseJournalAnswer);
    }

    /// <summary><c>GET /davy/v1/responses</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancel)
    {
        FindingName? finding = OwnRequests.Text(request, "finding") is { Length: > 0 } text ? Names.Finding("finding", text) : null;
        var resource = OwnRequests.Text(request, "resource") is { Length: > 0 } name ? (WorkloadName.Parse(name) ?? throw Faults.Invalid("resource", "INVALID_VALUE", "it is no projects/P/locations/L/services/S, nor …/jobs/J or …/workerPools/W.")).AdminName : "";
        var (kept, next) = await OwnLists.PageAsync(request, paging, ["responses", finding?.ToString() ?? "", resource],
            (before, size, stop) => lines.ListAsync(finding, resource, before, size, stop), response => response.Key, cancel, "finding", "resource", "pageSize", "pageToken");
        return Results.Json(new ResponsePage([.. kept.Select(response => ResponseAnswer.Of(response))], next), OwnJson.Default.ResponsePage);
    }

    /// <summary><c>GET /davy/v1/responses/RECORD</c>: with its lines.</summary>
    /// <param name="record">Its id.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> ShowAsync(string record, HttpRequest request, CancellationToken cancel)
    {
        OwnRequests.CheckQuery(request);
        var found = record.Contains('\0', StringComparison.Ordinal) ? null : await lines.FindAsync(record, cancel);
        return found is null ? throw NotFound("davy/Response", record) : Results.Json(ResponseAnswer.Of(found) with { Lines = [.. found.Lines.Select(each => ResponseLineAnswer.Of(each.Number, each.Line))] }, OwnJson.Default.ResponseAnswer);
    }

    static string Journal(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower) ? text : throw NotFound("davy/ResponseJournal", text);

    static RpcException NotFound(string type, string name) => Faults.NotFound(type, TextSanitizer.Clean(name, 80));

    static List<JournalLine> Lines(ReadOnlyMemory<byte> body)
    {
        List<JournalLine> all = [];
        while (body.Length > 0 && all.Count <= MostLines)
        {
            var end = body.Span.IndexOf((byte)'\n');
            all.Add(JournalLine.Of(end < 0 ? body : body[..end]));
            body = end < 0 ? default : body[(end + 1)..];
        }

        return all;
    }
}

/// <summary>How far a journal is kept.</summary>
/// <param name="Journal">The hash of its first line.</param>
/// <param name="Lines">How many lines are kept.</param>
/// <param name="LastHash">The hash of the last; empty for none.</param>
sealed record ResponseJournalAnswer(string Journal, long Lines, string LastHash);

/// <summary>A page of responses.</summary>
sealed record ResponsePage(IReadOnlyList<ResponseAnswer> Responses, string? NextPageToken);

/// <summary>A response; what is empty is left out.</summary>
sealed record ResponseAnswer(string Record, string Action, string Resource, DateTimeOffset Time, string Who, string Reason, string? Finding, string? Undoes, string? Result, string? Why, IReadOnlyList<ResponseStepAnswer> Steps)
{
    /// <summary>The hash of its journal's first line.</summary>
    public required string Journal { get; init; }

    /// <summary>Who sent it.</summary>
    public required string SentBy { get; init; }

    /// <summary>When it was kept first.</summary>
    public required DateTimeOffset KeptTime { get; init; }

    /// <summary>Whether its lines are not what was kept.</summary>
    public required bool Damaged { get; init; }

    /// <summary>Its lines; null in a list.</summary>
    public IReadOnlyList<ResponseLineAnswer>? Lines { get; init; }

    /// <summary>Makes it.</summary>
    public static ResponseAnswer Of(KeptResponse kept)
    {
        var record = kept.Record;
        return new(record.Id, record.Action, record.Resource.AdminName, record.BegunAt, record.Who, record.Reason, Given(record.Finding), Given(record.Undoes), Given(record.Result), Given(record.Why),
            [.. record.Steps.Select(step => new ResponseStepAnswer(step.What, step.Outcome))])
        {
            Journal = kept.Journal,
            SentBy = kept.SentBy,
            KeptTime = kept.KeptAt,
            Damaged = kept.IsDamaged,
        };
    }

    static string? Given(string text) => text == "" ? null : text;
}

/// <summary>A step, and what came of it.</summary>
sealed record ResponseStepAnswer(string What, string Outcome);

/// <summary>A line of a journal.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Hash">Its SHA-256.</param>
/// <param name="Previous">The hash of the line before it, as it has it.</param>
/// <param name="Time">When it was written, by the clock of who wrote it.</param>
/// <param name="What">What happened, in a word.</param>
/// <param name="Details">All else.</param>
sealed record ResponseLineAnswer(long Number, string Hash, string Previous, DateTimeOffset? Time, string What, JsonElement? Details)
{
    /// <summary>Makes it.</summary>
    public static ResponseLineAnswer Of(long number, JournalLine line) =>
        new(number, line.Hash, line.Previous, line.Entry?.At, line.Entry?.What ?? "", line.Entry?.Details is { ValueKind: not JsonValueKind.Undefined } details ? details : null);
}
