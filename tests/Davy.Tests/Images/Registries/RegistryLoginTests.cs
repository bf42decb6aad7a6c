using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Images.Content;
using Davy.Images.Registries;
using Davy.Inspection;
using Davy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace Davy.Tests.Images.Registries;

/// <summary>Who gets a login, and who does not.</summary>
public sealed class RegistryLoginTests
{
    const string Secret = "canary-5d41402abc4b2a76";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static SomeImage Image() => new SomeImage().Entrypoint("/app").Layer(new TarBuilder().File("app", "hello"));

    static async Task<ImageReport> InspectAsync(IImageSource source)
    {
        using (source) return await new ImageInspector(new()).InspectAsync("example", source, Cancel);
    }

    static async Task<UnreadableReason?> ReasonAsync(IImageSource source) => (await InspectAsync(source)).Failure?.Reason;

    static DockerConfig Logins(string host) =>
        new("config.json", JsonDocument.Parse(new JsonObject { ["auths"] = new JsonObject { [host] = new JsonObject { ["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{Secret}")) } } }.ToJsonString()).RootElement, (_, _, _) => Task.FromResult<string?>(null));

    static bool HasSecret(string authorization) =>
        authorization.StartsWith("Basic ", StringComparison.Ordinal) && Encoding.UTF8.GetString(Convert.FromBase64String(authorization["Basic ".Length..])).Contains(Secret, StringComparison.Ordinal);

    /// <summary>A registry that wants a token, which it gives to everybody or to who knows the password.</summary>
    static Func<HttpContext, Task<bool>> WantsToken(FakeRegistry fake, bool isOpen, string? realm = null) => async context =>
    {
        if (context.Request.Path == "/token")
        {
            var mayHave = isOpen || HasSecret(context.Request.Headers.Authorization.ToString());
            context.Response.StatusCode = mayHave ? 200 : 401;
            if (mayHave) await context.Response.WriteAsync("""{"token":"let-me-in"}""", Cancel);
            return true;
        }

        if (context.Request.Headers.Authorization == "Bearer let-me-in" || !context.Request.Path.StartsWithSegments("/v2")) return false;
        context.Response.StatusCode = 401;
        context.Response.Headers.WWWAuthenticate = $"""Bearer realm="{realm ?? $"http://{fake.Authority}/token"}",service="fake",scope="repository:example/app:pull" """.Trim();
        return true;
    };

    [Fact]
    public async Task ATokenForEverybodyIsFetchedWithoutALogin()
    {
        await using var fake = await FakeRegistry.StartAsync(Image());
        fake.Before = WantsToken(fake, isOpen: true);

        Assert.Equal(ImageVerdict.Clean, (await InspectAsync(fake.Open(fake.Options() with { Logins = Logins(fake.Authority) }))).Verdict);
        Assert.DoesNotContain(fake.Asked, asked => HasSecret(asked.Authorization));
        Assert.Contains(fake.Asked, asked => asked.Path.StartsWith("/token?service=fake&scope=repository%3Aexample%2Fapp%3Apull", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheLoginIsUsedWhereTheRegistryDoesNotAnswerWithout()
    {
        await using var fake = await FakeRegistry.StartAsync(Image());
        fake.Before = WantsToken(fake, isOpen: false);

        Assert.Equal(ImageVerdict.Clean, (await InspectAsync(fake.Open(fake.Options() with { Logins = Logins(fake.Authority) }))).Verdict);
        Assert.Equal(UnreadableReason.Login, await ReasonAsync(fake.Open()));
        Assert.Equal(UnreadableReason.Login, await ReasonAsync(fake.Open(fake.Options() with { Logins = Logins("other.example.com") })));
    }

    [Fact]
    public async Task TheLoginOfAHelperIsUsed()
    {
        await using var fake = await FakeRegistry.StartAsync(Image());
        fake.Before = WantsToken(fake, isOpen: false);
        List<string> asked = [];
        DockerConfig logins = new("config.json", JsonDocument.Parse(new JsonObject { ["credHelpers"] = new JsonObject { [fake.Authority] = "ours" } }.ToJsonString()).RootElement, (name, server, _) =>
        {
            asked.Add($"{name} {server}");
            return Task.FromResult<string?>($$"""{"Username":"user","Secret":"{{Secret}}"}""");
        });

        Assert.Equal(ImageVerdict.Clean, (await InspectAsync(fake.Open(fake.Options() with { Logins = logins }))).Verdict);
        Assert.Equal([$"ours {fake.Authority}"], asked);
    }

    /// <summary>CVE-2020-15157 and its kin: a registry, or a realm, that asks for what is not its own.</summary>
    [Fact]
    public async Task ALoginGoesToNoForeignRealm()
    {
        await using var fake = await FakeRegistry.StartAsync(Image());
        await using var thief = await FakeRegistry.StartAsync();
        thief.Before = context =>
        {
            context.Response.StatusCode = 401;
            return Task.FromResult(true);
        };
        fake.Before = WantsToken(fake, isOpen: false, realm: $"http://{thief.Authority}/token");
        var options = fake.Options();
        options = options with { Logins = Logins(fake.Authority), Rules = options.Rules with { Connect = Davy.Outbound.OutboundGuard.ConnectAsync } };

        Assert.Equal(UnreadableReason.Refused, await ReasonAsync(fake.Open(options)));
        Assert.NotEmpty(thief.Asked);
        Assert.All(thief.Asked.Concat(fake.Asked), asked => Assert.False(HasSecret(asked.Authorization)));
    }

    [Fact]
    public async Task NothingThatLetsInGoesAlongWithARedirect()
    {
        await using var fake = await FakeRegistry.StartAsync(Image());
        await using var storage = await FakeRegistry.StartAsync(Image());
        var token = WantsToken(fake, isOpen: false);
        fake.Before = async context =>
        {
            if (await token(context)) return true;
            if (!context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal)) return false;
            context.Response.Redirect($"http://{storage.Authority}{context.Request.Path}");
            return true;
        };
        var options = fake.Options();
        options = options with { Logins = Logins(fake.Authority), Rules = options.Rules with { Connect = Davy.Outbound.OutboundGuard.ConnectAsync } };

        Assert.Equal(ImageVerdict.Clean, (await InspectAsync(fake.Open(options))).Verdict);
        Assert.Equal(2, storage.Asked.Count);
        Assert.All(storage.Asked, asked => Assert.Equal("", asked.Authorization));
    }
}
