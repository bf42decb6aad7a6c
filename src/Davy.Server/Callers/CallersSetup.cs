using Davy.Server.Hosting;
using Microsoft.AspNetCore.Authentication;

namespace Davy.Server.Callers;

/// <summary>Who is it, and what may they do? As <c>Program</c> sees it.</summary>
static class CallersSetup
{
    /// <summary>Adds authentication and authorisation.</summary>
    /// <param name="services">The program's services; the stores must be among them.</param>
    /// <param name="options">What the program was told.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="OptionException">The file of issuers is wrong.</exception>
    public static void AddCallers(this IServiceCollection services, ServerOptions options, TimeProvider clock)
    {
        OidcAuthentication oidc = new(options.Oidc is { } file ? OidcFile.Read(file).Issuers : []);
        services.AddSingleton<SetupToken>().AddSingleton<VerifiedTokens>().AddSingleton(oidc);
        var authentication = services.AddAuthentication(options.Insecure ? InsecureAuthentication.SchemeName : BearerAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, InsecureAuthentication>(InsecureAuthentication.SchemeName, null)
            .AddScheme<AuthenticationSchemeOptions, BearerAuthentication>(BearerAuthentication.SchemeName, null);
        oidc.AddSchemes(authentication, clock);
        services.AddAuthorization(Principal.AddPolicies).AddRateLimiter(rates => RequestRates.Set(rates, options));
    }
}
