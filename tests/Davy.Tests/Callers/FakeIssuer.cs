using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Davy.Tests.Callers;

/// <summary>An OpenID Connect issuer on the loopback address: its description, its keys, and tokens of every kind, good and bad.</summary>
sealed class FakeIssuer : IAsyncDisposable
{
    public const string Issuer = "https://issuer.example.com";
    public const string Audience = "https://davy.example.com";

    readonly WebApplication _app;
    readonly ECDsa _p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    int _asked;

    FakeIssuer(WebApplication app) => _app = app;

    /// <summary>The key that is published.</summary>
    public RSA Key { get; } = RSA.Create(2048);

    /// <summary>A key that is not.</summary>
    public RSA OtherKey { get; } = RSA.Create(2048);

    /// <summary>Where its description is.</summary>
    public string Discovery => $"{_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}/description";

    /// <summary>Where its key set is.</summary>
    public string Jwks => Discovery.Replace("/description", "/keys", StringComparison.Ordinal);

    /// <summary>What the published RSA key is called.</summary>
    public string Kid { get; set; } = "rsa";

    /// <summary>How often its description was asked for.</summary>
    public int Described { get; private set; }

    /// <summary>How often its keys were asked for.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Whether it answers.</summary>
    public bool IsAway { get; set; }

    /// <summary>Starts one.</summary>
    public static async Task<FakeIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        FakeIssuer issuer = new(app);
        app.MapGet("/description", (HttpRequest request) =>
        {
            issuer.Described++;
            return issuer.IsAway ? Results.StatusCode(500) : Results.Text($$"""{"issuer":"{{Issuer}}","jwks_uri":"http://{{request.Host}}/keys"}""", "application/json");
        });
        app.MapGet("/keys", () =>
        {
            Interlocked.Increment(ref issuer._asked);
            return issuer.IsAway ? Results.StatusCode(500) : Results.Text(issuer.Keys(), "application/json");
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    string Keys()
    {
        var (rsa, ec) = (Key.ExportParameters(false), _p256.ExportParameters(false));
        return $$"""
            {"keys":[
              {"kty":"RSA","kid":"{{Kid}}","use":"sig","n":"{{Base64Url.EncodeToString(rsa.Modulus)}}","e":"{{Base64Url.EncodeToString(rsa.Exponent)}}"},
              {"kty":"EC","kid":"ec","use":"sig","crv":"P-256","x":"{{Base64Url.EncodeToString(ec.Q.X)}}","y":"{{Base64Url.EncodeToString(ec.Q.Y)}}"}
            ]}
            """;
    }

    /// <summary>The claims of a good token.</summary>
    public static JsonObject Claims()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return new()
        {
            ["iss"] = Issuer,
            ["aud"] = Audience,
            ["sub"] = "1234",
            ["email"] = "alice@example.com",
            ["email_verified"] = true,
            ["iat"] = now - 5,
            ["exp"] = now + 600,
        };
    }

    /// <summary>A token, signed as its header says, if that names a way to sign.</summary>
    /// <param name="claims">Its claims.</param>
    /// <param name="header">Its header.</param>
    /// <param name="key">The key, where it is signed with RSA.</param>
    public string Sign(JsonObject claims, string header = """{"alg":"RS256","kid":"rsa","typ":"JWT"}""", RSA? key = null)
    {
        var signed = $"{Encode(header)}.{Encode(claims.ToJsonString())}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = (string?)JsonNode.Parse(header)!["alg"] switch
        {
            "RS256" => (key ?? Key).SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "RS384" => (key ?? Key).SignData(bytes, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
            "PS256" => (key ?? Key).SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            "ES256" => _p256.SignData(bytes, HashAlgorithmName.SHA256),

            // The public key taken for a shared secret: the old confusion.
            "HS256" => HMACSHA256.HashData(Encoding.ASCII.GetBytes(Key.ExportRSAPublicKeyPem()), bytes),
            _ => [],
        };
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(TestContext.Current.CancellationToken);
        await _app.DisposeAsync();
        Key.Dispose();
        OtherKey.Dispose();
        _p256.Dispose();
    }
}
