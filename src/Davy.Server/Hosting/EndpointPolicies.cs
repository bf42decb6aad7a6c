using Microsoft.AspNetCore.Authorization;

namespace Davy.Server.Hosting;

/// <summary>No end point without a policy: the program does not start with one.</summary>
static class EndpointPolicies
{
    /// <summary>Checks all end points; to be called when they are mapped.</summary>
    /// <param name="app">The program.</param>
    /// <exception cref="InvalidOperationException">One has no policy, or is open to everybody without being marked so.</exception>
    public static void CheckPolicies(this IEndpointRouteBuilder app)
    {
        foreach (var endpoint in app.DataSources.SelectMany(source => source.Endpoints))
        {
            if (FaultOf(endpoint.Metadata) is { } fault) throw new InvalidOperationException($"The end point '{endpoint.DisplayName}' {fault}");
        }
    }

    static string? FaultOf(EndpointMetadataCollection metadata)
    {
        if (metadata.GetMetadata<IAllowAnonymous>() is not null) return metadata.GetMetadata<OpenToAll>() is null ? "is open to everybody; health alone may be." : null;

        var asked = metadata.GetOrderedMetadata<IAuthorizeData>();
        return asked.Count == 0 || asked.Any(each => each.Policy is null || !MethodPolicies.All.Contains(each.Policy))
            ? "has no policy; map it with RequireAuthorization(MethodPolicies.…)."
            : null;
    }
}
