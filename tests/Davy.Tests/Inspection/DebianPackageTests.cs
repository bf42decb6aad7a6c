using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Images;
using Davy.Images.Content;
using Davy.Inspection;

namespace Davy.Tests.Inspection;

/// <summary>
/// Honest software: packages of Debian, each as the layer of an image, among them what resembles miners most. <c>DAVY_TEST_PACKAGES</c> names a folder of their archives
/// (<c>dpkg-deb --fsys-tarfile</c>); <c>docs/detection-quality.md</c> lists what is said of them.
/// </summary>
public sealed class DebianPackageTests
{
    static string? Folder => Environment.GetEnvironmentVariables()["DAVY_TEST_PACKAGES"] as string;

    [Fact]
    public async Task NoPackageIsAMiner()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Folder), "needs packages of Debian; .ci/run fetches them");
        var cancel = TestContext.Current.CancellationToken;
        List<string> lines = [];
        foreach (var file in Directory.GetFiles(Folder!, "*.tar").Order(StringComparer.Ordinal))
        {
            using var source = new PackageSource(file);
            var report = await new ImageInspector(new() { AllLayers = true }).InspectAsync(file, source, cancel);
            if (report.Verdict is not ImageVerdict.Clean) lines.Add($"{Path.GetFileNameWithoutExtension(file)}: {report.Verdict}\n{Inspecting.Told(report)}");
            Assert.False(report.Verdict is ImageVerdict.Miner, $"{file}: {Inspecting.Told(report)}");
        }

        var told = string.Join("\n\n", lines);
        TestContext.Current.TestOutputHelper?.WriteLine(told);
        if (Environment.GetEnvironmentVariables()["DAVY_TEST_PACKAGES_OUT"] is string output) await File.WriteAllTextAsync(output, told, cancel);
        Assert.DoesNotContain(lines, line => line.Contains(": ContainsMiner", StringComparison.Ordinal));
    }

    /// <summary>An image of one layer, read where it lies.</summary>
    sealed class PackageSource : IImageSource
    {
        readonly string _file;
        readonly byte[] _config;

        public PackageSource(string file)
        {
            _file = file;
            using var stream = File.OpenRead(file);
            Assert.True(Digest.TryParse($"sha256:{Convert.ToHexStringLower(SHA256.HashData(stream))}", out var digest));
            Layer = new() { Digest = digest, Size = stream.Length, MediaType = "application/vnd.oci.image.layer.v1.tar" };
            _config = Encoding.UTF8.GetBytes(new JsonObject
            {
                ["os"] = "linux",
                ["architecture"] = "amd64",
                ["config"] = new JsonObject { ["Entrypoint"] = new JsonArray($"/usr/bin/{Path.GetFileNameWithoutExtension(file)}") },
                ["rootfs"] = new JsonObject { ["diff_ids"] = new JsonArray(digest.ToString()) },
            }.ToJsonString());
        }

        Descriptor Layer { get; }

        public Task<ImageContents> ContentsAsync(Platform? asked, CancellationToken cancel) =>
            Task.FromResult(new ImageContents([new(null, new(new() { Digest = Digest.Compute(_config), Size = _config.Length }, [Layer]), default, "")], [], []));

        public Task<Stream> OpenAsync(Descriptor blob, CancellationToken cancel) =>
            Task.FromResult<Stream>(blob.Digest == Layer.Digest ? File.OpenRead(_file) : new MemoryStream(_config));

        public void Dispose()
        {
        }
    }
}
