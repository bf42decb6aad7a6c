using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Davy.Server.Callers;

/// <summary>
/// Takes the tokens of OpenID Connect issuers (JWT): signature, issuer, audience and times are checked, then what the token says of its bearer becomes roles.
/// https://www.rfc-editor.org/rfc/rfc8725
/// </summary>
/// <param name="issuers">The issuers.</param>
sealed class OidcAuthentication(IReadOnlyList<OidcIssuer> issuers)
{
    const int LongestToken = 16 * 1024;
    const int LongestName = 320;
    static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    /// <summary>The scheme that checks a token; null where none can.</summary>
    /// <param name="token">The token, of which nothing is believed yet but who is to be asked.</param>
    public string? SchemeOf(string token)
    {
        if (issuers.Count == 0 || token.Length > LongestToken || token.Count('.') != 2) return null;
        try
        {
            var claimed = new JsonWebToken(token).Issuer;
            return issuers.Any(issuer => issuer.Issuer == claimed) ? Scheme(claimed) : null;
        }
        catch (Exception fault) when (fault is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    /// <summary>Adds a scheme for each issuer.</summary>
    /// <param name="authentication">The program's authentication.</param>
    /// <param name="clock">The clock.</param>
    public void AddSchemes(AuthenticationBuilder authentication, TimeProvider clock)
    {
        foreach (var issuer in issuers) authentication.AddJwtBearer(Scheme(issuer.Issuer), jwt => Set(jwt, issuer, clock));
    }

    static string Scheme(string issuer) => $"oidc {issuer}";

    static void Set(JwtBearerOptions jwt, OidcIssuer issuer, TimeProvider clock)
    {
        jwt.ConfigurationManager = new IssuerKeys(issuer, clock) { UseLastKnownGoodConfiguration = false };
        jwt.MapInboundClaims = false;
        jwt.SaveToken = false;
        jwt.TokenValidationParameters = new()
        {
            ValidAlgorithms = issuer.TakenAlgorithms,
            RequireSignedTokens = true,
            ValidateIssuerSigningKey = true,
            TryAllIssuerSigningKeys = false,

            // To the letter, and not also whatever the description says of itself.
            IssuerValidator = (claimed, _, _) => claimed == issuer.Issuer ? claimed : throw new SecurityTokenInvalidIssuerException(),
            ValidAudiences = issuer.Audiences,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            RequireExpirationTime = true,
            LifetimeValidator = (from, to, _, _) => IsNow(from, to, clock.GetUtcNow().UtcDateTime),
        };
        jwt.Events = new()
        {
            OnTokenValidated = context =>
            {
                if (context.Principal is not { } claims || IsOfTheFuture(claims, clock)) context.Fail("It was issued in the future.");
                else if (NameOf(claims, issuer) is not { Length: > 0 and <= LongestName } name || name.Any(char.IsControl)) context.Fail("It does not say who its bearer is.");
                else context.Principal = Principal.Of(name, issuer.Roles.Where(rule => Holds(rule, claims)).SelectMany(rule => Roles.May(rule.Role)), context.Scheme.Name);
                return Task.CompletedTask;
            },
        };
    }

    static bool IsNow(DateTime? from, DateTime? to, DateTime now) => to is { } end && now - Skew < end && (from is not { } start || start <= now + Skew);

    static bool IsOfTheFuture(ClaimsPrincipal claims, TimeProvider clock) =>
        claims.FindFirst("iat") is { } issued && (!long.TryParse(issued.Value, out var seconds) || seconds > (clock.GetUtcNow() + Skew).ToUnixTimeSeconds());

    /// <summary>A verified address names a person; without one, issuer and subject together do.</summary>
    static string? NameOf(ClaimsPrincipal claims, OidcIssuer issuer) =>
        HasVerifiedEmail(claims) && claims.FindFirst("email") is { Value.Length: > 0 } email ? email.Value
        : claims.FindFirst("sub") is { Value.Length: > 0 } subject ? $"{issuer.Issuer}#{subject.Value}"
        : null;

    static bool Holds(RoleRule rule, ClaimsPrincipal claims) => (rule.Claim != "email" || HasVerifiedEmail(claims)) && claims.HasClaim(rule.Claim, rule.Value);

    static bool HasVerifiedEmail(ClaimsPrincipal claims) => claims.HasClaim("email_verified", "true");
}
