using System.Globalization;
using Davy.Images;
using Davy.Images.Content;
using Davy.Images.Registries;
using Davy.Inspection;
using Davy.Tests.Fakes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Images.Registries;

/// <summary>What images of one go share, and what they do not.</summary>
public sealed class RegistrySessionTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static SomeImage Image(int number = 0) => new SomeImage().Entrypoint("/app").Command(number.ToString(CultureInfo.InvariantCulture)).Layer(new TarBuilder().File("app", "hello"));

    /// <summary>A registry that gives a token for one repository to everybody, good for a minute by a clock.</summary>
    static Func<HttpContext, Task<bool>> WantsToken(FakeRegistry fake, FakeTimeProvider clock, string lifetime) => async context =>
    {
        if (context.Request.Path == "/token")
        {
            await context.Response.WriteAsync($$"""{"token":"{{context.Request.Query["scope"].ToString().Replace(':', '_')}}.{{clock.GetUtcNow().Ticks}}"{{lifetime}}}""", Cancel);
            return true;
        }

        var repository = string.Join('/', context.Request.Path.Value!.Split('/')[2..4]);
        var isGood = context.Request.Headers.Authorization.ToString().Split('.') is [var scope, var ticks] && scope == $"Bearer repository_{repository}_pull"
            && clock.GetUtcNow().Ticks - long.Parse(ticks, CultureInfo.InvariantCulture) < TimeSpan.FromSeconds(60).Ticks;
        if (isGood) return false;
        context.Response.StatusCode = 401;
        context.Response.Headers.WWWAuthenticate = $"""Bearer realm="http://{fake.Authority}/token",service="fake" """.Trim();
        return true;
    };

    static async Task<ImageVerdict> VerdictAsync(FakeRegistry fake, RegistrySession session, string target, string repository = "example/app")
    {
        using RegistrySource source = new(ImageReference.Parse($"{fake.Authority}/{repository}{target}"), session, ImageLimits.Default);
        return (await new ImageInspector(new()).InspectAsync("example", source, Cancel)).Verdict;
    }

    static RegistrySession Session(FakeRegistry fake, FakeTimeProvider clock) => new(fake.Options() with { PlainHttp = true, Clock = clock });

    static int Tokens(FakeRegistry fake) => fake.Asked.Count(asked => asked.Path.StartsWith("/token", StringComparison.Ordinal));

    [Fact]
    public async Task AHundredImagesOfOneRepositoryCostOneTokenAndTheirOwnRequests()
    {
        await using var fake = await FakeRegistry.StartAsync();
        FakeTimeProvider clock = new();
        fake.Before = WantsToken(fake, clock, "");
        List<Digest> images = [.. Enumerable.Range(0, 100).Select(i => fake.Push(Image(i).Entrypoint("xmrig", "-o", "pool.supportxmr.com:443")))];
        using var session = Session(fake, clock);

        Assert.Equal(ImageVerdict.Miner, await VerdictAsync(fake, session, $"@{images[0]}"));
        Assert.Equal(4, fake.Asked.Count);
        await Parallel.ForEachAsync(images.Skip(1), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancel }, async (id, _) => Assert.Equal(ImageVerdict.Miner, await VerdictAsync(fake, session, $"@{id}")));

        // A manifest and a configuration each; the first was refused once, and fetched the token.
        Assert.Equal(1, Tokens(fake));
        Assert.Equal((2 * images.Count) + 2, fake.Asked.Count);
    }

    [Fact]
    public async Task ImagesThatBeginAtOnceFetchOneToken()
    {
        await using var fake = await FakeRegistry.StartAsync(Image());
        FakeTimeProvider clock = new();
        fake.Before = WantsToken(fake, clock, "");
        using var session = Session(fake, clock);

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => VerdictAsync(fake, session, ":latest")));

        Assert.All(verdicts, verdict => Assert.Equal(ImageVerdict.Clean, verdict));
        Assert.Equal(1, Tokens(fake));
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","expires_in":60""")]
    public async Task ATokenWhoseTimeIsUpIsFetchedAnewAndIsNoRefusal(string lifetime)
    {
        await using var fake = await FakeRegistry.StartAsync(Image());
        FakeTimeProvider clock = new();
        fake.Before = WantsToken(fake, clock, lifetime);
        using var session = Session(fake, clock);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(ImageVerdict.Clean, await VerdictAsync(fake, session, ":latest"));
            clock.Advance(TimeSpan.FromSeconds(61));
        }

        Assert.Equal(5, Tokens(fake));
    }

    [Fact]
    public async Task ATokenOfOneRepositoryIsSentToNoOther()
    {
        await using var fake = await FakeRegistry.StartAsync(Image());
        FakeTimeProvider clock = new();
        fake.Before = WantsToken(fake, clock, "");
        using var session = Session(fake, clock);

        Assert.Equal(ImageVerdict.Clean, await VerdictAsync(fake, session, ":latest"));
        Assert.Equal(ImageVerdict.NotVerified, await VerdictAsync(fake, session, ":latest", "example/other"));

        Assert.Equal(2, Tokens(fake));
        Assert.DoesNotContain(fake.Asked, asked => asked.Path.Contains("/other/", StringComparison.Ordinal) && asked.Authorization.Contains("example/app", StringComparison.Ordinal));
    }
}
