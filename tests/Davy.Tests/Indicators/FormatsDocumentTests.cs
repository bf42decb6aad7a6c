using System.Text;
using Davy.Images;
using Davy.Indicators;

namespace Davy.Tests.Indicators;

/// <summary>The examples of <c>docs/formats.md</c> are read as they stand there.</summary>
public sealed class FormatsDocumentTests
{
    [Fact]
    public void TheListOfIndicatorsIsReadAndClean()
    {
        var list = IndicatorFile.Parse("formats.md", Example("Indicators (JSON)"));

        Assert.Equal(("acme-miners", "2026-11-24", 2), (list.Name, list.Date, list.Indicators.Count));
        Assert.Empty(IndicatorLinter.Lint("formats.md", Example("Indicators (JSON)")));
    }

    [Fact]
    public void ThePlainTextIsReadAndClean()
    {
        var list = IndicatorFile.Parse("formats.md", Example("Indicators (plain text)"));

        Assert.Equal(
            [IndicatorScope.Repository, IndicatorScope.Namespace, IndicatorScope.Prefix, IndicatorScope.Tag, IndicatorScope.Digest],
            list.Indicators.Select(indicator => indicator.Scope));
        Assert.Empty(IndicatorLinter.Lint("formats.md", Example("Indicators (plain text)")));
    }

    [Fact]
    public void TheExceptionsAreRead() => Assert.Equal(3, ExceptionFile.Parse("formats.md", Example("Exceptions")).Entries.Count);

    [Fact]
    public void TheUpstreamsAreReadAndFollowed()
    {
        var upstreams = Upstreams.Parse("formats.md", Example("Upstreams"));

        Assert.Equal(5, upstreams.Count);
        Assert.Equal(Certainty.Certain, IndicatorSet.Default.Match(ImageSpelling.Read("us-docker.pkg.dev/acme/all/metal3d/xmrig", upstreams))?.Certainty);
    }

    static byte[] Example(string heading)
    {
        var section = File.ReadAllText(RepositoryRoot.File("docs", "formats.md")).Split($"\n## {heading}\n")[1].Split("\n## ")[0];
        var fenced = section.Split("```")[1];
        return Encoding.UTF8.GetBytes(fenced[(fenced.IndexOf('\n') + 1)..]);
    }
}
