using System.Text.Json;
using Davy.Images;

namespace Davy.Tests.Images;

/// <summary>The tables of two other projects' tests, row by row: what they take for a reference is one for Davy, and the other way round.</summary>
public sealed class ImageReferenceVectorTests
{
    const string ValidDigest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Fact]
    public void TheGrammarSplitsAsDistributionDoes()
    {
        using var vectors = Vectors("distribution-reference", "parse_vectors.json");
        var cases = vectors.RootElement.GetProperty("cases").EnumerateArray().ToList();
        Assert.True(cases.Count >= 48);

        foreach (var row in cases)
        {
            var input = row.GetProperty("input").GetString()!;
            var isGood = ReferenceGrammar.TrySplit(input, out var parts, out var fault);

            Assert.True(isGood != row.TryGetProperty("err", out _), $"{input}: {fault}");
            if (!isGood) continue;

            var host = parts.Host.ToString();
            Assert.Equal(
                (Text(row, "domain"), Text(row, "repository"), Text(row, "tag"), Text(row, "digest")),
                (host, host.Length > 0 ? $"{host}/{parts.Path}" : parts.Path.ToString(), parts.Tag.ToString(), parts.Digest?.ToString() ?? ""));
        }
    }

    [Theory]
    [InlineData("valid", true)]
    [InlineData("invalid", false)]
    public void NamesAreGoodOrBadAsDistributionSays(string list, bool isGood)
    {
        using var vectors = Vectors("distribution-reference", "normalize_vectors.json");
        var names = vectors.RootElement.GetProperty(list).EnumerateArray().Select(name => name.GetString()!).ToList();

        Assert.True(names.Count >= 27);
        Assert.Empty(names.Where(name => ImageReference.TryParse(name, out _, out _) != isGood));
    }

    [Fact]
    public void NamesAreNormalisedAsDistributionDoes()
    {
        using var vectors = Vectors("distribution-reference", "normalize_vectors.json");
        var rows = vectors.RootElement.GetProperty("repository_info").EnumerateArray().ToList();
        Assert.True(rows.Count >= 20);

        foreach (var row in rows)
        {
            // Distribution keeps the case of a host, which means nothing; Davy does not.
            var expected = (Text(row, "Domain").ToLowerInvariant(), Text(row, "RemoteName"));
            foreach (var name in new[] { Text(row, "FamiliarName"), Text(row, "FullName"), Text(row, "AmbiguousName") }.Where(name => name.Length > 0))
            {
                var reference = ImageReference.Parse(name);
                Assert.Equal(expected, (reference.Host, reference.Path));
            }
        }
    }

    /// <summary>No row of go-containerregistry is read otherwise here, so no table of exceptions is needed.</summary>
    [Theory]
    [InlineData("goodStrictValidationRepositoryNames", true)]
    [InlineData("goodWeakValidationRepositoryNames", true)]
    [InlineData("badRepositoryNames", false)]
    [InlineData("goodStrictValidationTagNames", true)]
    [InlineData("goodWeakValidationTagNames", true)]
    [InlineData("badTagNames", false)]
    [InlineData("goodStrictValidationDigestNames", true)]
    [InlineData("goodStrictValidationTagDigestNames", true)]
    [InlineData("goodWeakValidationDigestNames", true)]
    [InlineData("goodWeakValidationTagDigestNames", true)]
    [InlineData("badDigestNames", false)]
    public void NamesAreGoodOrBadAsGoContainerRegistrySays(string list, bool isGood)
    {
        var names = GoNames(list);

        Assert.NotEmpty(names);
        Assert.Empty(names.Where(name => ImageReference.TryParse(name, out _, out _) != isGood));
    }

    [Theory]
    [InlineData("goodStrictValidationRegistryNames", true)]
    [InlineData("badRegistryNames", false)]
    public void HostsAreGoodOrBadAsGoContainerRegistrySays(string list, bool isGood)
    {
        var names = GoNames(list);

        Assert.NotEmpty(names);
        Assert.Empty(names.Where(name => ImageReference.TryParse($"{name}/a/b", out var reference, out _) != isGood
            || (isGood && reference!.Host != name && (reference.Host, name) != (ImageReference.DockerHub, "index.docker.io"))));
    }

    [Fact]
    public void NoHostIsDockerHubAsGoContainerRegistrySays() =>
        Assert.Equal([ImageReference.DockerHub], GoNames("goodWeakValidationRegistryNames").Select(name => ImageReference.Parse($"{name}a/b").Host));

    static List<string> GoNames(string list)
    {
        using var vectors = Vectors("go-containerregistry", "name_vectors.json");
        return [.. vectors.RootElement.GetProperty("lists").GetProperty(list).EnumerateArray()
            .Select(name => name.ValueKind == JsonValueKind.String ? name.GetString()! : Evaluated(name.GetProperty("expr").GetString()!))];
    }

    /// <summary>The value of a Go expression such as <c>"repo@" + validDigest</c>.</summary>
    static string Evaluated(string expression) =>
        string.Concat(expression.TrimEnd(',').Split(" + ").Select(part => part == "validDigest" ? ValidDigest : part.Trim('"')));

    static string Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.GetString()! : "";

    static JsonDocument Vectors(params string[] parts) => JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Shared(["data", "peers", .. parts])));
}
