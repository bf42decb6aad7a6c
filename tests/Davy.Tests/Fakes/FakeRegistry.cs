using System.Collections.Concurrent;
using System.Net;
using Davy.Images;
using Davy.Images.Content;
using Davy.Images.Registries;
using Davy.Outbound;
using Davy.Tests.Images;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Davy.Tests.Fakes;

/// <summary>A registry on loopback that speaks OCI distribution, and whatever a real one never says.</summary>
sealed class FakeRegistry : IAsyncDisposable
{
    /// <summary>The type of the manifests that tests make.</summary>
    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    readonly WebApplication _app;
    readonly ConcurrentQueue<(string Path, string Authorization)> _asked = new();

    FakeRegistry(WebApplication app) => _app = app;

    /// <summary>Host and port.</summary>
    public string Authority { get; private set; } = "";

    /// <summary>What was asked, with what let in.</summary>
    public IReadOnlyList<(string Path, string Authorization)> Asked => [.. _asked];

    /// <summary>Manifests by tag or digest, each with its type.</summary>
    public ConcurrentDictionary<string, (byte[] Bytes, string Type)> Manifests { get; } = new();

    /// <summary>Blobs by digest.</summary>
    public ConcurrentDictionary<string, byte[]> Blobs { get; } = new();

    /// <summary>Answers before anything else does; true where it did.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    /// <summary>Starts one.</summary>
    public static async Task<FakeRegistry> StartAsync(SomeImage? image = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        FakeRegistry fake = new(builder.Build());
        fake._app.Run(fake.AnswerAsync);
        await fake._app.StartAsync(TestContext.Current.CancellationToken);
        fake.Authority = $"localhost:{new Uri(fake._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port}";
        if (image is not null) fake.Push(image);
        return fake;
    }

    /// <summary>Takes an image in as <c>example/app:latest</c>.</summary>
    public Digest Push(SomeImage image)
    {
        var manifest = image.Manifest();
        foreach (var (digest, bytes) in image.Blobs) Blobs[digest.ToString()] = bytes;
        var id = image.DigestOf(manifest);
        Manifests["latest"] = Manifests[id.ToString()] = (manifest, ManifestType);
        return id;
    }

    /// <summary>Opens the image.</summary>
    public RegistrySource Open(RegistryOptions? options = null, string target = ":latest") =>
        new(ImageReference.Parse($"{Authority}/example/app{target}"), (options ?? Options()) with { PlainHttp = true }, ImageLimits.Default);

    /// <summary>Options that let this registry, by its name alone, be asked.</summary>
    /// <param name="connected">Takes every address that is not this registry's and would be connected to; nothing is.</param>
    public RegistryOptions Options(List<IPEndPoint>? connected = null) => new()
    {
        Rules = new()
        {
            Allowed = AllowedHosts.Parse(["localhost"]),
            Resolve = (host, _) => Task.FromResult<IPAddress[]>([host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(host.TrimEnd('.'), out var written) ? written : IPAddress.Parse("8.8.8.8")]),
            Connect = (target, cancel) =>
            {
                if (target.Port == int.Parse(Authority.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)) return OutboundGuard.ConnectAsync(target, cancel);
                connected?.Add(target);
                throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused);
            },
        },
    };

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    async Task AnswerAsync(HttpContext context)
    {
        _asked.Enqueue((context.Request.Path + context.Request.QueryString, context.Request.Headers.Authorization.ToString()));
        if (await Before(context)) return;

        var path = context.Request.Path.Value!;
        const string Root = "/v2/example/app/";
        if (path.StartsWith($"{Root}manifests/", StringComparison.Ordinal) && Manifests.TryGetValue(path[$"{Root}manifests/".Length..], out var manifest)) await SendAsync(context, manifest.Bytes, manifest.Type);
        else if (path.StartsWith($"{Root}blobs/", StringComparison.Ordinal) && Blobs.TryGetValue(path[$"{Root}blobs/".Length..], out var blob)) await SendAsync(context, blob, "application/octet-stream");
        else context.Response.StatusCode = 404;
    }

    static async Task SendAsync(HttpContext context, byte[] bytes, string type)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
