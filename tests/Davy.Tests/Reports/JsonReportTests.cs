using Davy.Indicators;
using Davy.Reports;

namespace Davy.Tests.Reports;

public sealed class JsonReportTests
{
    [Fact]
    public void ItIsOneDocumentOfFindingsAndDoubts()
    {
        var written = SomeFinding.Written(new JsonReport(SomeFinding.Known), [SomeFinding.Full], [SomeFinding.Doubt]);
        var root = JsonTree.Parse(written);

        Assert.Equal(["version", "davy", "findings", "doubts"], root.EnumerateObject().Select(each => each.Name));
        Assert.Equal(1, root.GetProperty("version").GetInt32());
        Assert.Equal("0.1.0", root.GetProperty("davy").GetString());

        var finding = root.GetProperty("findings")[0];
        Assert.Equal("miner", finding.GetProperty("kind").GetString());
        Assert.Equal("possible", finding.GetProperty("certainty").GetString());
        Assert.Equal("shop", finding.GetProperty("resource").GetProperty("name").GetString());
        Assert.Equal("mirror.gcr.io/metal3d/xmrig:latest", finding.GetProperty("containers")[0].GetProperty("image").GetString());
        Assert.Equal("dev@example.com", finding.GetProperty("actor").GetProperty("principal").GetString());
        Assert.Equal(3, finding.GetProperty("nextSteps").GetProperty("steps").GetArrayLength());

        var doubt = root.GetProperty("doubts")[0];
        Assert.Equal("unreadableReference", doubt.GetProperty("kind").GetString());
        Assert.Equal("docker.io/UPPER", doubt.GetProperty("key").GetString());
    }

    [Fact]
    public void TheOrderOfReadingLeavesNoTrace()
    {
        var other = SomeFinding.Full with { Id = "b", Match = SomeFinding.Full.Match with { Certainty = Certainty.Certain } };
        var doubt = SomeFinding.Doubt with { Key = "another" };
        var report = new JsonReport(SomeFinding.Known);

        var one = SomeFinding.Written(report, [SomeFinding.Full, other], [SomeFinding.Doubt, doubt]);
        var two = SomeFinding.Written(report,
            [other with { Location = new("elsewhere", 1, 0) }, SomeFinding.Full with { Location = new("x", 9, 9) }],
            [doubt with { Location = new("x", 7, 7) }, SomeFinding.Doubt]);

        Assert.Equal(one, two);
        Assert.DoesNotContain("may.jsonl", one, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingFoundIsADocumentToo() => Assert.Equal(0, JsonTree.Parse(SomeFinding.Written(new JsonReport(ReportOptions.Default))).GetProperty("findings").GetArrayLength());
}
