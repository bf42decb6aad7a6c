using System.Security.Claims;
using Grpc.Core;

namespace Davy.Server.Api;

/// <summary>Who calls.</summary>
static class Caller
{
    /// <summary>The caller's name, as it is kept with what they did.</summary>
    /// <param name="context">The call.</param>
    public static string Of(ServerCallContext context) => Principal(context).Identity?.Name is { Length: > 0 } name ? name : "unknown";

    /// <summary>The caller, as authentication found out.</summary>
    /// <param name="context">The call.</param>
    public static ClaimsPrincipal Principal(ServerCallContext context) => context.GetHttpContext().User;
}
