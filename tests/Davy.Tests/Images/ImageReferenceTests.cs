using CsCheck;
using Davy.Images;

namespace Davy.Tests.Images;

public sealed class ImageReferenceTests
{
    const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("nginx", "docker.io/library/nginx")]
    [InlineData("metal3d/xmrig:latest", "docker.io/metal3d/xmrig:latest")]
    [InlineData("index.docker.io/metal3d/xmrig", "docker.io/metal3d/xmrig")]
    [InlineData("GHCR.io:443/cniweb/xmrig", "ghcr.io/cniweb/xmrig")]
    [InlineData("docker.io:443/nginx", "docker.io/library/nginx")]
    [InlineData("localhost/x", "localhost/x")]
    [InlineData("localhost:5000", "docker.io/library/localhost:5000")]
    [InlineData("[FC00::1]:5000/x:y", "[fc00::1]:5000/x:y")]
    [InlineData("a/b:1@sha256:" + Hex, "docker.io/a/b:1@sha256:" + Hex)]
    public void AReferenceHasOneSpelling(string text, string expected) => Assert.Equal(expected, ImageReference.Parse(text).ToString());

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a/B", "upper-case")]
    [InlineData("a/b:", "tag")]
    [InlineData("a/b:-x", "tag")]
    [InlineData("a/b@sha512:" + Hex, "digest")]
    [InlineData("docker.io./a/b", "host")]
    [InlineData("foo_bar.com/a", "host")]
    [InlineData("a//b", "a part of the path")]
    [InlineData("a/b c", "a part of the path")]
    [InlineData(Hex, "id")]
    public void AFaultSaysWhatIsWrong(string text, string word)
    {
        Assert.False(ImageReference.TryParse(text, out var reference, out var fault));
        Assert.Null(reference);
        Assert.Contains(word, fault, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => ImageReference.Parse(text));
    }

    [Fact]
    public void TheLongestPathCountsWhatDockerPutsInFront()
    {
        Assert.True(ImageReference.TryParse(new string('a', 247), out _, out _));
        Assert.False(ImageReference.TryParse(new string('a', 248), out _, out var fault));
        Assert.Contains("255", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(255, 128, true)]
    [InlineData(256, 128, false)]
    [InlineData(255, 129, false)]
    public void APathHas255CharactersAtMostAndATag128(int path, int tag, bool isGood) =>
        Assert.Equal(isGood, ImageReference.TryParse($"ghcr.io/{new string('a', path)}:{new string('t', tag)}", out _, out _));

    [Fact]
    public void ReadingAReferenceAgainChangesNothing() =>
        Spelling.Sample(text =>
        {
            if (ImageReference.TryParse(text, out var reference, out _) && reference.Host.Contains('.'))
                Assert.Equal(reference, ImageReference.Parse(reference.ToString()));
        });

    [Fact]
    public void AnyTextIsReadOrHasAFault() =>
        Spelling.Sample(text => Assert.NotEqual(ImageReference.TryParse(text, out _, out var fault), fault.Length > 0));

    /// <summary>Texts over the characters that mean something in a reference, and one that never does.</summary>
    internal static readonly Gen<string> Spelling =
        Gen.OneOf(Gen.OneOf("docker.io/", "Foo/", "localhost/", "a.b:1/", "[::1]/", "x/", "", "https://", "hub.docker.com/r/"), Gen.String[Gen.Char["aZ0._-:/@[] é"], 0, 6])
            .Array[1, 5].Select(string.Concat);
}
