using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace PushLoop;

/// <summary>An OpenID Connect issuer of files: its description, its key, and a token that it signed.</summary>
static class SomeIssuer
{
    /// <summary>Writes them.</summary>
    /// <param name="folder">The folder that is served.</param>
    /// <param name="url">Where it is served.</param>
    public static void Write(string folder, string url)
    {
        using var key = RSA.Create(2048);
        var published = key.ExportParameters(includePrivateParameters: false);
        File.WriteAllText(Path.Combine(folder, "description"), $$"""{"issuer": "https://issuer.example.com", "jwks_uri": "{{url}}/keys"}""");
        File.WriteAllText(Path.Combine(folder, "keys"), $$"""{"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "n": "{{Text(published.Modulus!)}}", "e": "{{Text(published.Exponent!)}}"}]}""");

        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var signed = $"{Text("""{"alg": "RS256", "kid": "one", "typ": "JWT"}"""u8)}." + Text(Encoding.UTF8.GetBytes(
            $$"""{"iss": "https://issuer.example.com", "aud": "https://davy.example.com", "sub": "1", "email": "push@example.com", "email_verified": true, "iat": {{now}}, "exp": {{now + 3600}}}"""));
        File.WriteAllText(Path.Combine(folder, "token"), $"{signed}.{Text(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}");
    }

    static string Text(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
