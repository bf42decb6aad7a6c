using Davy.CloudRun;
using Davy.Detection;
using Davy.Images;
using Davy.Indicators;
using Davy.Logs;

namespace Davy.Tests.Detection;

/// <summary>Each detector has samples of each kind, and says of each what its name says.</summary>
public sealed class DetectorSampleTests
{
    static string Folder(IDetector detector) => RepositoryRoot.File("tests", "Davy.Tests", "Samples", detector.GetType().Name);

    public static IEnumerable<TheoryDataRow<string, string>> Samples() =>
        from detector in Detectors.All(Upstreams.None)
        from file in Directory.GetFiles(Folder(detector), "*.json").Order()
        select new TheoryDataRow<string, string>(detector.GetType().Name, Path.GetFileName(file));

    [Fact]
    public void EveryDetectorHasSamplesOfEveryKind()
    {
        foreach (var detector in Detectors.All(Upstreams.None))
        {
            foreach (var kind in new[] { "malicious", "clean", "undecided" }) Assert.NotEmpty(Directory.GetFiles(Folder(detector), $"*.{kind}.json"));
        }
    }

    [Fact]
    public void EveryDetectorHasAPage()
    {
        var index = File.ReadAllText(RepositoryRoot.File("docs", "detectors", "README.md"));
        foreach (var detector in Detectors.All(Upstreams.None))
        {
            Assert.True(File.Exists(RepositoryRoot.File("docs", "detectors", $"{detector.GetType().Name}.md")));
            Assert.Contains(detector.Category, index, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void ASampleIsWhatItsNameSays(string name, string file)
    {
        var detector = Detectors.All(Upstreams.None).Single(each => each.GetType().Name == name);
        using var sample = JsonTree.Parse(File.ReadAllBytes(Path.Combine(Folder(detector), file)), depth: 64);
        var deployment = Assert.IsType<Reading.Deployed>(DeploymentReader.Read(LogEntry.Parse(sample.Root.Object("entry"u8)))).Deployment;

        var verdicts = detector.Judge(deployment, IndicatorSet.Default).ToList();

        Assert.Equal(file.Split('.')[^2], verdicts switch
        {
            _ when verdicts.Exists(verdict => verdict is Verdict.Malicious) => "malicious",
            _ when verdicts.Exists(verdict => verdict is Verdict.Undecided) => "undecided",
            _ => "clean",
        });
    }
}
