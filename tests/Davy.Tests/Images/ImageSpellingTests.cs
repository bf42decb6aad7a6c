using CsCheck;
using Davy.Images;

namespace Davy.Tests.Images;

public sealed class ImageSpellingTests
{
    const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("metal3d/xmrig", "")]
    [InlineData("docker.io/metal3d/xmrig", "")]
    [InlineData(" metal3d/xmrig\n", "white space around it was left out")]
    [InlineData("https://docker.io/metal3d/xmrig", "https:// was left out")]
    [InlineData("DOCKER://metal3d/xmrig", "docker:// was left out")]
    [InlineData("index.docker.io/metal3d/xmrig", "index.docker.io is another name of docker.io")]
    [InlineData("registry-1.docker.io/metal3d/xmrig", "registry-1.docker.io is another name of docker.io")]
    [InlineData("registry.hub.docker.com/metal3d/xmrig", "registry.hub.docker.com is another name of docker.io")]
    [InlineData("hub.docker.com/metal3d/xmrig", "hub.docker.com is another name of docker.io")]
    [InlineData("hub.docker.com/r/metal3d/xmrig", "hub.docker.com is another name of docker.io; the address of its page was read as its name")]
    [InlineData("https://hub.docker.com/r/Metal3d/XMRig/tags?page=1#a:b", "https:// was left out; hub.docker.com is another name of docker.io; the address of its page was read as its name; upper case was read as lower case")]
    [InlineData("mirror.gcr.io/metal3d/xmrig", "mirror.gcr.io is Google's mirror of docker.io")]
    [InlineData("docker.io:443/metal3d/xmrig", "the host was written with a dot or port that changes nothing")]
    [InlineData("DOCKER.IO./metal3d/xmrig", "the host was written with a dot or port that changes nothing")]
    [InlineData("Metal3d/XMRIG", "upper case was read as lower case")]
    [InlineData("metal3d/xmrig:", "a tag that is none was left out")]
    [InlineData("metal3d/xmrig@sha512:0", "a digest that is no SHA-256 was left out")]
    public void EverySpellingIsTheSameRepositoryAndSaysHow(string text, string transformation)
    {
        var spelling = ImageSpelling.Read(text);

        Assert.Equal("docker.io/metal3d/xmrig", spelling.Reference?.Repository);
        Assert.Equal(transformation, spelling.Candidates[0].Transformation);
    }

    [Theory]
    [InlineData("nginx", "docker.io/library/nginx")]
    [InlineData("mirror.gcr.io/nginx", "docker.io/library/nginx")]
    [InlineData("hub.docker.com/_/nginx", "docker.io/library/nginx")]
    [InlineData("hub.docker.com:443/_/nginx", "docker.io/library/nginx")]
    [InlineData("hub.docker.com/repository/docker/metal3d/xmrig/general", "docker.io/metal3d/xmrig")]
    [InlineData("hub.docker.com.example.org/_/nginx", null)]
    [InlineData("LOCALHOST/x", "localhost/x")]
    [InlineData("ghcr.io:0443/a/b", "ghcr.io/a/b")]
    [InlineData("[::1]:443/a/b", "[::1]/a/b")]
    [InlineData("a/b@SHA256:" + Hex, "docker.io/a/b@sha256:" + Hex)]
    [InlineData("", null)]
    [InlineData("https://user:pass@docker.io/a/b", null)]
    [InlineData("a b", null)]
    [InlineData("a..b/c", null)]
    [InlineData("-.io/c", null)]
    public void ATextIsReadWhereItCanBe(string text, string? expected)
    {
        var spelling = ImageSpelling.Read(text);

        Assert.Equal(expected, spelling.Reference?.ToString());
        Assert.Equal(expected is null, !spelling.IsReadable);
        Assert.Equal(expected is null, spelling.Candidates.Count == 0);
    }

    [Theory]
    [InlineData("metal3d/xmrig", "")]
    [InlineData("Foo/xmrig", "")]
    [InlineData("metal3d/XMRig", "the path has upper-case letters")]
    [InlineData("docker://metal3d/xmrig", "the registry's host is not one")]
    [InlineData("metal3d/xmrig@sha256:12", "the digest is not 'sha256:' and 64 lower-case hexadecimal characters")]
    public void ATextThatIsNoReferenceAsItStandsSaysWhyThoughItCanBeRead(string text, string fault)
    {
        var spelling = ImageSpelling.Read(text);

        Assert.Equal((fault, fault == "", true), (spelling.Fault, spelling.IsValid, spelling.IsReadable));
    }

    [Fact]
    public void AFirstPartWithACapitalIsANamespaceOrAHost() =>
        Assert.Equal(["docker.io/kannix/monero-miner", "kannix/monero-miner"], Repositories(ImageSpelling.Read("Kannix/Monero-Miner")));

    [Theory]
    [InlineData("us-docker.pkg.dev/acme/remote/metal3d/xmrig:v1", "metal3d/xmrig")]
    [InlineData("docker.pkg.dev/acme/remote/metal3d/xmrig", "metal3d/xmrig")]
    [InlineData("us-docker.pkg.dev/acme/remote/deep/metal3d/xmrig", "metal3d/xmrig")]
    [InlineData("us-docker.pkg.dev/example.com/acme/remote/metal3d/xmrig", "metal3d/xmrig")]
    [InlineData("us-docker.pkg.dev/example.com/acme/remote/xmrig", null)]
    [InlineData("us-docker.pkg.dev/acme/remote/xmrig", null)]
    [InlineData("docker.pkg.dev.example.org/acme/remote/metal3d/xmrig", null)]
    [InlineData("gcr.io/acme/remote/metal3d/xmrig", null)]
    public void ARemoteRepositoryThatIsNotMappedGivesTheLastTwoParts(string text, string? path) =>
        Assert.Equal(path, ImageSpelling.Read(text).Candidates.OfType<ImageCandidate.BehindRemote>().SingleOrDefault()?.Path);

    [Fact]
    public void ATextOfAnyLengthIsNotRead()
    {
        Assert.Equal("", ImageSpelling.Read("a:" + new string('t', 128)).Fault);
        Assert.Contains("longer than 4096", ImageSpelling.Read(new string('a', 4097)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void AnyTextIsReadWithoutAnException() =>
        Gen.OneOf(ImageReferenceTests.Spelling, Gen.String).Sample(text =>
        {
            var spelling = ImageSpelling.Read(text);
            Assert.NotEqual(spelling.IsValid, spelling.Fault.Length > 0);
            Assert.True(spelling.IsReadable || !spelling.IsValid);
        });

    [Fact]
    public void WhatIsAReferenceIsAlwaysReadAsItOrOnDockerHub() =>
        ImageReferenceTests.Spelling.Sample(text =>
        {
            if (!ImageReference.TryParse(text, out var reference, out _)) return;

            var spelling = ImageSpelling.Read(text);
            Assert.True(spelling.IsReadable && spelling.IsValid);
            if (!text.StartsWith("hub.docker.com", StringComparison.Ordinal)) Assert.Contains(reference.Repository, Repositories(spelling));
        });

    static IEnumerable<string> Repositories(ImageSpelling spelling) => spelling.Candidates.OfType<ImageCandidate.Exact>().Select(candidate => candidate.Reference.Repository);
}
