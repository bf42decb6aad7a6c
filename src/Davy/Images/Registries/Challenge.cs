using System.Diagnostics.CodeAnalysis;

namespace Davy.Images.Registries;

/// <summary>What a registry wants before it answers (https://distribution.github.io/distribution/spec/auth/token/, RFC 9110 §11.6.1).</summary>
/// <param name="Scheme"><c>bearer</c> or <c>basic</c>.</param>
/// <param name="Realm">Where a token is had; empty for basic; hostile.</param>
/// <param name="Service">Whom the token is for; hostile.</param>
sealed record Challenge(string Scheme, string Realm, string Service)
{
    const int MostLength = 4096;

    /// <summary>Reads a header <c>WWW-Authenticate</c>.</summary>
    /// <param name="header">The header.</param>
    /// <param name="challenge">The challenge.</param>
    /// <returns>False where it is none that is known.</returns>
    public static bool TryParse(string header, [NotNullWhen(true)] out Challenge? challenge)
    {
        challenge = null;
        if (header.Length > MostLength) return false;

        var space = header.IndexOf(' ');
        var scheme = (space < 0 ? header : header[..space]).ToLowerInvariant();
        if (scheme == "basic")
        {
            challenge = new(scheme, "", "");
            return true;
        }

        if (scheme != "bearer" || space < 0) return false;
        Dictionary<string, string> parameters = new(StringComparer.OrdinalIgnoreCase);
        for (var rest = header.AsSpan(space + 1).TrimStart(); !rest.IsEmpty; rest = rest.TrimStart(" ,"))
        {
            var equals = rest.IndexOf('=');
            if (equals < 1) return false;

            var name = rest[..equals].Trim().ToString();
            rest = rest[(equals + 1)..];
            var isQuoted = rest.StartsWith("\"");
            if (isQuoted) rest = rest[1..];
            var end = isQuoted ? rest.IndexOf('"') : rest.IndexOf(',');
            if (isQuoted && end < 0) return false;
            if (end < 0) end = rest.Length;

            // What is given twice could be read in two ways.
            if (!parameters.TryAdd(name, rest[..end].Trim().ToString())) return false;
            rest = isQuoted ? rest[(end + 1)..] : rest[end..];
        }

        if (!parameters.TryGetValue("realm", out var realm)) return false;
        challenge = new(scheme, realm, parameters.GetValueOrDefault("service", ""));
        return true;
    }
}
