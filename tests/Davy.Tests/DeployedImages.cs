using System.Text.Json.Nodes;
using Davy.Images.Content;
using Davy.Images.Registries;
using Davy.Tests.Fakes;
using Davy.Tests.Images;
using Davy.Tests.Inspection;

namespace Davy.Tests;

/// <summary>Images in a registry on loopback, for scans that look into what was deployed.</summary>
sealed class DeployedImages : IAsyncDisposable
{
    DeployedImages(FakeRegistry registry) => Registry = registry;

    /// <summary>The registry.</summary>
    public FakeRegistry Registry { get; }

    /// <summary>Where all of them are.</summary>
    public string Repository => $"{Registry.Authority}/example/app";

    /// <summary>How a scan looks into them.</summary>
    public ScanInspection Inspection => new() { Open = image => new RegistrySource(image, Registry.Options() with { PlainHttp = true }, ImageLimits.Default) };

    /// <summary>Starts the registry.</summary>
    public static async Task<DeployedImages> StartAsync() => new(await FakeRegistry.StartAsync());

    /// <summary>An image that starts a synthetic miner.</summary>
    public static SomeImage Miner() => new SomeImage().Entrypoint("/m").Layer(new TarBuilder().File("m", Inspecting.Program(Inspecting.MinerTexts)));

    /// <summary>An image that holds one and starts another program.</summary>
    public static SomeImage Container() => new SomeImage().Entrypoint("/app").Layer(new TarBuilder().File("app", "hello").File("opt/m", Inspecting.Program(Inspecting.MinerTexts)));

    /// <summary>An image with some signs.</summary>
    public static SomeImage Suspicious() => new SomeImage().Entrypoint("/app").Layer(new TarBuilder().File("app", Inspecting.Program("cryptonight\0randomx\0hashrate")));

    /// <summary>An image that has nothing to do with mining.</summary>
    public static SomeImage Honest(string text = "hello") => new SomeImage().Entrypoint("/app").Layer(new TarBuilder().File("app", text));

    /// <summary>A deployment.</summary>
    public static JsonObject Entry(string image, string service = "web", int second = 9) => SomeEntries.SystemEvent("acme-prod", service, image, $"op-{service}-{second}", second);

    /// <summary>Takes an image in.</summary>
    /// <returns>It by its tag.</returns>
    public string Tag(SomeImage image, string tag = "latest")
    {
        var digest = Registry.Push(image);
        Registry.Manifests[tag] = Registry.Manifests[digest.ToString()];
        return $"{Repository}:{tag}";
    }

    /// <summary>Takes an image in.</summary>
    /// <returns>It by its digest.</returns>
    public string ByDigest(SomeImage image) => $"{Repository}@{Registry.Push(image)}";

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Registry.DisposeAsync();
}
