using System.Text.RegularExpressions;

namespace Davy.Tests;

/// <summary>The documents name files that are there.</summary>
public sealed partial class TourTests
{
    [Fact]
    public void EveryFileOfTheTourIsThere()
    {
        var files = CodeFile().Matches(File.ReadAllText(RepositoryRoot.File("docs", "tour.md"))).Select(match => match.Groups[1].Value).ToList();

        Assert.True(files.Count > 10);
        Assert.Empty(files.Where(file => !File.Exists(RepositoryRoot.File(file))));
    }

    [Fact]
    public void EveryLinkOfTheDocumentsLeadsSomewhere()
    {
        string[] documents = [RepositoryRoot.File("README.md"), RepositoryRoot.File("CONTRIBUTING.md"), .. Directory.GetFiles(RepositoryRoot.File("docs"), "*.md", SearchOption.AllDirectories)];

        Assert.Empty(documents.SelectMany(document => Link().Matches(File.ReadAllText(document)).Select(link => link.Groups[1].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, link)))));
    }

    [GeneratedRegex("`((?:src|tests|docs)/[^`]+)`")]
    private static partial Regex CodeFile();

    [GeneratedRegex(@"\]\(([^)#\s]+)\)")]
    private static partial Regex Link();
}
