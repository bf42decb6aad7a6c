using System.Text.Json;
using Davy.Server.Hosting;
using Google.Rpc;
using HttpResponse = Microsoft.AspNetCore.Http.HttpResponse;

namespace Davy.Server.Api.Rest;

/// <summary>
/// Gives every error over HTTP the form that Google's clients read: <c>{"error":{"code":404,"message":"…","status":"NOT_FOUND","details":[…]}}</c>,
/// whoever answered it: a method by way of transcoding, routing, authorisation, the web server. https://google.aip.dev/193
/// </summary>
sealed class ErrorEnvelope(RequestDelegate next)
{
    /// <summary>Runs the rest of the pipeline and wraps its answer, if that is an error.</summary>
    /// <param name="context">The request.</param>
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
        {
            await next(context);
            return;
        }

        var body = context.Response.Body;
        using HeldErrorStream held = new(body, () => context.Response.StatusCode >= 400);
        context.Response.Body = held;
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException fault)
        {
            // The web server's own refusals (a body too large, broken chunks) reach a reader of the body as exceptions.
            if (context.Response.HasStarted) throw;
            context.Response.StatusCode = fault.StatusCode;
        }
        finally
        {
            context.Response.Body = body;
        }

        // Health has a body of its own.
        if (context.Response.StatusCode < 400 || context.GetEndpoint()?.Metadata.GetMetadata<OwnErrors>() is not null)
        {
            await held.ReleaseAsync(context.RequestAborted);
            return;
        }

        await WriteAsync(context.Response, held.Held, context.RequestAborted);
    }

    static async Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> inner, CancellationToken cancel)
    {
        var (code, message, details) = Read(inner);
        code ??= CodeOf(response.StatusCode);
        message ??= MessageOf(response.StatusCode);

        using MemoryStream envelope = new();
        await using (Utf8JsonWriter writer = new(envelope))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            writer.WriteNumber("code", response.StatusCode);
            writer.WriteString("message", message);
            writer.WriteString("status", NameOf(code.Value));
            if (details is { } list)
            {
                writer.WritePropertyName("details");
                list.WriteTo(writer);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = null;
        envelope.Position = 0;
        await envelope.CopyToAsync(response.Body, cancel);
    }

    /// <summary>The <c>google.rpc.Status</c> that transcoding wrote, if it is one; a key without a value is not written there.</summary>
    static (Code? Code, string? Message, JsonElement? Details) Read(ReadOnlyMemory<byte> inner)
    {
        if (inner.IsEmpty) return default;
        try
        {
            using var document = JsonDocument.Parse(inner);
            var status = document.RootElement;
            if (status.ValueKind != JsonValueKind.Object) return default;
            return (
                status.TryGetProperty("code", out var code) && code.TryGetInt32(out var number) ? (Code)number : null,
                status.TryGetProperty("message", out var message) ? message.GetString() : null,
                status.TryGetProperty("details", out var details) && details.GetArrayLength() > 0 ? details.Clone() : null);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>The canonical code of an HTTP status: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto.</summary>
    static Code CodeOf(int http) => http switch
    {
        401 => Code.Unauthenticated,
        403 => Code.PermissionDenied,
        404 => Code.NotFound,
        409 => Code.Aborted,
        429 => Code.ResourceExhausted,
        499 => Code.Cancelled,
        501 => Code.Unimplemented,
        503 => Code.Unavailable,
        504 => Code.DeadlineExceeded,
        < 500 => Code.InvalidArgument,
        _ => Code.Internal,
    };

    static string MessageOf(int http) => http switch
    {
        401 => "The request does not say who asks: send 'Authorization: Bearer TOKEN'.",
        403 => "The caller is not allowed to do this.",
        404 => "There is nothing at this path; docs/api.md lists what is served.",
        405 => "This path is served, but not by this HTTP method.",
        413 => "The request is larger than the server takes.",
        501 => "This method is not served; docs/api.md lists those that are.",
        415 => "The body must be JSON: send 'Content-Type: application/json'.",
        _ => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(http),
    };

    static string NameOf(Code code) => CodeReflection.Descriptor.EnumTypes[0].FindValueByNumber((int)code)?.Name ?? "UNKNOWN";
}
