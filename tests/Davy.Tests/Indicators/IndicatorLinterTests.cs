using System.Text;
using Davy.Indicators;

namespace Davy.Tests.Indicators;

public sealed class IndicatorLinterTests
{
    [Fact]
    public void TheListThatComesWithDavyHasNoFault() =>
        Assert.Empty(IndicatorLinter.Lint("known-miners.json", File.ReadAllBytes(RepositoryRoot.File("src", "Davy", "Indicators", "known-miners.json"))));

    [Theory]
    [InlineData("a/b\nAcme/App", 2, "upper-case")]
    [InlineData("ghcr.io/*", 1, "whole registry")]
    [InlineData("docker.io/*", 1, "whole registry")]
    [InlineData("docker.io/a/*", 1, "one character")]
    [InlineData("acme/upd*", 1, "at least 4 characters")]
    [InlineData("ghcr.io/acme*", 1, "below a namespace")]
    [InlineData("library/*", 1, "official image 'adminer'")]
    [InlineData("nginx", 1, "official image 'nginx'")]
    [InlineData("quay.io/library/nginx", 1, "official image 'nginx'")]
    [InlineData("public.ecr.aws/docker/*", 1, "official image 'adminer'")]
    [InlineData("docker.io/library/post*", 1, "official image 'postfixadmin'")]
    [InlineData("nginx:1.2-evil", 1, "official images only")]
    [InlineData("some-name", 1, "official images only")]
    [InlineData("a/b\nc/d\ndocker.io/a/b", 3, "line 1 has it already")]
    [InlineData("sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4", 1, "empty layer")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 1, "empty layer")]
    [InlineData("sha256:7264a8db6415046d36d16ba98b79778e18accee6ffa71850405994cffa9be7de", 1, "base image")]
    [InlineData("f5a69fceabd2", 1, "never a match")]
    [InlineData("# nothing", 1, "no indicator")]
    [InlineData("""{ "version": 1, "indicators": [ { "reference": "a/b", "kind": "miner", "sources": [] } ] }""", 1, "without a source")]
    [InlineData("""{ "version": 2 }""", 1, "not 1")]
    public void AFaultIsRefusedWithItsLine(string text, int line, string word)
    {
        var fault = Assert.Single(Lint(text));

        Assert.Equal(("list.txt", line), (fault.File, fault.Line));
        Assert.Contains(word, fault.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void AllFaultsOfAFileAreToldAtOnce() => Assert.Equal([1, 2, 4], Lint("A/B\nnginx\ngood/name\n*").Select(fault => fault.Line));

    static IReadOnlyList<IndicatorFault> Lint(string text) => IndicatorLinter.Lint("list.txt", Encoding.UTF8.GetBytes(text));
}
