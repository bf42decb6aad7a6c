using System.Text;
using Davy.Images;
using Davy.Images.Content;

namespace Davy.Tests.Images.Content;

/// <summary>Manifests and indexes, and the ways to pass one off as the other.</summary>
public sealed class ImageDocumentTests
{
    const string Index = "application/vnd.oci.image.index.v1+json";
    const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    const string A = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const string Blob = $$"""{"mediaType":"x","digest":"{{A}}","size":1}""";

    static ImageDocument Parse(string json, string sentAs = "") => ImageDocument.Parse(Encoding.UTF8.GetBytes(json), sentAs, ImageLimits.Default);

    static UnreadableReason ReasonOf(string json, string sentAs = "") => Assert.Throws<UnreadableImageException>(() => Parse(json, sentAs)).Reason;

    [Theory]
    [InlineData($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[{{Blob}}]}""", "")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[]}""", Manifest)]
    [InlineData($$"""{"schemaVersion":2,"mediaType":"{{Manifest}}","config":{{Blob}},"layers":[{{Blob}}]}""", Manifest)]
    [InlineData($$"""{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{{Blob}},"layers":[]}""", "")]
    public void AManifestIsRead(string json, string sentAs) => Assert.Equal(A, Assert.IsType<ImageDocument.Manifest>(Parse(json, sentAs)).Config.Digest.ToString());

    [Theory]
    [InlineData($$"""{"schemaVersion":2,"manifests":[{{Blob}}]}""", "")]
    [InlineData($$"""{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json","manifests":[{{Blob}}]}""", "")]
    public void AnIndexIsRead(string json, string sentAs) => Assert.Single(Assert.IsType<ImageDocument.Index>(Parse(json, sentAs)).Manifests);

    /// <summary>CVE-2021-41190 and its kin.</summary>
    [Theory]
    [InlineData($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[],"manifests":[]}""", "")]
    [InlineData($$"""{"schemaVersion":2,"layers":[],"manifests":[]}""", "")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Blob}},"manifests":[]}""", "")]
    [InlineData($$"""{"schemaVersion":2,"mediaType":"{{Index}}","config":{{Blob}},"layers":[]}""", "")]
    [InlineData($$"""{"schemaVersion":2,"mediaType":"{{Manifest}}","manifests":[]}""", "")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[]}""", Index)]
    [InlineData($$"""{"schemaVersion":2,"manifests":[]}""", Manifest)]
    [InlineData($$"""{"schemaVersion":2,"mediaType":"{{Manifest}}","config":{{Blob}},"layers":[]}""", "application/vnd.docker.distribution.manifest.v2+json")]
    [InlineData($$"""{"schemaVersion":2,"mediaType":"{{Index}}","manifests":[]}""", Manifest)]
    [InlineData($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[],"Layers":[{{Blob}}]}""", "")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[],"layers":[{{Blob}}]}""", "")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[],"MANIFESTS":[]}""", "")]
    [InlineData($$"""{"schemaVersion":2,"mediaType":"a","mediatype":"b","config":{{Blob}},"layers":[]}""", "")]
    public void WhatTwoProgramsCouldReadDifferentlyIsRefused(string json, string sentAs) => Assert.Equal(UnreadableReason.Format, ReasonOf(json, sentAs));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"schemaVersion":1,"fsLayers":[]}""")]
    [InlineData("""{"schemaVersion":3,"manifests":[]}""")]
    [InlineData("""{"schemaVersion":2,"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"manifests":{}}""")]
    [InlineData("""{"schemaVersion":2,"manifests":[7]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[{"digest":"sha256:../../../etc/passwd","size":1}]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[{"digest":"sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","size":1}]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[{"digest":"md5:d41d8cd98f00b204e9800998ecf8427e","size":1}]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[{"digest":"{{A}}"}]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[{"digest":"{{A}}","size":-1}]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[{"digest":"{{A}}","size":1.5}]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[{"digest":"{{A}}\n","size":1}]}""")]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.example","manifests":[]}""")]
    [InlineData("{\"schemaVersion\":2,\"mediaType\":\"\\uD800\",\"manifests\":[]}")]
    public void WhatIsNoManifestIsRefused(string json) => Assert.Equal(UnreadableReason.Format, ReasonOf(json));

    [Fact]
    public void TooManyLayersAreALimit() =>
        Assert.Equal(UnreadableReason.Limit, ReasonOf($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[{{string.Join(',', Enumerable.Repeat(Blob, 129))}}]}"""));

    [Fact]
    public void TooManyManifestsAreALimit() => Assert.Equal(UnreadableReason.Limit, ReasonOf($$"""{"schemaVersion":2,"manifests":[{{string.Join(',', Enumerable.Repeat(Blob, 65))}}]}"""));

    [Fact]
    public void DeepNestingIsRefused() => Assert.Equal(UnreadableReason.Format, ReasonOf($"{{\"manifests\":{new string('[', 5000)}{new string(']', 5000)}}}"));

    [Fact]
    public async Task AnIndexThatHoldsItselfIsOpenedOnce()
    {
        var reads = 0;
        Assert.True(Digest.TryParse(A, out var digest));
        var bytes = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{Index}}","digest":"{{A}}","size":1},{"mediaType":"{{Index}}","digest":"{{A}}","size":1}]}""");
        var walk = new ManifestWalk((_, _) => Task.FromResult(Count()), null, ImageLimits.Default);

        var fault = await Assert.ThrowsAsync<UnreadableImageException>(() => walk.FollowAsync(digest, bytes, Index, TestContext.Current.CancellationToken));

        Assert.Equal(UnreadableReason.Missing, fault.Reason);
        Assert.Equal(2, reads);

        byte[] Count()
        {
            reads++;
            return bytes;
        }
    }

    [Fact]
    public async Task IndexesInIndexesEndAtALimit()
    {
        // Each index holds 64 others that nobody has seen: a tree that would never end.
        var made = 0;
        var walk = new ManifestWalk((_, _) => Task.FromResult(Next()), null, ImageLimits.Default);

        var fault = await Assert.ThrowsAsync<UnreadableImageException>(() => walk.FollowAsync(Digest.Compute([]), Next(), Index, TestContext.Current.CancellationToken));

        Assert.Equal(UnreadableReason.Limit, fault.Reason);
        Assert.True(made <= 66 * 64);

        byte[] Next() => Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"manifests":[{{string.Join(',', Enumerable.Range(0, 64).Select(_ => Child()))}}]}""");

        string Child() => $$"""{"mediaType":"{{Index}}","digest":"{{Digest.Compute(BitConverter.GetBytes(made++))}}","size":1}""";
    }
}
