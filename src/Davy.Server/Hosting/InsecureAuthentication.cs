using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Davy.Server.Hosting;

/// <summary>With <c>--insecure</c> every caller is the administrator of this machine; without it, nobody is anybody.</summary>
sealed class InsecureAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ServerOptions server)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The name of the scheme.</summary>
    public const string SchemeName = "insecure";

    /// <summary>The claim that names what a caller may do: one of <see cref="MethodPolicies.All"/>.</summary>
    public const string May = "may";

    /// <inheritdoc/>
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!server.Insecure || !IsLocal(Request)) return Task.FromResult(AuthenticateResult.NoResult());

        ClaimsIdentity everybody = new([new(ClaimTypes.Name, "anybody on this machine"), .. MethodPolicies.All.Select(policy => new Claim(May, policy))], Scheme.Name);
        return Task.FromResult(AuthenticateResult.Success(new(new(everybody), Scheme.Name)));
    }

    /// <summary>
    /// A page of some site, open in a browser on this machine, must not get what is for this machine: it comes with its own Origin or, by a name of its own that leads here,
    /// with that as Host.
    /// </summary>
    static bool IsLocal(HttpRequest request) =>
        (request.Host.Host == "localhost" || (IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)))
        && request.Headers.Origin.All(origin => origin == $"{request.Scheme}://{request.Host}");
}
