using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Cli.Commands;

namespace Davy.Tests.EndToEnd;

/// <summary>The program as a user meets it: what is typed, what is seen, how it ends. Each test runs in this process, and as the native program where there is one.</summary>
public abstract class ProgramTests : IDisposable
{
    const string OtherService = """{"insertId":"a","logName":"projects/p/logs/cloudaudit.googleapis.com%2Factivity","protoPayload":{"serviceName":"storage.googleapis.com"}}""";

    readonly string _folder = Directory.CreateTempSubdirectory("davy-test-").FullName;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the program to its end.</summary>
    /// <param name="input">Standard input.</param>
    /// <param name="arguments">The command line.</param>
    protected abstract (int Code, string Out, string Error) Run(string input, params string[] arguments);

    string File(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    [Fact]
    public void TheSamplesEndWithFound()
    {
        var (code, output, error) = Run("", "scan", RepositoryRoot.File("samples"));

        Assert.Equal(ExitCode.Found, code);
        Assert.Contains("metal3d/xmrig", output, StringComparison.Ordinal);
        Assert.Contains("mallory@example.com from 192.0.2.66", output, StringComparison.Ordinal);
        Assert.Contains("2 findings", error, StringComparison.Ordinal);
    }

    [Fact]
    public void StandardInputIsReadToo() =>
        Assert.Equal(ExitCode.Found, Run(System.IO.File.ReadAllText(RepositoryRoot.File("samples", "pubsub", "push.json")), "scan", "-").Code);

    [Fact]
    public void ALogWithoutCloudRunEndsCleanWithAWarning()
    {
        var (code, output, error) = Run(OtherService, "scan", "-");

        Assert.Equal((ExitCode.Clean, ""), (code, output));
        Assert.Contains("no entry was of Cloud Run", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("not json")]
    public void WhatCannotBeReadIsNeverClean(string input) => Assert.Equal(ExitCode.InDoubt, Run(input, "scan", "-").Code);

    [Fact]
    public void ARejectedEntryIsToldWithItsPlace()
    {
        var path = File("log.json", $"{OtherService}\n{{broken run.googleapis.com\n{OtherService}\n");

        var (code, _, error) = Run("", "scan", path);

        Assert.Equal(ExitCode.InDoubt, code);
        Assert.Contains($"{path}:2:{OtherService.Length + 1}", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scan", "/no/such/file")]
    [InlineData("scan", "--no-such-option")]
    [InlineData("scan", "--format", "yaml", "-")]
    [InlineData("scan", "-", "--indicators", "/no/such/file")]
    [InlineData("no-such-command")]
    [InlineData("indicators", "lint", "/no/such/file")]
    public void AWrongCallEndsWithTwoAndLeavesStandardOutputAlone(params string[] arguments)
    {
        var (code, output, error) = Run("", arguments);

        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void FailOnRaisesTheBar()
    {
        var path = RepositoryRoot.File("samples", "pubsub");

        Assert.Equal(ExitCode.Found, Run("", "scan", path).Code);
        Assert.Equal(ExitCode.Clean, Run("", "scan", path, "--fail-on", "certain").Code);
        Assert.Equal(ExitCode.Clean, Run("", "scan", path, "--fail-on", "high").Code);
    }

    [Fact]
    public void AnOutputFileIsReplacedWhole()
    {
        var path = File("findings.jsonl", "old");

        Run("", "scan", RepositoryRoot.File("samples"), "--format", "scc", "--output", path);

        Assert.All(System.IO.File.ReadAllLines(path), line => JsonDocument.Parse(line).Dispose());
        Assert.Equal(2, System.IO.File.ReadAllLines(path).Length);
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void TheSummaryFileAddsUp()
    {
        var path = Path.Combine(_folder, "summary.json");

        Run("", "scan", RepositoryRoot.File("samples"), "--summary", path);

        using var summary = JsonDocument.Parse(System.IO.File.ReadAllBytes(path));
        var entries = summary.RootElement.GetProperty("entries");
        Assert.Equal(entries.GetProperty("read").GetInt64(), new[] { "notCloudRun", "notADeployment", "examined", "rejected" }.Sum(name => entries.GetProperty(name).GetInt64()));
        Assert.Equal(1, summary.RootElement.GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public void AnExceptionCoversUntilItExpires()
    {
        string Exceptions(string day) => File($"{day}.json", $$"""{"version":1,"exceptions":[{"image":"metal3d/xmrig","reason":"a drill","owner":"sec@example.com","expires":"{{day}}"}]}""");

        Assert.Equal(ExitCode.Clean, Run("", "scan", RepositoryRoot.File("samples", "sink"), "--except", Exceptions("2999-12-31")).Code);

        var (code, _, error) = Run("", "scan", RepositoryRoot.File("samples", "sink"), "--except", Exceptions("2020-01-01"));
        Assert.Equal(ExitCode.Found, code);
        Assert.Contains("expired on 2020-01-01", error, StringComparison.Ordinal);
    }

    [Fact]
    public void AListOfOnesOwnIsUsed()
    {
        var list = File("ours.txt", "# ours\neurope-docker.pkg.dev/acme-shop/apps/api\n");

        Assert.Contains("apps/api", Run("", "scan", RepositoryRoot.File("samples", "inventory"), "--indicators", list).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void UpstreamsMakeAMatchCertain()
    {
        var upstreams = File("upstreams.json", """{"version":1,"upstreams":[{"repository":"us-docker.pkg.dev/acme-shop/dockerhub","upstreams":["docker.io"]}]}""");

        Assert.Equal(ExitCode.Found, Run("", "scan", RepositoryRoot.File("samples", "pubsub"), "--upstreams", upstreams, "--fail-on", "certain").Code);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("scan", "--help")]
    [InlineData("indicators", "--help")]
    [InlineData("indicators", "list", "--help")]
    [InlineData("indicators", "show", "--help")]
    [InlineData("indicators", "test", "--help")]
    [InlineData("indicators", "lint", "--help")]
    [InlineData("completion", "--help")]
    [InlineData("version", "--help")]
    public void EveryHelpCarriesExamples(params string[] arguments)
    {
        var (code, output, _) = Run("", arguments);

        Assert.Equal(ExitCode.Clean, code);
        Assert.Contains("Examples:\n  ", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains($"Usage:\n  davy {string.Concat(arguments[..^1].Select(word => $"{word} "))}", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public void EveryShellGetsItsCompletion(string shell) => Assert.Contains("[suggest:", Run("", "completion", shell).Out, StringComparison.Ordinal);

    [Theory]
    [InlineData("davy ")]
    [InlineData("davy scan ")]
    [InlineData("davy findings ")]
    [InlineData("davy findings list ")]
    [InlineData("davy findings list --h")]
    [InlineData("davy image inspect --")]
    public void NothingIsSuggestedTwice(string line)
    {
        var suggested = Run("", $"[suggest:{line.Length}]", line).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(suggested.Distinct(), suggested);
        Assert.Contains("--help", suggested);
    }

    [Fact]
    public void TheProgramSuggestsItsOwnOptions() => Assert.Contains("--upstreams", Run("", "[suggest:12]", "davy scan --u").Out, StringComparison.Ordinal);

    [Theory]
    [InlineData("mirror.gcr.io/metal3d/xmrig:7", ExitCode.Found)]
    [InlineData("docker.io/library/nginx", ExitCode.Clean)]
    [InlineData("docker.io/acme//app", ExitCode.InDoubt)]
    public void ATestOfAReferenceTellsWhy(string reference, int expected)
    {
        var (code, output, _) = Run("", "indicators", "test", reference);

        Assert.Equal(expected, code);
        Assert.NotEmpty(output);
    }

    [Theory]
    [MemberData(nameof(ShapeTests.Shapes), MemberType = typeof(ShapeTests))]
    public void AShapeOfTheLogEndsAsItMust(string line)
    {
        var shape = JsonNode.Parse(line)!;
        var log = File("shape.jsonl", string.Join('\n', shape["entries"]!.AsArray().Select(entry => entry!.ToJsonString())));
        var extra = File("extra.txt", string.Join('\n', shape["extra_indicators"]?.AsArray().Select(digest => (string)digest!) ?? ["# none"]));
        var summary = Path.Combine(_folder, "summary.json");

        var (code, output, _) = Run("", "scan", log, "--indicators", extra, "--format", "scc", "--summary", summary);

        var (findings, doubts) = ((int)shape["expected_findings"]!, (int)shape["expected_doubts"]!);
        Assert.Equal(findings > 0 ? ExitCode.Found : doubts > 0 ? ExitCode.InDoubt : ExitCode.Clean, code);
        Assert.Equal(findings, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(doubts, (int)JsonNode.Parse(System.IO.File.ReadAllText(summary))!["doubts"]!);
    }

    [Fact]
    public void NothingOfTheLogReachesATerminalRaw()
    {
        const string hostile = "\u001b[31m\u202e\u200b\u0007";
        var log = System.IO.File.ReadAllText(RepositoryRoot.File("samples", "sink", "cloudaudit.googleapis.com", "system_event", "2026", "01", "10", "S0.json"))
            .Replace("mallory@example.com", $"mallory{JsonEncodedText.Encode(hostile)}@example.com", StringComparison.Ordinal)
            .Replace("-revweb2", JsonEncodedText.Encode(hostile).ToString(), StringComparison.Ordinal);
        log += $"{{\"{hostile} run.googleapis.com\n";

        foreach (var format in new[] { "table", "scc", "json", "csv", "sarif", "ocsf" })
        {
            var (code, output, error) = Run(log, "scan", "-", "--format", format);
            Assert.Equal(ExitCode.Found, code);
            Assert.DoesNotContain(output + error, each => each is not ('\n' or '\r') && (char.IsControl(each) || CharUnicodeInfo.GetUnicodeCategory(each) is UnicodeCategory.Format));
        }
    }
}
