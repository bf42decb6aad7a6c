using System.Text.Json.Nodes;
using Davy.Tests.Api;
using Grpc.Core;

namespace Davy.Tests.Callers;

/// <summary>Tokens of an OpenID Connect issuer: who is let in, as what, and who is not.</summary>
public sealed class OidcTests : IAsyncLifetime
{
    const string Sources = "/v2/organizations/123/sources";
    const string Good = """{"alg":"RS256","kid":"rsa","typ":"JWT"}""";

    readonly TemporaryFolder _folder = new();
    FakeIssuer _issuer = null!;
    RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await FakeIssuer.StartAsync();
        File.WriteAllText(_folder.File("oidc.json"), $$"""
            {
              // As in docs/api.md.
              "issuers": [{
                "issuer": "{{FakeIssuer.Issuer}}", "audiences": ["{{FakeIssuer.Audience}}", "other"], "discovery": "{{_issuer.Discovery}}",
                "roles": [
                  { "role": "administrator", "claim": "email", "value": "alice@example.com" },
                  { "role": "triager", "claim": "groups", "value": "secops" },
                  { "role": "ingester", "claim": "groups", "value": "pipelines" },
                  { "role": "viewer", "claim": "hd", "value": "example.com" },
                ],
              }],
            }
            """);
        _server = await RunningServer.StartAsync(insecure: false, with: options => options with { Oidc = _folder.File("oidc.json") });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _issuer.DisposeAsync();
        _folder.Dispose();
    }

    async Task<(int Read, int Create)> TryAsync(string token)
    {
        using var read = await _server.AnswerAsync("GET", Sources, authorization: $"Bearer {token}");
        using var create = await _server.AnswerAsync("POST", Sources, "{}", authorization: $"Bearer {token}");
        return ((int)read.StatusCode, (int)create.StatusCode);
    }

    static JsonObject With(Action<JsonObject> change)
    {
        var claims = FakeIssuer.Claims();
        change(claims);
        return claims;
    }

    static JsonObject Other(string email, Action<JsonObject> change) => With(claims =>
    {
        claims["email"] = email;
        change(claims);
    });

    [Fact]
    public async Task WhatTheTokenSaysOfItsBearerIsTheirRole()
    {
        foreach (var (claims, expected) in new[]
        {
            (FakeIssuer.Claims(), (200, 400)),
            (With(claims => claims["aud"] = new JsonArray("x", FakeIssuer.Audience)), (200, 400)),
            (With(claims => claims["aud"] = "other"), (200, 400)),
            (With(claims => claims["email_verified"] = "true"), (200, 400)),
            (Other("bob@example.com", claims => claims["groups"] = new JsonArray("dev", "secops")), (200, 403)),
            (Other("bob@example.com", claims => claims["groups"] = "secops"), (200, 403)),
            (Other("bob@example.com", claims => claims["hd"] = "example.com"), (200, 403)),
            (Other("bob@example.com", claims => claims["groups"] = new JsonArray("pipelines")), (403, 403)),
            (Other("bob@example.com", _ => { }), (403, 403)),
            (Other("ALICE@example.com", _ => { }), (403, 403)),
            (Other("alice@example.com ", _ => { }), (403, 403)),
            (With(claims => claims["email_verified"] = false), (403, 403)),
            (With(claims => claims.Remove("email_verified")), (403, 403)),
            (Other("bob@example.com", claims => claims["role"] = "administrator"), (403, 403)),
            (Other("bob@example.com", claims => claims["may"] = "administer"), (403, 403)),
            (Other("bob@example.com", claims => claims["groups"] = new JsonObject { ["secops"] = true }), (403, 403)),
        })
        {
            Assert.True(await TryAsync(_issuer.Sign(claims)) == expected, $"{claims.ToJsonString()}: {await TryAsync(_issuer.Sign(claims))}");
        }

        Assert.Equal((200, 400), await TryAsync(_issuer.Sign(FakeIssuer.Claims(), """{"alg":"ES256","kid":"ec"}""")));
        Assert.Equal(1, _issuer.Asked);
    }

    [Fact]
    public async Task ATokenThatIsNotGoodIsRefused()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = FakeIssuer.Claims();
        var good = _issuer.Sign(claims);
        var parts = good.Split('.');
        Assert.Equal((200, 400), await TryAsync(good));
        Assert.Equal((200, 400), await TryAsync(_issuer.Sign(With(each => each["exp"] = now - 30))));
        Assert.Equal((200, 400), await TryAsync(_issuer.Sign(With(each => each["iat"] = now + 30))));

        foreach (var (what, token) in new (string, string)[]
        {
            ("ended", _issuer.Sign(With(each => each["exp"] = now - 90))),
            ("no end", _issuer.Sign(With(each => each.Remove("exp")))),
            ("end is no number", _issuer.Sign(With(each => each["exp"] = "tomorrow"))),
            ("end beyond time", _issuer.Sign(With(each => each["exp"] = 1e300))),
            ("not yet", _issuer.Sign(With(each => each["nbf"] = now + 120))),
            ("issued in the future", _issuer.Sign(With(each => each["iat"] = now + 120))),
            ("other audience", _issuer.Sign(With(each => each["aud"] = "https://other.example.com"))),
            ("audience with a slash", _issuer.Sign(With(each => each["aud"] = FakeIssuer.Audience + "/"))),
            ("no audience", _issuer.Sign(With(each => each.Remove("aud")))),
            ("other issuer", _issuer.Sign(With(each => each["iss"] = "https://evil.example.com"))),
            ("issuer with a slash", _issuer.Sign(With(each => each["iss"] = FakeIssuer.Issuer + "/"))),
            ("no issuer", _issuer.Sign(With(each => each.Remove("iss")))),
            ("nobody", _issuer.Sign(With(each =>
            {
                each.Remove("sub");
                each.Remove("email");
            }))),
            ("a name of two lines", _issuer.Sign(Other("a\nb@example.com", _ => { }))),
            ("a name without end", _issuer.Sign(Other(new string('a', 400), _ => { }))),
            ("none", _issuer.Sign(claims, """{"alg":"none"}""")),
            ("none with a kid", _issuer.Sign(claims, """{"alg":"none","kid":"rsa"}""")),
            ("None", _issuer.Sign(claims, """{"alg":"None","kid":"rsa"}""")),
            ("public key as secret", _issuer.Sign(claims, """{"alg":"HS256","kid":"rsa"}""")),
            ("algorithm that is not listed", _issuer.Sign(claims, """{"alg":"RS384","kid":"rsa"}""")),
            ("PSS is not listed", _issuer.Sign(claims, """{"alg":"PS256","kid":"rsa"}""")),
            ("algorithm of the other key", _issuer.Sign(claims, """{"alg":"ES256","kid":"rsa"}""")),
            ("other key", _issuer.Sign(claims, Good, _issuer.OtherKey)),
            ("other key, unknown kid", _issuer.Sign(claims, """{"alg":"RS256","kid":"new"}""", _issuer.OtherKey)),
            ("kid is a path", _issuer.Sign(claims, """{"alg":"RS256","kid":"../../../dev/null"}""")),
            ("kid is SQL", _issuer.Sign(claims, """{"alg":"RS256","kid":"' OR 1=1 --"}""")),
            ("key brought along", _issuer.Sign(claims, $$$"""{"alg":"RS256","kid":"own","jwk":{"kty":"RSA","kid":"own","e":"AQAB","n":"{{{Convert.ToBase64String(_issuer.OtherKey.ExportParameters(false).Modulus!).TrimEnd('=')}}}"}}""", _issuer.OtherKey)),
            ("address of keys brought along", _issuer.Sign(claims, """{"alg":"RS256","kid":"own","jku":"http://127.0.0.1:9/keys"}""", _issuer.OtherKey)),
            ("no algorithm", _issuer.Sign(claims, """{"kid":"rsa"}""")),
            ("no signature", $"{parts[0]}.{parts[1]}."),
            ("two parts", $"{parts[0]}.{parts[1]}"),
            ("four parts", $"{good}.x"),
            ("five parts", $"{good}.x.y"),
            ("signature of another", $"{parts[0]}.{parts[1]}.{_issuer.Sign(With(each => each["sub"] = "x")).Split('.')[2]}"),
            ("claims of another", $"{parts[0]}.{_issuer.Sign(With(each => each["sub"] = "x")).Split('.')[1]}.{parts[2]}"),
            ("signature cut", good[..^8]),
            ("not base64", $"{parts[0]}.{parts[1]}.!!!!"),
            ("claims are no object", $"{parts[0]}.W10.{parts[2]}"),
            ("longer than is read", $"{good}{new string('A', 16 * 1024)}"),
            ("dots", ".."),
        })
        {
            var statuses = await TryAsync(token);
            Assert.True(statuses == (401, 401), $"{what}: {statuses}");
        }
    }

    [Fact]
    public async Task AnIssuerThatIsAwayHarmsNobodyWhoseKeysAreKnown()
    {
        _issuer.IsAway = true;
        var token = _issuer.Sign(FakeIssuer.Claims());
        Assert.Equal((503, 503), await TryAsync(token));
        var own = await _server.TokenAsync("viewer");
        Assert.Equal((200, 403), await TryAsync(own.Text));

        _issuer.IsAway = false;
        Assert.Equal((200, 400), await TryAsync(token));
        _issuer.IsAway = true;
        Assert.Equal((200, 400), await TryAsync(token));

        // Keys that nobody knows do not make the server ask again and again.
        var before = _issuer.Asked;
        for (var number = 0; number < 20; number++) await TryAsync(_issuer.Sign(FakeIssuer.Claims(), $$"""{"alg":"RS256","kid":"k{{number}}"}""", _issuer.OtherKey));
        Assert.InRange(_issuer.Asked - before, 0, 2);
    }

    [Fact]
    public async Task OverGrpcTooAndWhatIsDoneBearsTheirName()
    {
        using RawGrpc grpc = new(_server.Grpc);
        const string List = "google.cloud.securitycenter.v2.SecurityCenter/SetMute";
        Assert.Equal(StatusCode.InvalidArgument, (await grpc.CallAsync(List, $"Bearer {_issuer.Sign(FakeIssuer.Claims())}")).StatusCode);
        Assert.Equal(StatusCode.Unauthenticated, (await grpc.CallAsync(List, $"Bearer {_issuer.Sign(FakeIssuer.Claims(), Good, _issuer.OtherKey)}")).StatusCode);

        _server.Token = _issuer.Sign(FakeIssuer.Claims());
        var source = await _server.SourceAsync();
        await _server.DoAsync("POST", $"/v2/{source}/findings?findingId=a", """{"category":"C"}""");
        Assert.Equal("alice@example.com", (string?)(await _server.DoAsync("POST", $"/v2/{source}/findings/a:setMute", """{"mute":"MUTED"}"""))["muteInitiator"]);

        _server.Token = _issuer.Sign(With(claims =>
        {
            claims["email_verified"] = false;
            claims["groups"] = "secops";
        }));
        Assert.Equal($"{FakeIssuer.Issuer}#1234", (string?)(await _server.DoAsync("POST", $"/v2/{source}/findings/a:setMute", """{"mute":"UNMUTED"}"""))["muteInitiator"]);
    }
}
