namespace Davy.Server.Hosting;

/// <summary>Why a request is refused before it reaches its method, for whoever writes the answer; a feature of the request.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">The reason, for people, and what would be right.</param>
sealed record RequestRefusal(int Status, string Message)
{
    /// <summary>Notes it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="message">The reason.</param>
    public static void Set(HttpContext context, int status, string message) => context.Features.Set(new RequestRefusal(status, message));

    /// <summary>The reason why a request gets a status; null where none is known.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status of its answer.</param>
    public static string? Of(HttpContext context, int status) => context.Features.Get<RequestRefusal>() is { } refusal && refusal.Status == status ? refusal.Message : null;
}
