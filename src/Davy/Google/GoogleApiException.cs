using System.Net;

namespace Davy.Google;

/// <summary>An API of Google refused a call, or did not answer.</summary>
/// <param name="message">One sentence with the service and its reason.</param>
/// <param name="inner">What led to it.</param>
public sealed class GoogleApiException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The status of the answer; 0 where there was none.</summary>
    public HttpStatusCode Code { get; init; }

    /// <summary>The status as Google names it (https://google.aip.dev/193), such as <c>PERMISSION_DENIED</c>; empty where the answer has none.</summary>
    public string Status { get; init; } = "";

    /// <summary>How long the service asks to wait; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the answer was longer than was allowed for.</summary>
    public bool IsTooLong { get; init; }

    /// <summary>Whether the same call may succeed later without anybody doing anything.</summary>
    public bool MayPass => !IsTooLong && (Code is 0 or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError) && Code is not HttpStatusCode.NotImplemented;
}
