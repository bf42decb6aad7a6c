using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Images;
using Davy.Images.Content;
using Davy.Inspection;

namespace Davy.Tests.Inspection;

/// <summary>
/// Honest software: packages of Debian, each as the layer of an image that starts a program of the package's name, among them what resembles miners most. <c>DAVY_TEST_PACKAGES</c> names a
/// folder of their archives, which <c>bench/packages.sh</c> fetches; <c>docs/detection-quality.md</c> lists what is said of them.
/// </summary>
public sealed class DebianPackageTests
{
    static string? Folder => Environment.GetEnvironmentVariables()["DAVY_TEST_PACKAGES"] as string;

    [Fact]
    public async Task NoPackageIsAMiner()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Folder), "needs packages of Debian; .ci/run fetches them");
        ConcurrentDictionary<string, (ImageVerdict Verdict, string Told)> seen = new(StringComparer.Ordinal);
        var files = Directory.GetFiles(Folder!, "*.tar");
        await Parallel.ForEachAsync(files, TestContext.Current.CancellationToken, async (file, cancel) =>
        {
            using var source = new PackageSource(file);
            // The time that a package takes on a busy machine says nothing of it.
            var report = await new ImageInspector(new() { AllLayers = true, Parallel = 1, Limits = ImageLimits.Default with { Time = TimeSpan.FromHours(1) } }).InspectAsync(file, source, cancel);
            seen[Path.GetFileNameWithoutExtension(file)] = (report.Verdict, Inspecting.Told(report));
        });

        var told = string.Join("\n\n", seen.Where(each => each.Value.Verdict is not ImageVerdict.Clean).OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Key}: {each.Value.Verdict}\n{each.Value.Told}"));
        var absent = Listed().Where(name => !seen.ContainsKey(name)).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine($"{seen.Count} packages; {absent.Count} of the list are not there: {string.Join(' ', absent)}\n\n{told}");

        Assert.NotEmpty(seen);
        Assert.Empty(seen.Where(each => each.Value.Verdict is ImageVerdict.Miner or ImageVerdict.ContainsMiner));

        // What else is said of one stands in the documentation, with its reason.
        var documented = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs", "detection-quality.md"), TestContext.Current.CancellationToken);
        Assert.Empty(seen.Where(each => each.Value.Verdict is ImageVerdict.Suspicious or ImageVerdict.MentionsMiners && !documented.Contains($"`{each.Key}`", StringComparison.Ordinal)).Select(each => each.Key));
    }

    [Fact]
    public void TheListIsLongAndNamesNoPackageTwice()
    {
        var names = Listed();

        Assert.InRange(names.Count, 300, int.MaxValue);
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
    }

    static List<string> Listed() => [.. File.ReadLines(Path.Combine(RepositoryRoot.Path, "bench", "quality", "packages.txt"))
        .Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0).Select(line => line.StartsWith("seen ", StringComparison.Ordinal) ? line["seen ".Length..] : line)];

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
