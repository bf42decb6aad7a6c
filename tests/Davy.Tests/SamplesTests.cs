using System.Text.Json.Nodes;
using Davy.Indicators;
using Davy.Logs;

namespace Davy.Tests;

/// <summary>The samples give the answer that stands beside them.</summary>
public sealed class SamplesTests
{
    public static IEnumerable<TheoryDataRow<string>> Folders() =>
        Directory.GetDirectories(RepositoryRoot.File("samples")).Order().Select(folder => new TheoryDataRow<string>(Path.GetFileName(folder)));

    [Theory]
    [MemberData(nameof(Folders))]
    public void ASampleGivesTheAnswerBesideIt(string folder)
    {
        var path = RepositoryRoot.File("samples", folder);
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(path, ".expected.json")))!;

        var result = Scanning.Scan(IndicatorSet.Default, [.. LogInput.At(path)]);

        Assert.Equal(expected["findings"]!.ToJsonString(), new JsonArray([.. result.Findings.Select(finding => new JsonObject
        {
            ["resource"] = finding.Resource.AdminName,
            ["indicator"] = finding.Match.Indicator,
            ["certainty"] = finding.Match.Certainty.ToString().ToLowerInvariant(),
            ["actor"] = finding.Actor?.Principal ?? "",
            ["callerIp"] = finding.Actor?.CallerIp ?? "",
            ["previousImage"] = finding.History?.PreviousImage ?? "",
        })]).ToJsonString());
        Assert.Equal((int)expected["doubts"]!, result.Summary.Doubts);
        Assert.Equal(0, result.Summary.Rejected);
    }
}
