using Davy.Server.Hosting;
using Microsoft.AspNetCore.Authentication;

namespace Davy.Server.Callers;

/// <summary>Who is it, and what may they do? As <c>Program</c> sees it.</summary>
static class CallersSetup
{
    /// <summary>Adds authentication and authorisation.</summary>
    /// <param name="services">The program's services; the stores must be among them.</param>
    /// <param name="options">What the program was told.</param>
    public static void AddCallers(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<SetupToken>();
        services.AddAuthentication(options.Insecure ? InsecureAuthentication.SchemeName : BearerAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, InsecureAuthentication>(InsecureAuthentication.SchemeName, null)
            .AddScheme<AuthenticationSchemeOptions, BearerAuthentication>(BearerAuthentication.SchemeName, null);
        services.AddAuthorization(Principal.AddPolicies);
    }
}
