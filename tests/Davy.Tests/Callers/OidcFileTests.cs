using System.Text.RegularExpressions;
using Davy.Server.Callers;
using Davy.Server.Hosting;

namespace Davy.Tests.Callers;

/// <summary>The file of <c>--oidc</c>.</summary>
public sealed partial class OidcFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    OidcFile Read(string text)
    {
        File.WriteAllText(_folder.File("oidc.json"), text);
        return OidcFile.Read(_folder.File("oidc.json"));
    }

    static string With(string member, string value) =>
        $$"""{"issuers":[{"issuer":"https://i.example.com","audiences":["a"],"roles":[{"role":"viewer","claim":"hd","value":"example.com"}]{{(member.Length > 0 ? $",\"{member}\":{value}" : "")}}}]}""";

    [Fact]
    public void TheStandardSaysWhereTheDescriptionIs() =>
        Assert.Equal("https://i.example.com/.well-known/openid-configuration", Read(With("", "")).Issuers.Single().DiscoveryAddress);

    [Theory]
    [InlineData("", "")]
    [InlineData("null", "null")]
    [InlineData("[]", "")]
    [InlineData("{}", "issuers")]
    [InlineData("""{"issuers":[]}""", "at least one")]
    [InlineData("""{"issuers":null}""", "issuers")]
    [InlineData("""{"issuers":[null]}""", "")]
    [InlineData("""{"issuers":[{"issuer":"https://i.example.com","roles":[]}]}""", "audiences")]
    [InlineData("""{"issuers":[{"issuer":"https://i.example.com","audiences":[],"roles":[{"role":"viewer","claim":"a","value":"b"}]}]}""", "audiences")]
    [InlineData("""{"issuers":[{"issuer":"https://i.example.com","audiences":["a"],"roles":[]}]}""", "roles")]
    [InlineData("""{"issuers":[{"issuer":"https://i.example.com","audiences":["a"],"roles":[{"role":"root","claim":"a","value":"b"}]}]}""", "'root'")]
    [InlineData("""{"issuers":[{"issuer":"https://i.example.com","audiences":["a"],"roles":[{"role":"viewer","claim":"a","value":""}]}]}""", "value")]
    [InlineData("""{"issuers":[{"issuer":"http://i.example.com","audiences":["a"],"roles":[{"role":"viewer","claim":"a","value":"b"}]}]}""", "https address")]
    [InlineData("""{"issuers":[{"issuer":"https://u:p@i.example.com","audiences":["a"],"roles":[{"role":"viewer","claim":"a","value":"b"}]}]}""", "https address")]
    [InlineData("""{"issuers":[{"issuer":"a","issuer":"b"}]}""", "issuer")]
    public void WhatIsWrongIsTold(string text, string said) =>
        Assert.Contains(said, Assert.Throws<OptionException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("algorithms", """["none"]""", "algorithms")]
    [InlineData("algorithms", """["HS256"]""", "algorithms")]
    [InlineData("algorithms", "[]", "algorithms")]
    [InlineData("discovery", "\"http://example.com/d\"", "https address")]
    [InlineData("discovery", "\"file:///etc/passwd\"", "https address")]
    [InlineData("audience", "\"a\"", "audience")]
    public void SoIsOneWrongMember(string member, string value, string said) =>
        Assert.Contains(said, Assert.Throws<OptionException>(() => Read(With(member, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void AFileThatIsNotThereIsTold() =>
        Assert.StartsWith("--oidc: ", Assert.Throws<OptionException>(() => OidcFile.Read(_folder.File("none"))).Message, StringComparison.Ordinal);

    [Fact]
    public void TheExampleOfTheDocumentIsRead()
    {
        var example = Example().Match(File.ReadAllText(RepositoryRoot.File("docs", "api.md")));
        Assert.True(example.Success);
        Assert.NotEmpty(Read(example.Groups[1].Value).Issuers.Single().Roles);
    }

    [GeneratedRegex("```jsonc\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
