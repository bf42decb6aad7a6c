using System.Text;
using Davy.Images;

namespace Davy.Tests.Images;

public sealed class UpstreamsTests
{
    [Theory]
    [InlineData("us-docker.pkg.dev/acme/remote/metal3d/xmrig:v1", "docker.io/metal3d/xmrig:v1")]
    [InlineData("us-docker.pkg.dev/acme/remote/nginx", "docker.io/library/nginx")]
    [InlineData("us-docker.pkg.dev/acme/virtual/a/b", "ghcr.io/a/b", "us-docker.pkg.dev/acme/remote/a/b", "docker.io/a/b")]
    [InlineData("registry.corp.example/hub/a/b", "docker.io/a/b")]
    [InlineData("registry.corp.example/base/app", "docker.io/metal3d/xmrig")]
    [InlineData("REGISTRY.corp.example:443/other/a", "quay.io/acme/other/a")]
    [InlineData("registry.corp.example/hubs/a", "quay.io/acme/hubs/a")]
    [InlineData("us-docker.pkg.dev/acme/remotes/a/b")]
    public void AnImageIsFollowedToItsUpstreams(string text, params string[] upstream)
    {
        var upstreams = Parse("""
            {
              "version": 1, // comments are allowed
              "upstreams": [
                { "repository": "us-docker.pkg.dev/acme/remote", "upstreams": ["https://registry-1.docker.io"] },
                { "repository": "us-docker.pkg.dev/acme/virtual", "upstreams": ["ghcr.io", "us-docker.pkg.dev/acme/remote"] },
                { "repository": "registry.corp.example", "upstreams": ["quay.io/acme"] },
                { "repository": "registry.corp.example/hub", "upstreams": ["docker.io"] },
                { "repository": "registry.corp.example/base/app", "upstreams": ["docker.io/metal3d/xmrig"] },
              ],
            }
            """);

        var found = ImageSpelling.Read(text, upstreams).Candidates.OfType<ImageCandidate.Exact>().Skip(1).ToList();

        Assert.Equal(upstream, found.Select(candidate => candidate.Reference.ToString()));
        Assert.All(found, candidate => Assert.Contains(" passes on ", candidate.Transformation, StringComparison.Ordinal));
    }

    [Fact]
    public void AMappedRepositoryIsNoUnmappedRemote()
    {
        var upstreams = Parse("""{ "version": 1, "upstreams": [{ "repository": "us-docker.pkg.dev/acme/remote", "upstreams": ["ghcr.io"] }] }""");

        Assert.Empty(ImageSpelling.Read("us-docker.pkg.dev/acme/remote/metal3d/xmrig", upstreams).Candidates.OfType<ImageCandidate.BehindRemote>());
    }

    [Fact]
    public void UpstreamsThatGoInACircleOrGrowComeToAnEnd()
    {
        var upstreams = Parse("""
            { "version": 1, "upstreams": [
              { "repository": "a.example", "upstreams": ["b.example", "a.example/x"] },
              { "repository": "b.example", "upstreams": ["a.example", "b.example/y"] } ] }
            """);

        Assert.InRange(ImageSpelling.Read("a.example/i", upstreams).Candidates.Count, 3, 65);
    }

    [Theory]
    [InlineData("{", 1, "no JSON")]
    [InlineData("{}", 1, "\"version\" is missing")]
    [InlineData("""{ "version": 2, "upstreams": [] }""", 1, "not 1")]
    [InlineData("[]", 1, "an object")]
    [InlineData("{ \"version\": 1,\n\"upstreams\": [\n{ \"repositry\": \"a.example\" }] }", 3, "\"repositry\" is not known")]
    [InlineData("{ \"version\": 1,\n\"upstreams\": [\n{ \"upstreams\": [\"docker.io\"] }] }", 3, "\"repository\" is missing")]
    [InlineData("{ \"version\": 1,\n\"upstreams\": [\n{ \"repository\": \"a.example\", \"upstreams\": [] }] }", 3, "\"upstreams\" is empty")]
    [InlineData("{ \"version\": 1,\n\"upstreams\": [\n{ \"repository\": \"acme\", \"upstreams\": [\"docker.io\"] }] }", 3, "host must come first")]
    [InlineData("{ \"version\": 1,\n\"upstreams\": [\n{ \"repository\": \"a.example/x y\", \"upstreams\": [\"docker.io\"] }] }", 3, "part of the path")]
    [InlineData("{ \"version\": 1,\n\"upstreams\": [\n{ \"repository\": 1, \"upstreams\": [\"docker.io\"] }] }", 3, "a text")]
    [InlineData("{ \"version\": 1,\n\"upstreams\": [], \"upstreams\": [] }", 2, "given twice")]
    [InlineData("{ \"version\": 1,\n\"upstreams\": \"\\ud800\" }", 2, "no Unicode")]
    [InlineData("{ \"version\": 1,\n\"upstreams\": [] } x", 2, "no JSON")]
    public void AFaultHasFileAndLine(string json, int line, string word)
    {
        var fault = Assert.Throws<UnreadableFileException>(() => Parse(json));

        Assert.StartsWith($"upstreams.json:{line}: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(word, fault.Fault, StringComparison.Ordinal);
    }

    static Upstreams Parse(string json) => Upstreams.Parse("upstreams.json", Encoding.UTF8.GetBytes(json));
}
