using System.Text.Json;
using System.Text.Json.Serialization;
using Davy.Server.Hosting;

namespace Davy.Server.Callers;

/// <summary>The file of <c>--oidc</c>: whose tokens are taken, and which roles their bearers have. Described in docs/api.md.</summary>
sealed record OidcFile
{
    const int LargestFile = 1024 * 1024;

    /// <summary>The issuers.</summary>
    public required IReadOnlyList<OidcIssuer> Issuers { get; init; }

    /// <summary>Reads the file.</summary>
    /// <param name="path">Where it is.</param>
    /// <exception cref="OptionException">It cannot be read, or something in it is wrong.</exception>
    public static OidcFile Read(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length > LargestFile) throw new OptionException($"--oidc: {path} is larger than 1 MiB.");

            var file = JsonSerializer.Deserialize(stream, OidcJson.Default.OidcFile);
            return file?.Faults().ToList() is { Count: 0 } ? file : throw new OptionException($"--oidc: {path}: {file?.Faults().First() ?? "it is null."}");
        }
        catch (JsonException fault)
        {
            throw new OptionException($"--oidc: {path}: {fault.Message}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new OptionException($"--oidc: {fault.Message}");
        }
    }

    IEnumerable<string> Faults()
    {
        if (Issuers is not { Count: > 0 } || Issuers.Any(issuer => issuer is null)) return ["\"issuers\" must name at least one."];

        var twice = Issuers.GroupBy(issuer => issuer.Issuer).Where(same => same.Count() > 1).Select(same => $"the issuer {same.Key} stands there twice.");
        return Issuers.SelectMany(issuer => issuer.Faults()).Concat(twice);
    }
}

/// <summary>Whoever signs tokens for callers.</summary>
sealed record OidcIssuer
{
    static readonly string[] Asymmetric = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>The claim <c>iss</c>, to the letter.</summary>
    public required string Issuer { get; init; }

    /// <summary>The claim <c>aud</c>: one of these, to the letter.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>Where the issuer's description is, and through it its keys; null for the place that the standard says.</summary>
    public string? Discovery { get; init; }

    /// <summary>Where the issuer's key set is, for one that has no description, or whose description shall not decide; null where the description says it.</summary>
    public string? Jwks { get; init; }

    /// <summary>The signatures that are taken; null for the usual ones.</summary>
    public IReadOnlyList<string>? Algorithms { get; init; }

    /// <summary>Who has which role.</summary>
    public required IReadOnlyList<RoleRule> Roles { get; init; }

    /// <summary>The address of the description. https://openid.net/specs/openid-connect-discovery-1_0.html</summary>
    [JsonIgnore]
    public string DiscoveryAddress => Discovery ?? $"{Issuer.TrimEnd('/')}/.well-known/openid-configuration";

    /// <summary>The signatures that are taken. https://www.rfc-editor.org/rfc/rfc7518#section-3.1</summary>
    [JsonIgnore]
    public IReadOnlyList<string> TakenAlgorithms => Algorithms ?? ["RS256", "ES256"];

    /// <summary>What is wrong with it, a sentence each.</summary>
    public IEnumerable<string> Faults()
    {
        if (Jwks is not null && Discovery is not null) yield return $"\"discovery\" and \"jwks\" of {Issuer} say in two ways where its keys are; give one.";
        if (Jwks is not null && !IsSafe(Jwks)) yield return $"{Jwks} must be an https address; http is for loopback addresses alone.";
        if (Jwks is null && !IsSafe(DiscoveryAddress)) yield return $"{DiscoveryAddress} must be an https address; http is for loopback addresses alone.";
        if (string.IsNullOrWhiteSpace(Issuer)) yield return "\"issuer\" must be given.";
        if (Audiences is not { Count: > 0 } || Audiences.Any(string.IsNullOrWhiteSpace)) yield return $"\"audiences\" of {Issuer} must name at least one: a token for another service would be taken otherwise.";
        if (TakenAlgorithms.Count == 0 || TakenAlgorithms.Except(Asymmetric).Any()) yield return $"\"algorithms\" of {Issuer} must be of {string.Join(", ", Asymmetric)}.";
        if (Roles is not { Count: > 0 } || Roles.Any(rule => rule is null))
        {
            yield return $"\"roles\" of {Issuer} must have at least one rule.";
            yield break;
        }

        foreach (var rule in Roles)
        {
            if (!Callers.Roles.All.Contains(rule.Role)) yield return $"the role '{rule.Role}' is none of {string.Join(", ", Callers.Roles.All)}.";
            if (string.IsNullOrEmpty(rule.Claim) || string.IsNullOrEmpty(rule.Value)) yield return $"a rule for {rule.Role} needs \"claim\" and \"value\".";
        }
    }

    static bool IsSafe(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)) && uri.UserInfo.Length == 0;
}

/// <summary>Callers whose token says something have a role.</summary>
/// <param name="Role">The role.</param>
/// <param name="Claim">The claim: <c>email</c> (which must be verified), <c>groups</c>, <c>hd</c>, …</param>
/// <param name="Value">Its value, to the letter; of a list, one of its elements.</param>
sealed record RoleRule(string Role, string Claim, string Value);

/// <summary>How the file is read.</summary>
[JsonSerializable(typeof(OidcFile))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
sealed partial class OidcJson : JsonSerializerContext;
