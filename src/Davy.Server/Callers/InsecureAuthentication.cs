using System.Net;
using System.Text.Encodings.Web;
using Davy.Server.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Davy.Server.Callers;

/// <summary>With <c>--insecure</c> every caller is the administrator of this machine; without it, nobody is anybody.</summary>
sealed class InsecureAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ServerOptions server)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The name of the scheme.</summary>
    public const string SchemeName = "insecure";

    /// <inheritdoc/>
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!server.Insecure) return Task.FromResult(AuthenticateResult.NoResult());
        if (IsLocal(Request)) return Task.FromResult(AuthenticateResult.Success(new(Principal.Of("anybody on this machine", MethodPolicies.All, Scheme.Name), Scheme.Name)));

        RequestRefusal.Set(Context, StatusCodes.Status401Unauthorized, "With --insecure davyd answers this machine alone: ask for it as localhost or by its loopback address, and not from a page of another site.");
        return Task.FromResult(AuthenticateResult.Fail("not local"));
    }

    /// <summary>
    /// A page of some site, open in a browser on this machine, must not get what is for this machine: it comes with its own Origin or, by a name of its own that leads here,
    /// with that as Host.
    /// </summary>
    static bool IsLocal(HttpRequest request) =>
        (request.Host.Host == "localhost" || (IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)))
        && request.Headers.Origin.All(origin => origin == $"{request.Scheme}://{request.Host}");
}
