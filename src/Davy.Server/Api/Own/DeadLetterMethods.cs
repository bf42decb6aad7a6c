using System.Globalization;
using Davy.Findings;
using Davy.Reports;
using Davy.Server.Api.Requests;
using Davy.Server.Hosting;
using Grpc.Core;

namespace Davy.Server.Api.Own;

/// <summary>Dead letters: listed, shown, replayed, thrown away.</summary>
/// <param name="watch">The watch.</param>
/// <param name="paging">The pages.</param>
/// <param name="log">The log.</param>
sealed partial class DeadLetterMethods(Watch watch, Paging paging, ILogger<DeadLetterMethods> log)
{
    readonly DeadLetterStore _letters = watch.DeadLetters;

    /// <summary><c>GET /davy/v1/dead-letters</c>: without their bytes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancel)
    {
        var (kept, next) = await OwnLists.PageAsync(request, paging, ["dead-letters"], _letters.ListAsync, letter => letter.Key, cancel, "pageSize", "pageToken");
        var totals = await _letters.TotalsAsync(cancel);
        return Results.Json(
            new DeadLetterPage([.. kept.Select(DeadLetterAnswer.Of)], next, totals.Sum(total => total.Letters), totals.Sum(total => total.Bytes), _letters.Limits.Bytes, await _letters.DroppedAsync(cancel)),
            OwnJson.Default.DeadLetterPage);
    }

    /// <summary><c>GET /davy/v1/dead-letters/ID</c>: with its bytes, which may hold secrets; to whom they were shown is kept.</summary>
    /// <param name="id">The id.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> ShowAsync(string id, HttpRequest request, CancellationToken cancel)
    {
        OwnRequests.CheckQuery(request);
        var who = CallerOf(request);
        if (await _letters.ShowAsync(KeyOf(id), who, cancel) is not { } shown) throw NotFound(id);
        Shown(shown.Letter.Key, TextSanitizer.Clean(who));
        return Results.Json(new DeadLetterContentAnswer(DeadLetterAnswer.Of(shown.Letter), shown.Bytes, shown.IsDamaged), OwnJson.Default.DeadLetterContentAnswer);
    }

    /// <summary><c>POST /davy/v1/dead-letters/ID:replay</c>.</summary>
    /// <param name="id">The id.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> ReplayAsync(string id, HttpRequest request, CancellationToken cancel)
    {
        OwnRequests.CheckQuery(request);
        if (await watch.ReplayAsync(KeyOf(id), cancel) is not { } replay) throw NotFound(id);
        Replayed(KeyOf(id), TextSanitizer.Clean(CallerOf(request)), replay.Result);
        return Results.Json(new ReplayAnswer(Word(replay.Result), replay.Detail == "" ? null : replay.Detail, replay.Findings), OwnJson.Default.ReplayAnswer);
    }

    /// <summary><c>DELETE /davy/v1/dead-letters/ID</c>.</summary>
    /// <param name="id">The id.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> PurgeAsync(string id, HttpRequest request, CancellationToken cancel)
    {
        OwnRequests.CheckQuery(request);
        if (!await _letters.PurgeAsync(KeyOf(id), cancel)) throw NotFound(id);
        Purged(KeyOf(id), TextSanitizer.Clean(CallerOf(request)));
        return Results.NoContent();
    }

    static string CallerOf(HttpRequest request) => request.HttpContext.User.Identity?.Name is { Length: > 0 } caller ? caller : "unknown";

    static long KeyOf(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var key) ? key : throw NotFound(id);

    static RpcException NotFound(string id) => Faults.NotFound("davy/DeadLetter", TextSanitizer.Clean(id, 40));

    static string Word(ReplayResult result) => result.ToString() is var name ? $"{char.ToLowerInvariant(name[0])}{name[1..]}" : "";

    [LoggerMessage(1461, LogLevel.Warning, "The bytes of the dead letter {Letter} were shown to {Caller}.")]
    partial void Shown(long letter, string caller);

    [LoggerMessage(1462, LogLevel.Information, "The dead letter {Letter} was replayed by {Caller}: {Result}.")]
    partial void Replayed(long letter, string caller, ReplayResult result);

    [LoggerMessage(1463, LogLevel.Warning, "The dead letter {Letter} was thrown away by {Caller}.")]
    partial void Purged(long letter, string caller);
}

/// <summary>A page of dead letters.</summary>
/// <param name="DeadLetters">The letters, from the newest down.</param>
/// <param name="NextPageToken">The token of the next page; left out where there is none.</param>
/// <param name="Count">How many there are in all.</param>
/// <param name="Bytes">How many bytes are kept of them.</param>
/// <param name="MostBytes">How many may be.</param>
/// <param name="Dropped">How many were kept without their bytes, or not at all, for there was no room.</param>
sealed record DeadLetterPage(IReadOnlyList<DeadLetterAnswer> DeadLetters, string? NextPageToken, long Count, long Bytes, long MostBytes, long Dropped);

/// <summary>A dead letter with its bytes.</summary>
/// <param name="DeadLetter">The letter.</param>
/// <param name="Content">Its bytes, in base64; left out where they were not kept, or are damaged.</param>
/// <param name="Damaged">Whether what is kept is not what came in.</param>
sealed record DeadLetterContentAnswer(DeadLetterAnswer DeadLetter, byte[]? Content, bool Damaged);

/// <summary>What came of a replay.</summary>
/// <param name="Result"><c>kept</c>, <c>failed</c>, <c>noContent</c> or <c>damaged</c>.</param>
/// <param name="Detail">Why it was not kept; left out where it was.</param>
/// <param name="Findings">The names of the findings that it gave.</param>
sealed record ReplayAnswer(string Result, string? Detail, IReadOnlyList<string> Findings);
