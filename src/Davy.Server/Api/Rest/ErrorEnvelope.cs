using System.Text.Json;
using Davy.Server.Api.Requests;
using Davy.Server.Hosting;
using Google.Rpc;

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
        if (RefusalStatus.IsGrpc(context.Request))
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

        await WriteAsync(context, held.Held, context.RequestAborted);
    }

    static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> inner, CancellationToken cancel)
    {
        var response = context.Response;
        var (code, message, details) = Read(inner);
        code ??= HttpStatuses.CodeOf(response.StatusCode);
        message ??= RequestRefusal.Of(context, response.StatusCode) ?? HttpStatuses.MessageOf(response.StatusCode);

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

    static string NameOf(Code code) => CodeReflection.Descriptor.EnumTypes[0].FindValueByNumber((int)code)?.Name ?? "UNKNOWN";
}
