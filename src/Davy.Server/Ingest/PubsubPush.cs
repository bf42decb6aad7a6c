using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using Davy.Google;

namespace Davy.Server.Ingest;

/// <summary>
/// Takes what Pub/Sub pushes (https://cloud.google.com/pubsub/docs/push): one message a request, answered with success only when all that follows from it is kept. Who pushes was
/// found out before; whatever else is answered makes Pub/Sub deliver the message again.
/// </summary>
/// <param name="watch">The watch.</param>
/// <param name="sources">The sources that are declared. Where one is of this kind, no other takes messages; where none is, any name does.</param>
/// <param name="log">The log.</param>
sealed partial class PubsubPush(Watch watch, IReadOnlyList<SourceDeclaration> sources, ILogger<PubsubPush> log) : IDisposable
{
    // A message has 10 MB at most (https://cloud.google.com/pubsub/quotas), and a third more in base64; so many of them fit into the memory that there is.
    const int MostBytes = 16 * 1024 * 1024;
    const int MostAtOnce = 32;

    readonly Dictionary<string, PubsubPushDeclaration> _declared = sources.OfType<PubsubPushDeclaration>().ToDictionary(source => source.Name, StringComparer.Ordinal);
    readonly SemaphoreSlim _places = new(MostAtOnce, MostAtOnce);

    /// <summary>Takes a message.</summary>
    /// <param name="source">The source that it is counted for.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> TakeAsync(string source, HttpRequest request, CancellationToken cancel)
    {
        if (!SourceDeclarations.IsName(source)) return Results.StatusCode(StatusCodes.Status404NotFound);
        if (_declared.Count > 0 && !_declared.ContainsKey(source)) return Results.StatusCode(StatusCodes.Status404NotFound);
        if (_declared.TryGetValue(source, out var declared) && !declared.Takes(request.HttpContext.User)) return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (request.ContentLength > MostBytes) return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        if (!await _places.WaitAsync(TimeSpan.Zero, cancel)) return Later(request, StatusCodes.Status429TooManyRequests);
        try
        {
            if (await ReadAsync(request, cancel) is not { } body) return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
            await watch.ObserveAsync(body, new($"pubsub/{source}", Logs.EntryLocation.OfMessage($"pubsub/{source}/{MessageOf(body)}")) { Trace = TraceOf(request) }, cancel);
            return Results.NoContent();
        }
        catch (DbException fault)
        {
            NotKept(source, fault);
            return Later(request, StatusCodes.Status503ServiceUnavailable);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    /// <summary>The span in which the message was sent, as W3C has it (https://www.w3.org/TR/trace-context/); none where none is told, or it cannot be read.</summary>
    static ActivityContext TraceOf(HttpRequest request) =>
        ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, isRemote: true, out var trace) ? trace : default;

    static IResult Later(HttpRequest request, int status)
    {
        request.HttpContext.Response.Headers.RetryAfter = "1";
        return Results.StatusCode(status);
    }

    static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        using MemoryStream body = new((int)(request.ContentLength ?? 0));
        var piece = new byte[16 * 1024];
        while (await request.Body.ReadAsync(piece, cancel) is var read and > 0)
        {
            if (body.Length + read > MostBytes) return null;
            body.Write(piece, 0, read);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    /// <summary>What tells the message from others, the same each time that it is delivered.</summary>
    static string MessageOf(ReadOnlyMemory<byte> body)
    {
        string? told = null;
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind is JsonValueKind.Object && json.RootElement.TryGetProperty("message", out var message) && message.ValueKind is JsonValueKind.Object
                && message.TryGetProperty("messageId", out var id) && id.ValueKind is JsonValueKind.String) told = id.GetString();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // It is rejected by who reads it.
        }

        return PubsubMessageId.Of(told, body.Span);
    }

    [LoggerMessage(1401, LogLevel.Error, "A message of the source {Source} could not be kept; Pub/Sub delivers it again.")]
    partial void NotKept(string source, Exception fault);
}
