using Google.Rpc;

namespace Davy.Server.Api.Rest;

/// <summary>What HTTP statuses are in Google's words.</summary>
static class HttpStatuses
{
    /// <summary>The canonical code of an HTTP status: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto.</summary>
    /// <param name="http">The HTTP status.</param>
    public static Code CodeOf(int http) => http switch
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

    /// <summary>What a status that nobody explained means here, for people.</summary>
    /// <param name="http">The HTTP status.</param>
    public static string MessageOf(int http) => http switch
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
}
