using System.Net;
using System.Text.Json.Nodes;
using Davy.Images;
using Davy.Images.Content;
using Davy.Images.Registries;
using Davy.Inspection;
using Davy.Tests.Fakes;
using Davy.Tests.Outbound;

namespace Davy.Tests.Images.Registries;

/// <summary>Images in registries, honest and not. Nothing of these tests leaves the loopback address.</summary>
public sealed class RegistrySourceTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static SomeImage Image() => new SomeImage().Entrypoint("/app").Layer(new TarBuilder().File("app", "hello"));

    static async Task<ImageReport> InspectAsync(IImageSource source)
    {
        using (source) return await new ImageInspector(new()).InspectAsync("example", source, Cancel);
    }

    static async Task<UnreadableReason> ReasonAsync(IImageSource source) => (await InspectAsync(source)) is var report && report.Failure is { } failure ? failure.Reason : report.Images[0].Obstacles[0].Reason;

    [Fact]
    public async Task AnImageIsReadAndNothingElseIsAsked()
    {
        await using var fake = await FakeRegistry.StartAsync(Image());

        Assert.Equal(ImageVerdict.Clean, (await InspectAsync(fake.Open())).Verdict);
        Assert.Equal(3, fake.Asked.Count);
    }

    [Fact]
    public async Task WhatTheConfigurationDecidesCostsTwoRequests()
    {
        await using var fake = await FakeRegistry.StartAsync(Image().Entrypoint("xmrig", "-o", "pool.supportxmr.com:443"));

        Assert.Equal(ImageVerdict.Miner, (await InspectAsync(fake.Open())).Verdict);
        Assert.Equal(2, fake.Asked.Count);
    }

    [Fact]
    public async Task AForeignLayerIsToldAndNotFetched()
    {
        var image = Image();
        await using var fake = await FakeRegistry.StartAsync();
        await using var elsewhere = await FakeRegistry.StartAsync();
        var manifest = image.Manifest(json => json["layers"]![0]!["urls"] = new JsonArray($"http://{elsewhere.Authority}/layer"));
        foreach (var (digest, bytes) in image.Blobs) fake.Blobs[digest.ToString()] = bytes;
        fake.Manifests["latest"] = (manifest, FakeRegistry.ManifestType);

        var report = await InspectAsync(fake.Open());
        Assert.Equal((ImageVerdict.NotVerified, UnreadableReason.Refused), (report.Verdict, report.Images[0].Obstacles[0].Reason));
        Assert.Empty(elsewhere.Asked);
    }

    [Theory]
    [InlineData(429, 1, true)]
    [InlineData(503, 2, true)]
    [InlineData(503, 9, false)]
    public async Task WhatMayPassIsTriedAgain(int status, int times, bool isRead)
    {
        await using var fake = await FakeRegistry.StartAsync(Image());
        var left = times;
        fake.Before = context =>
        {
            if (left-- <= 0) return Task.FromResult(false);
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "0";
            return Task.FromResult(true);
        };

        var report = await InspectAsync(fake.Open());
        Assert.Equal(isRead ? ImageVerdict.Clean : ImageVerdict.NotVerified, report.Verdict);
        if (!isRead) Assert.Equal(UnreadableReason.Unreachable, report.Failure!.Reason);
    }

    [Fact]
    public async Task WhatWasTakenDownIsNotClean()
    {
        await using var fake = await FakeRegistry.StartAsync();

        var report = await InspectAsync(fake.Open());
        Assert.Equal((ImageVerdict.NotVerified, UnreadableReason.Missing), (report.Verdict, report.Failure!.Reason));
    }

    [Fact]
    public async Task AnotherManifestThanTheOneNamedIsAMismatch()
    {
        await using var fake = await FakeRegistry.StartAsync(Image());
        var named = $"sha256:{new string('a', 64)}";
        fake.Manifests[named] = fake.Manifests["latest"];

        Assert.Equal(UnreadableReason.Mismatch, await ReasonAsync(fake.Open(target: $"@{named}")));
    }

    [Theory]
    [InlineData("application/vnd.oci.image.index.v1+json")]
    [InlineData("application/vnd.docker.distribution.manifest.v2+json")]
    [InlineData("text/html")]
    public async Task AManifestSentAsSomethingElseIsRefused(string type)
    {
        await using var fake = await FakeRegistry.StartAsync(Image());
        fake.Manifests["latest"] = (fake.Manifests["latest"].Bytes, type);

        Assert.Equal(UnreadableReason.Format, await ReasonAsync(fake.Open()));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("longer")]
    [InlineData("flipped")]
    [InlineData("chunked and longer")]
    [InlineData("breaks off")]
    public async Task ABlobThatIsNotWhatWasPromisedIsNotUsed(string how)
    {
        var image = Image();
        await using var fake = await FakeRegistry.StartAsync(image);
        var layer = Digest.Compute(SomeImage.Gzip(new TarBuilder().File("app", "hello").Build())).ToString();
        var good = fake.Blobs[layer];
        fake.Blobs[layer] = how switch
        {
            "cut" => good[..^1],
            "longer" => [.. good, 0],
            "flipped" => [.. good[..^1], (byte)(good[^1] ^ 1)],
            _ => good,
        };
        fake.Before = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith(layer, StringComparison.Ordinal) || how is "cut" or "longer" or "flipped") return false;
            if (how == "breaks off") context.Response.ContentLength = good.Length;
            await context.Response.Body.WriteAsync(how == "breaks off" ? good.AsMemory(0, 20) : (byte[])[.. good, .. new byte[100]], Cancel);
            await context.Response.Body.FlushAsync(Cancel);
            if (how == "breaks off") context.Abort();
            return true;
        };

        var report = await InspectAsync(fake.Open());
        Assert.Equal(ImageVerdict.NotVerified, report.Verdict);
        Assert.Contains(report.Images[0].Obstacles[0].Reason, new[] { UnreadableReason.Mismatch, UnreadableReason.Unreachable, UnreadableReason.Format });
    }

    [Fact]
    public async Task AManifestWithoutEndIsALimit()
    {
        await using var fake = await FakeRegistry.StartAsync();
        fake.Before = async context =>
        {
            context.Response.ContentType = FakeRegistry.ManifestType;
            for (var i = 0; i < 100 && !context.RequestAborted.IsCancellationRequested; i++) await context.Response.Body.WriteAsync(new byte[1 << 20], Cancel);
            return true;
        };

        Assert.Equal(UnreadableReason.Limit, await ReasonAsync(fake.Open()));
    }

    [Fact]
    public async Task RedirectsEnd()
    {
        await using var fake = await FakeRegistry.StartAsync();
        fake.Before = context =>
        {
            context.Response.Redirect($"http://{fake.Authority}/again");
            return Task.FromResult(true);
        };

        Assert.Equal(UnreadableReason.Limit, await ReasonAsync(fake.Open()));
        Assert.Equal(4, fake.Asked.Count);
    }

    [Fact]
    public void OnlyARegistryOfThisMachineIsAskedWithoutTls() =>
        Assert.Equal(UnreadableReason.Refused, Assert.Throws<UnreadableImageException>(() => new RegistrySource(ImageReference.Parse("registry.example.com/a/b"), new RegistryOptions { PlainHttp = true }, ImageLimits.Default)).Reason);

    /// <summary>Every spelling of an address that is not public, in each place where a registry can put one: nothing is ever connected to.</summary>
    [Theory]
    [InlineData("registry")]
    [InlineData("mirror")]
    [InlineData("realm")]
    [InlineData("redirect of a manifest")]
    [InlineData("redirect of a blob")]
    public async Task NoClosedAddressIsConnectedTo(string position)
    {
        await using var fake = await FakeRegistry.StartAsync(Image());
        List<IPEndPoint> connected = [];
        var host = "";
        fake.Before = context =>
        {
            var isBlob = context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal);
            if (position == "realm")
            {
                context.Response.StatusCode = 401;
                context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"https://{host}:8080/token\"";
                return Task.FromResult(true);
            }

            if (!position.StartsWith("redirect", StringComparison.Ordinal) || isBlob != position.EndsWith("blob", StringComparison.Ordinal)) return Task.FromResult(false);
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = $"https://{host}:8080/x";
            return Task.FromResult(true);
        };

        var tried = 0;
        foreach (var each in OutboundGuardTests.Closed.Select(row => row.Data))
        {
            // The fake itself is allowed by that name.
            if (each.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase) || !each.All(char.IsAscii) || !Uri.TryCreate($"https://{each}:8080/", UriKind.Absolute, out var uri)) continue;

            host = each;
            tried++;
            var options = fake.Options(connected);
            IImageSource source = position switch
            {
                "registry" => new RegistrySource(new() { Host = $"{uri.Host}:8080", Path = "example/app" }, options, ImageLimits.Default),
                "mirror" => new RegistrySource(ImageReference.Parse("example/app"), options with { Mirror = uri }, ImageLimits.Default),
                _ => fake.Open(options),
            };
            Assert.True(UnreadableReason.Refused == await ReasonAsync(source), $"{position}: {each}");
        }

        Assert.Empty(connected);
        Assert.True(tried >= 60, $"{tried}");
    }
}
