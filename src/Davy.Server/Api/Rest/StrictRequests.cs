using System.Text;
using Davy.Server.Api.Requests;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace Davy.Server.Api.Rest;

/// <summary>
/// Refuses, as Google does, what transcoding would pass over in silence: names that the request does not have, in body and query, and names given twice.
/// A misspelt filter that is ignored would mute every finding there is.
/// </summary>
sealed class StrictRequests(RequestDelegate next)
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(SecurityCenterApi.Types));
    static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(SecurityCenterApi.Types));

    /// <summary>Checks the request and lets it through, or answers it.</summary>
    /// <param name="context">The request.</param>
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is { } method)
        {
            try
            {
                QueryNames.Check(context.Request.Query, method.MethodDescriptor.InputType, method.HttpRule);
                if (method.HttpRule.Body.Length > 0) await CheckBodyAsync(context, method.MethodDescriptor.InputType, method.HttpRule);
            }
            catch (RpcException fault)
            {
                context.Response.StatusCode = fault.StatusCode is StatusCode.InvalidArgument && IsOtherType(context, method.HttpRule) ? StatusCodes.Status415UnsupportedMediaType : StatusCodes.Status400BadRequest;
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(Formatter.Format(fault.GetRpcStatus()), context.RequestAborted);
                return;
            }
        }

        await next(context);
    }

    static bool IsOtherType(HttpContext context, HttpRule rule) => rule.Body.Length > 0 && !context.Request.HasJsonContentType();

    static async Task CheckBodyAsync(HttpContext context, MessageDescriptor input, HttpRule rule)
    {
        // curl -X POST without a body has no type; Google takes it for JSON.
        if (string.IsNullOrEmpty(context.Request.ContentType)) context.Request.ContentType = "application/json";
        if (!context.Request.HasJsonContentType()) throw Faults.Invalid("", "INVALID_CONTENT_TYPE", HttpStatuses.MessageOf(StatusCodes.Status415UnsupportedMediaType));

        var body = await ReadAsync(context.Request, context.RequestAborted);
        context.Request.Body = new MemoryStream(body);
        context.Request.ContentLength = body.Length;

        // Nothing to say: no body at all, or what Google's client for Node makes of an empty message.
        if (body.Length == 0 || body.AsSpan().SequenceEqual("\"\""u8))
        {
            context.Request.Body = new MemoryStream("{}"u8.ToArray());
            context.Request.ContentLength = 2;
            return;
        }

        var target = rule.Body == "*" ? input : input.FindFieldByName(rule.Body)?.MessageType ?? input;
        var at = rule.Body == "*" ? "" : rule.Body;
        try
        {
            var text = Utf8.GetString(body);
            JsonNamesOfMessage.Check(text, target, at);
            Parser.Parse(text, target);
        }
        catch (DecoderFallbackException)
        {
            throw Faults.Invalid(at, "INVALID_JSON", "the body is not UTF-8.");
        }
        catch (Exception fault) when (fault is InvalidProtocolBufferException or InvalidJsonException or System.Text.Json.JsonException or FormatException or InvalidOperationException)
        {
            throw Faults.Invalid(FieldAtFault.In(Utf8.GetString(body), target, at, Parser), "INVALID_JSON", $"the body is not the JSON of {target.FullName}: {fault.Message}");
        }
    }

    static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, cancel);
        return body.ToArray();
    }
}
