using Davy.Server.Api.Rest;
using Davy.Server.Hosting;

namespace Davy.Server.Api.Requests;

/// <summary>
/// Gives a gRPC request that is refused before it reaches its method the status that gRPC's clients read, in trailers alone. Clients would make do with the HTTP status,
/// but each in its own words and without the reason. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
/// </summary>
sealed class RefusalStatus(RequestDelegate next)
{
    const string ContentType = "application/grpc";

    /// <summary>Whether a request speaks gRPC.</summary>
    /// <param name="request">The request.</param>
    public static bool IsGrpc(HttpRequest request) => request.ContentType?.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Runs the rest of the pipeline and says in gRPC why it refused, if it did.</summary>
    /// <param name="context">The request.</param>
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);

        var (response, http) = (context.Response, context.Response.StatusCode);
        if (http < 400 || response.HasStarted || !IsGrpc(context.Request)) return;

        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        response.ContentLength = null;
        response.Headers["grpc-status"] = ((int)HttpStatuses.CodeOf(http)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString(RequestRefusal.Of(context, http) ?? HttpStatuses.MessageOf(http));
    }
}
