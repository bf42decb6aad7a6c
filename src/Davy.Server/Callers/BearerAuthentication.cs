using System.Data.Common;
using System.Text.Encodings.Web;
using Davy.Findings;
using Davy.Server.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Microsoft.Net.Http.Headers;

namespace Davy.Server.Callers;

/// <summary>
/// Finds out who calls by the <c>Authorization: Bearer</c> header (over gRPC: the metadata <c>authorization</c>), and nowhere else: a token in an address would end in logs.
/// https://www.rfc-editor.org/rfc/rfc6750
/// </summary>
sealed partial class BearerAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessTokenStore tokens, OidcAuthentication oidc, VerifiedTokens verified, IOptionsMonitor<JwtBearerOptions> jwt,
    TimeProvider clock, ILogger<BearerAuthentication> log)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The name of the scheme.</summary>
    public const string SchemeName = "bearer";

    const string Bearer = "Bearer ";

    // One answer for a token that never was and one that is another's: nothing is told about tokens to who does not have one.
    const string Unknown = "The access token is not known here.";

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var sent = Request.Headers.Authorization;
        if (sent.Count == 0) return AuthenticateResult.NoResult();
        if (sent is not [{ } header] || !header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return Refused("The Authorization header must be 'Bearer TOKEN', once.");

        var token = header[Bearer.Length..].Trim();
        if (verified.Find(token) is { } ticket) return AuthenticateResult.Success(ticket);
        if (oidc.SchemeOf(token) is { } scheme) return await OfIssuerAsync(token, scheme);
        if (!TokenText.TryParse(token, out var text)) return Refused(Unknown);

        try
        {
            return await OfTokenAsync(text);
        }
        catch (DbException fault)
        {
            DatabaseAway(fault);
            return Refused("The database does not answer; try again.", StatusCodes.Status503ServiceUnavailable);
        }
    }

    async Task<AuthenticateResult> OfTokenAsync(TokenText text)
    {
        // Read anew for every request: a token that was revoked is good for none that comes after.
        var token = await tokens.FindAsync(text.Hash(), Context.RequestAborted);
        if (token is null) return Refused(Unknown);
        if (token.RevokedAt is not null) return Refused("The access token was revoked.");
        if (token.HasExpired(clock.GetUtcNow())) return Refused($"The access token ended at {token.ExpiresAt:u}; make another with 'davyd tokens create'.");

        await tokens.UsedAsync(token, Context.RequestAborted);
        return AuthenticateResult.Success(new(Principal.Of($"token:{token.Id}", Roles.May(token.Role), Scheme.Name), Scheme.Name));
    }

    async Task<AuthenticateResult> OfIssuerAsync(string token, string scheme)
    {
        try
        {
            var result = await Context.AuthenticateAsync(scheme);
            if (result.Succeeded)
            {
                verified.Keep(token, result.Ticket);
                return result;
            }

            // A key that is not there may be the issuer's fault: this throws where none of its keys can be had, and costs nothing where they are known.
            if (result.Failure is SecurityTokenException) await jwt.Get(scheme).ConfigurationManager!.GetConfigurationAsync(Context.RequestAborted);
            return Refused($"The token of the issuer is not good here: {ReasonOf(result.Failure)}");
        }
        catch (Exception fault) when (fault is InvalidOperationException or IOException or HttpRequestException)
        {
            KeysAway(scheme, fault);
            return Refused("The issuer's keys cannot be had at the moment; try again.", StatusCodes.Status503ServiceUnavailable);
        }
    }

    static string ReasonOf(Exception? fault) => fault switch
    {
        SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException or SecurityTokenNoExpirationException => "its time is over or has not begun.",
        SecurityTokenInvalidAudienceException => "it is for another audience.",
        SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidSignatureException or SecurityTokenInvalidAlgorithmException => "its signature is not one of the issuer's.",
        AuthenticationFailureException told => told.Message,
        _ => "it cannot be read.",
    };

    AuthenticateResult Refused(string message, int status = StatusCodes.Status401Unauthorized)
    {
        RequestRefusal.Set(Context, status, message);
        return AuthenticateResult.Fail(message);
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var refusal = Context.Features.Get<RequestRefusal>();
        Response.StatusCode = refusal?.Status ?? StatusCodes.Status401Unauthorized;
        if (Response.StatusCode == StatusCodes.Status401Unauthorized)
        {
            Response.Headers[HeaderNames.WWWAuthenticate] = refusal is null ? "Bearer realm=\"davyd\"" : "Bearer realm=\"davyd\", error=\"invalid_token\"";
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy is { } policy)
        {
            RequestRefusal.Set(Context, Response.StatusCode, $"The caller is not allowed to {policy}; {string.Join(" and ", Roles.Of(policy))} may.");
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(1203, LogLevel.Error, "The keys for '{Scheme}' cannot be had.")]
    partial void KeysAway(string scheme, Exception fault);

    [LoggerMessage(1202, LogLevel.Error, "A caller's token could not be looked up.")]
    partial void DatabaseAway(Exception fault);
}
