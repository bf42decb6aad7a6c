using System.Text.Json.Nodes;
using Davy.Server.Callers;
using Davy.Tests.Api;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Callers;

/// <summary>An issuer's keys: from where they come, how long they are good, how often they are asked for.</summary>
public sealed class IssuerKeysTests : IAsyncLifetime
{
    readonly TemporaryFolder _folder = new();
    readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    FakeIssuer _issuer = null!;

    public async ValueTask InitializeAsync() => _issuer = await FakeIssuer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _issuer.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("discovery")]
    [InlineData("jwks")]
    public async Task TheKeysAreUsedForADayWhileTheIssuerIsAway(string where)
    {
        await using var server = await StartAsync(where);
        Assert.Equal(200, await AskAsync(server));
        Assert.Equal((where == "jwks" ? 0 : 1, 1), (_issuer.Described, _issuer.Asked));

        _issuer.IsAway = true;
        foreach (var hours in new[] { 0.5, 1, 10, 12.4 })
        {
            _clock.Advance(TimeSpan.FromHours(hours));
            Assert.Equal(200, await AskAsync(server));
        }

        // 23.9 hours so far. A key that was withdrawn meanwhile must not be good for ever.
        _clock.Advance(TimeSpan.FromMinutes(7));
        Assert.Equal(503, await AskAsync(server));

        _issuer.IsAway = false;
        Assert.Equal(200, await AskAsync(server));
    }

    [Fact]
    public async Task ANewKeyIsFetchedWhenATokenNamesItAndNotMoreOftenThanThat()
    {
        await using var server = await StartAsync("jwks");
        Assert.Equal(200, await AskAsync(server));

        // At once after another question nobody is asked again, whatever tokens name.
        _issuer.Kid = "next";
        for (var number = 0; number < 10; number++) Assert.Equal(401, await AskAsync(server, $"k{number}"));
        Assert.Equal(401, await AskAsync(server, "next"));
        Assert.Equal(1, _issuer.Asked);

        _clock.Advance(IssuerKeys.Pause);
        Assert.Equal(200, await AskAsync(server, "next"));
        Assert.Equal(2, _issuer.Asked);

        // The old one is no longer the issuer's.
        Assert.Equal(401, await AskAsync(server, "rsa"));
        for (var minute = 0; minute < 15; minute++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(401, await AskAsync(server, $"m{minute}"));
        }

        Assert.Equal(5, _issuer.Asked);
        Assert.Equal(200, await AskAsync(server, "next"));
        Assert.Equal(0, _issuer.Described);
    }

    [Theory]
    [InlineData("\"jwks\": \"http://keys.example.com/\"", "must be an https address")]
    [InlineData("\"jwks\": \"https://keys.example.com/\", \"discovery\": \"https://issuer.example.com/d\"", "give one")]
    public void WhatIsWrongIsTold(string members, string message)
    {
        File.WriteAllText(_folder.File("oidc.json"), Text(members));
        Assert.Contains(message, Assert.Throws<Davy.Server.Hosting.OptionException>(() => OidcFile.Read(_folder.File("oidc.json"))).Message, StringComparison.Ordinal);
    }

    async Task<RunningServer> StartAsync(string where)
    {
        await File.WriteAllTextAsync(_folder.File("oidc.json"), Text($"\"{where}\": \"{(where == "jwks" ? _issuer.Jwks : _issuer.Discovery)}\""), TestContext.Current.CancellationToken);
        return await RunningServer.StartAsync(_clock, insecure: false, with: options => options with { Oidc = _folder.File("oidc.json"), Limits = new() { StrangerRequests = 0 } });
    }

    static string Text(string members) => $$"""
        {"issuers": [{"issuer": "{{FakeIssuer.Issuer}}", "audiences": ["{{FakeIssuer.Audience}}"], {{members}}, "roles": [{"role": "viewer", "claim": "email", "value": "alice@example.com"}]}]}
        """;

    async Task<int> AskAsync(RunningServer server, string kid = "rsa")
    {
        var claims = FakeIssuer.Claims();
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        (claims["iat"], claims["exp"]) = (now, now + 600);
        using var answer = await server.AnswerAsync("GET", "/v2/organizations/123/sources", authorization: $"Bearer {_issuer.Sign(claims, new JsonObject { ["alg"] = "RS256", ["kid"] = kid, ["typ"] = "JWT" }.ToJsonString())}");
        return (int)answer.StatusCode;
    }
}
