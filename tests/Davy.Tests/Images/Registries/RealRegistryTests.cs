using System.Net;
using System.Net.Http.Headers;
using Davy.Images;
using Davy.Images.Content;
using Davy.Images.Registries;
using Davy.Inspection;
using Davy.Outbound;
using Davy.Tests.Inspection;

namespace Davy.Tests.Images.Registries;

/// <summary>A real registry, Debian's docker-registry, at <c>DAVY_TEST_REGISTRY</c> (host and port on loopback, without a login); <c>.ci/run</c> starts it.</summary>
public sealed class RealRegistryTests
{
    static string? Authority => Environment.GetEnvironmentVariables()["DAVY_TEST_REGISTRY"] as string;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ImagesAreReadFromARealRegistry()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Authority), "needs a docker-registry; .ci/run starts one");
        var miner = new SomeImage().Entrypoint("/m").Layer(new TarBuilder().File("etc/a", "x")).Layer(new TarBuilder().File("m", Inspecting.Program(Inspecting.MinerTexts)), isZstd: true);
        var honest = new SomeImage().Entrypoint("/a").Layer(new TarBuilder().File("a", "x"));
        await PushAsync(miner, "miner");
        var digest = await PushAsync(honest, "honest");

        Assert.Equal(ImageVerdict.Miner, (await InspectAsync("miner:latest")).Verdict);
        Assert.Equal(ImageVerdict.Clean, (await InspectAsync("honest:latest")).Verdict);
        Assert.Equal(ImageVerdict.Clean, (await InspectAsync($"honest@{digest}")).Verdict);
        Assert.Equal(UnreadableReason.Missing, (await InspectAsync("absent:latest")).Failure?.Reason);
    }

    static async Task<ImageReport> InspectAsync(string name)
    {
        RegistryOptions options = new() { PlainHttp = true, Rules = new() { Allowed = AllowedHosts.Parse(["127.0.0.0/8"]) } };
        using RegistrySource source = new(ImageReference.Parse($"{Authority}/davy/{name}"), options, ImageLimits.Default);
        return await new ImageInspector(new()).InspectAsync(name, source, Cancel);
    }

    static async Task<Digest> PushAsync(SomeImage image, string name)
    {
        using var http = OutboundGuard.Client(new() { PlainHttp = true, Allowed = AllowedHosts.Parse(["127.0.0.0/8"]) });
        var root = $"http://{Authority}/v2/davy/{name}";
        var manifest = image.Manifest();
        foreach (var (digest, bytes) in image.Blobs)
        {
            using var begun = await http.PostAsync(new Uri($"{root}/blobs/uploads/"), null, Cancel);
            Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
            Uri location = new(new Uri(root), begun.Headers.Location!);
            using ByteArrayContent content = new(bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            using var done = await http.PutAsync(new Uri($"{location}{(location.Query.Length > 0 ? "&" : "?")}digest={Uri.EscapeDataString(digest.ToString())}"), content, Cancel);
            Assert.Equal(HttpStatusCode.Created, done.StatusCode);
        }

        using ByteArrayContent document = new(manifest);
        document.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.oci.image.manifest.v1+json");
        using var kept = await http.PutAsync(new Uri($"{root}/manifests/latest"), document, Cancel);
        Assert.Equal(HttpStatusCode.Created, kept.StatusCode);
        return Digest.Compute(manifest);
    }
}
