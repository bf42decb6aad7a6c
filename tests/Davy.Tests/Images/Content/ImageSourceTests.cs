using System.Text.Json.Nodes;
using Davy.Images.Content;
using Davy.Images.Sources;

namespace Davy.Tests.Images.Content;

/// <summary>Images in folders and archives.</summary>
public sealed class ImageSourceTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    static OciLayout Layout(string reference) => new(reference["oci:".Length..], ImageLimits.Default);

    static DockerArchive Archive(string reference) => new(reference["docker-archive:".Length..], ImageLimits.Default);

    static SomeImage Image() => new SomeImage().Entrypoint("/app").Layer(new TarBuilder().File("app", "hello"));

    [Fact]
    public async Task ALayoutHoldsItsImage()
    {
        using var layout = Layout(Image().WriteLayout(_folder));

        var contents = await layout.ContentsAsync(Platform.OfCloudRun, Cancel);

        var image = Assert.Single(contents.Images);
        var config = ImageConfig.Parse(await CheckedStream.ReadAllAsync(layout, image.Manifest.Config, 1 << 20, Cancel), ImageLimits.Default);
        Assert.Equal(["/app"], config.Entrypoint);
        Assert.Single(image.Manifest.Layers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnArchiveHoldsItsImage(bool isCompressed)
    {
        using var archive = Archive(Image().WriteArchive(_folder, isCompressed));

        var image = Assert.Single((await archive.ContentsAsync(Platform.OfCloudRun, Cancel)).Images);

        Assert.Equal("example/app:1", image.Name);
        await using var layer = await archive.OpenAsync(image.Manifest.Layers[0], Cancel);
        using MemoryStream bytes = new();
        await layer.CopyToAsync(bytes, Cancel);
        Assert.Equal(new TarBuilder().File("app", "hello").Build(), bytes.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task AFlippedBitIsAMismatch(int at)
    {
        var image = Image();
        var reference = image.WriteLayout(_folder);
        var file = Path.Combine(reference["oci:".Length..], "blobs", "sha256", Davy.Images.Digest.Compute(image.Manifest()).Hex);
        var bytes = await File.ReadAllBytesAsync(file, Cancel);
        bytes[at] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Cancel);

        using var layout = Layout(reference);
        var fault = await Assert.ThrowsAsync<UnreadableImageException>(() => layout.ContentsAsync(null, Cancel));

        Assert.Equal(UnreadableReason.Mismatch, fault.Reason);
    }

    [Fact]
    public async Task ALinkInALayoutIsNotFollowed()
    {
        var image = Image();
        var reference = image.WriteLayout(_folder);
        var file = Path.Combine(reference["oci:".Length..], "blobs", "sha256", Davy.Images.Digest.Compute(image.Manifest()).Hex);
        File.Delete(file);
        File.CreateSymbolicLink(file, "/etc/hostname");

        using var layout = Layout(reference);
        var fault = await Assert.ThrowsAsync<UnreadableImageException>(() => layout.ContentsAsync(null, Cancel));

        Assert.Equal(UnreadableReason.Refused, fault.Reason);
    }

    [Fact]
    public async Task ThePlatformAskedForIsTheOneThatIsRead()
    {
        var image = Image();
        JsonObject Of(string architecture)
        {
            image.Config["architecture"] = architecture;
            var manifest = image.Keep(image.Manifest(), "application/vnd.oci.image.manifest.v1+json");
            manifest["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = architecture };
            return manifest;
        }

        var manifests = new[] { Of("arm64"), Of("amd64"), Of("s390x") };
        using var layout = Layout(image.WriteLayout(_folder, manifests));

        var contents = await layout.ContentsAsync(Platform.OfCloudRun, Cancel);
        Assert.Equal((string)manifests[1]["digest"]!, Assert.Single(contents.Images).Digest.ToString());
        Assert.Equal(["linux/arm64", "linux/s390x"], contents.Beside);
        Assert.Equal(3, (await layout.ContentsAsync(null, Cancel)).Images.Count);
        Assert.Equal(UnreadableReason.Missing, (await Assert.ThrowsAsync<UnreadableImageException>(() => layout.ContentsAsync(new("windows", "amd64"), Cancel))).Reason);
    }

    /// <summary>What another project's tests read: they must be read or refused, and nothing else.</summary>
    [Fact]
    public async Task ImagesOfAnotherProjectAreReadOrRefused()
    {
        var root = RepositoryRoot.Shared("data", "peers", "go-containerregistry", "pkg");
        Dictionary<string, string> seen = new(StringComparer.Ordinal);
        foreach (var index in Directory.GetFiles(root, "index.json", SearchOption.AllDirectories))
        {
            seen[Path.GetFileName(Path.GetDirectoryName(index)!)] = await SeenAsync(new OciLayout(Path.GetDirectoryName(index)!, ImageLimits.Default));
        }

        foreach (var tar in Directory.GetFiles(root, "*.tar*", SearchOption.AllDirectories)) seen[Path.GetFileName(tar)] = await SeenAsync(new DockerArchive(tar, ImageLimits.Default));

        Assert.Equal("1 image", seen["test_image_1.tar"]);
        Assert.Equal("1 image", seen["hello-world-v25.tar"]);
        Assert.Equal("2 images", seen["test_bundle.tar"]);
        Assert.Equal("2 images", seen["test_link.tar"]);
        Assert.Equal("Format", seen["no_manifest.tar"]);
        Assert.Equal("1 image", seen["whiteout_image.tar"]);
        Assert.Equal("1 image", seen["test_index_one_image"]);
        Assert.DoesNotContain(seen.Values, value => value.Length == 0);
    }

    static async Task<string> SeenAsync(IImageSource source)
    {
        using (source)
        {
            try
            {
                var count = (await source.ContentsAsync(null, Cancel)).Images.Count;
                return count == 1 ? "1 image" : $"{count} images";
            }
            catch (UnreadableImageException fault)
            {
                return fault.Reason.ToString();
            }
        }
    }
}
