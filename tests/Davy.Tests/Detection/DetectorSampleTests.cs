using System.Text.Json;
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
        using var sample = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder(detector), file)));
        var deployment = Assert.IsType<Reading.Deployed>(DeploymentReader.Read(LogEntry.Parse(sample.RootElement.GetProperty("entry")))).Deployment;

        var verdicts = detector.Judge(deployment, IndicatorSet.Default).ToList();

        Assert.Equal(file.Split('.')[^2], verdicts switch
        {
            _ when verdicts.Exists(verdict => verdict is Verdict.Malicious) => "malicious",
            _ when verdicts.Exists(verdict => verdict is Verdict.Undecided) => "undecided",
            _ => "clean",
        });
    }

    [Fact]
    public void EverySignalSeesItsExamplesAndThePreCheckNeverHidesThem()
    {
        foreach (var signal in MiningCommands.Default.Signals)
        {
            Assert.NotEmpty(signal.Examples);
            Assert.NotEmpty(signal.Sources);
            foreach (var example in signal.Examples)
            {
                Assert.True(signal.Pattern.IsMatch(example), $"{signal.Id} does not see '{example}'.");
                Assert.True(MiningCommands.Default.MayMatch(example), $"{signal.Id}: the pre-check hides '{example}'.");
            }
        }
    }

    [Fact]
    public void NothingButTheSignLeavesTheDetector()
    {
        const string secret = "hunter2-canary";
        Container container = new()
        {
            Command = [new("./app", "command[0]")],
            Args = [new($"-o stratum+tcp://user:{secret}@pool.example.com:3333 -p {secret} --donate-level 1 --token={secret}", "args[0]")],
            Environment = [new("KEY", $"{secret} stratum+tcp://{secret}@x.nanopool.org:1 {secret}", "env[0].value")],
        };
        Deployment deployment = new() { Resource = new(ResourceKind.Job, "p", "l", "n"), Entry = new("", "", null, "", AuditLogKind.SystemEvent), Containers = [container] };

        var match = Assert.IsType<Verdict.Malicious>(Assert.Single(new CryptominingCommands().Judge(deployment, IndicatorSet.Empty))).Match;

        Assert.NotEmpty(match.Evidence);
        Assert.DoesNotContain(match.Evidence, evidence => evidence.Text.Contains(secret, StringComparison.Ordinal));
    }
}
