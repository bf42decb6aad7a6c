using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Davy.Google;

/// <summary>A service account with a key of its own.</summary>
sealed class ServiceAccount : TokenSource
{
    static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    readonly string _email;
    readonly string _keyId;
    readonly RSA _key = RSA.Create();
    readonly Uri _tokenUrl;
    readonly bool _exchange;

    /// <summary>Reads one.</summary>
    /// <param name="json">The file.</param>
    /// <param name="exchange">Whether what the key signs buys a token, rather than being one.</param>
    /// <exception cref="CredentialException">Something in it is wrong.</exception>
    public ServiceAccount(CredentialJson json, bool exchange)
        : base(json.Place)
    {
        (_email, _keyId, _tokenUrl, _exchange) = (json.Text("client_email"), json.Optional("private_key_id") ?? "", json.Url("token_uri", GoogleUrls.Token), exchange);
        try
        {
            _key.ImportFromPem(json.Text("private_key"));
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            // No inner exception: nothing of the key may come along.
            throw json.Fault("private_key", "it is no RSA key in PEM form");
        }
    }

    /// <inheritdoc/>
    public override string Who => _email;

    /// <inheritdoc/>
    public override async Task<AccessToken> FetchAsync(HttpClient http, TimeProvider time, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (!_exchange) return new(Signed(now, claims => claims.WriteString("sub", _email)), now + Lifetime);

        var assertion = Signed(now, claims => claims.WriteString("aud", _tokenUrl.OriginalString));
        var request = Form(_tokenUrl, ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion));
        return Read(await AskAsync(http, request, [assertion], cancel), time);
    }

    /// <summary>A JSON Web Token (https://www.rfc-editor.org/rfc/rfc7519), signed with RS256.</summary>
    string Signed(DateTimeOffset now, Action<Utf8JsonWriter> more)
    {
        var header = Part(writer =>
        {
            writer.WriteString("alg", "RS256");
            writer.WriteString("typ", "JWT");
            if (_keyId.Length > 0) writer.WriteString("kid", _keyId);
        });
        var claims = Part(writer =>
        {
            writer.WriteString("iss", _email);
            writer.WriteString("scope", Scope);
            writer.WriteNumber("iat", now.ToUnixTimeSeconds());
            writer.WriteNumber("exp", (now + Lifetime).ToUnixTimeSeconds());
            more(writer);
        });
        var signed = $"{header}.{claims}";
        return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    static string Part(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Base64Url.EncodeToString(bytes.WrittenSpan);
    }
}
