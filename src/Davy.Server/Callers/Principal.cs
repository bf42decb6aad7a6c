using System.Security.Claims;
using Davy.Server.Hosting;
using Microsoft.AspNetCore.Authorization;

namespace Davy.Server.Callers;

/// <summary>A caller as the rest of the program sees them: a name, and what they may do.</summary>
static class Principal
{
    // One claim for each policy.
    const string May = "may";

    /// <summary>A caller.</summary>
    /// <param name="name">Their name, as it is kept with what they do.</param>
    /// <param name="policies">What they may do: of <see cref="MethodPolicies.All"/>.</param>
    /// <param name="scheme">How they were found out.</param>
    public static ClaimsPrincipal Of(string name, IEnumerable<string> policies, string scheme) =>
        new(new ClaimsIdentity([new(ClaimTypes.Name, name), .. policies.Distinct().Select(policy => new Claim(May, policy))], scheme));

    /// <summary>What each policy asks of a caller.</summary>
    /// <param name="authorization">The program's authorisation.</param>
    public static void AddPolicies(AuthorizationOptions authorization)
    {
        foreach (var policy in MethodPolicies.All) authorization.AddPolicy(policy, rule => rule.RequireClaim(May, policy));

        // Where nothing is served, or by mistake something without a policy, only known callers learn so.
        authorization.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
    }
}
