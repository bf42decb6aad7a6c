using System.Security.Claims;
using Davy.Server.Callers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Callers;

/// <summary>How long a token that was found good is taken without another look.</summary>
public sealed class VerifiedTokensTests : IDisposable
{
    readonly FakeTimeProvider _clock = new(new(2026, 1, 10, 10, 0, 0, TimeSpan.Zero));
    readonly VerifiedTokens _tokens;

    public VerifiedTokensTests() => _tokens = new(_clock);

    public void Dispose() => _tokens.Dispose();

    AuthenticationTicket Ending(TimeSpan? after) => new(new ClaimsPrincipal(), new AuthenticationProperties { ExpiresUtc = _clock.GetUtcNow() + after }, "oidc");

    [Fact]
    public void OnlyTheSameTextIsGood()
    {
        var ticket = Ending(TimeSpan.FromHours(1));
        _tokens.Keep("a.b.c", ticket);
        Assert.Same(ticket, _tokens.Find("a.b.c"));
        foreach (var other in new[] { "a.b.d", "a.b.c ", "a.b.C", "a.b", "" }) Assert.Null(_tokens.Find(other));
    }

    [Theory]
    [InlineData(60, 59)]
    [InlineData(3600, 299)]
    public void UntilItEndsAndForFiveMinutesAtMost(int seconds, int good)
    {
        _tokens.Keep("a.b.c", Ending(TimeSpan.FromSeconds(seconds)));
        _clock.Advance(TimeSpan.FromSeconds(good));
        Assert.NotNull(_tokens.Find("a.b.c"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_tokens.Find("a.b.c"));
    }

    [Fact]
    public void OneThatDoesNotSayWhenItEndsIsNotKept()
    {
        _tokens.Keep("a.b.c", Ending(null));
        Assert.Null(_tokens.Find("a.b.c"));
    }

    [Fact]
    public void TheyAreBounded()
    {
        for (var number = 0; number < 20_000; number++) _tokens.Keep($"{number}", Ending(TimeSpan.FromHours(1)));
        Assert.InRange(Enumerable.Range(0, 20_000).Count(number => _tokens.Find($"{number}") is not null), 1, 1_000);
    }
}
