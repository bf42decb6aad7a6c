using System.Diagnostics;
using System.Text.Json;
using Davy.Findings;
using Davy.Indicators;
using Davy.Reports;

namespace Davy.Tests.Reports;

public sealed class SarifReportTests
{
    static readonly Finding Certain = SomeFinding.Full with { Id = "c", Match = SomeFinding.Full.Match with { Certainty = Certainty.Certain } };

    static JsonElement Run(IReadOnlyList<Finding> findings, params IReadOnlyList<Doubt> doubts) =>
        JsonTree.Parse(SomeFinding.Written(new SarifReport(SomeFinding.Known), findings, doubts)).GetProperty("runs")[0];

    [Fact]
    public void AResultPointsToTheLineAndTheResource()
    {
        var result = Run([SomeFinding.Full]).GetProperty("results")[0];
        var location = result.GetProperty("locations")[0];

        Assert.Equal("cloud_run_cryptomining_docker_images", result.GetProperty("ruleId").GetString());
        Assert.Equal("logs/may.jsonl", location.GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal(12, location.GetProperty("physicalLocation").GetProperty("region").GetProperty("startLine").GetInt32());
        Assert.Equal("//run.googleapis.com/namespaces/acme-prod/services/shop", location.GetProperty("logicalLocations")[0].GetProperty("fullyQualifiedName").GetString());
        Assert.Equal(SomeFinding.Full.Id, result.GetProperty("partialFingerprints").GetProperty("findingId/v1").GetString());
    }

    [Fact]
    public void CertainIsAnErrorAndPossibleAWarning() =>
        Assert.Equal(["error", "warning"], Run([SomeFinding.Full, Certain]).GetProperty("results").EnumerateArray().Select(result => result.GetProperty("level").GetString()));

    [Fact]
    public void EachRuleStandsOnceAndResultsPointToTheirs()
    {
        var other = SomeFinding.Full with { Id = "o", Rule = "cloud_run_cryptomining_commands" };
        var run = Run([SomeFinding.Full, Certain, other]);
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules");

        Assert.Equal(["cloud_run_cryptomining_commands", "cloud_run_cryptomining_docker_images"], rules.EnumerateArray().Select(rule => rule.GetProperty("id").GetString()));
        Assert.All(rules.EnumerateArray(), rule => Assert.Equal("8.0", rule.GetProperty("properties").GetProperty("security-severity").GetString()));
        Assert.All(run.GetProperty("results").EnumerateArray(), result =>
            Assert.Equal(result.GetProperty("ruleId").GetString(), rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString()));
    }

    [Fact]
    public void DoubtsAreNotificationsOfTheTool()
    {
        var run = Run([], SomeFinding.Doubt);
        var notification = run.GetProperty("invocations")[0].GetProperty("toolExecutionNotifications")[0];

        Assert.Equal("unreadableReference", notification.GetProperty("descriptor").GetProperty("id").GetString());
        Assert.Equal("warning", notification.GetProperty("level").GetString());
        Assert.Contains(run.GetProperty("tool").GetProperty("driver").GetProperty("notifications").EnumerateArray(),
            descriptor => descriptor.GetProperty("id").GetString() == "unreadableReference");
    }

    [Fact]
    public void MoreThanARunHoldsIsCutAndSaidSo()
    {
        var run = Run([.. Enumerable.Repeat(SomeFinding.Full, SarifReport.ResultsKept), Certain]);

        Assert.Equal(SarifReport.ResultsKept, run.GetProperty("results").GetArrayLength());
        Assert.Equal("error", run.GetProperty("results")[0].GetProperty("level").GetString()); // The gravest is kept.
        var notification = run.GetProperty("invocations")[0].GetProperty("toolExecutionNotifications")[0];
        Assert.Contains("25000 of 25001", notification.GetProperty("message").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, Run([Certain]).GetProperty("invocations")[0].GetProperty("toolExecutionNotifications").GetArrayLength());
    }

    [Theory]
    [InlineData("logs/may.jsonl", "logs/may.jsonl")]
    [InlineData("./logs/a b#1?.json", "logs/a%20b%231%3F.json")]
    [InlineData("logs\\may.jsonl", "logs/may.jsonl")]
    [InlineData("javascript:alert(1)", "javascript%3Aalert%281%29")]
    [InlineData("C:\\logs\\x.json", "C%3A/logs/x.json")]
    [InlineData("//evil.example/x", "/evil.example/x")]
    [InlineData("/var/log/ä.json", "/var/log/%C3%A4.json")]
    [InlineData("-", "stdin")]
    public void AnArtifactIsARelativeReference(string input, string uri)
    {
        Assert.Equal(uri, SarifLocation.Artifact(input));
        Assert.True(Uri.TryCreate(uri, UriKind.Relative, out _));
    }

    [Fact]
    public void AnUnknownPlaceIsLeftOut()
    {
        var location = Run([SomeFinding.Full with { Location = default }]).GetProperty("results")[0].GetProperty("locations")[0];
        Assert.False(location.TryGetProperty("physicalLocation", out _));
        Assert.True(location.TryGetProperty("logicalLocations", out _));
    }

    [Fact]
    public async Task TheReferenceValidatorFindsNoError()
    {
        // RS0030: a test may be told where a tool is; the library may not.
#pragma warning disable RS0030
        var tool = Environment.GetEnvironmentVariable("DAVY_SARIF_MULTITOOL");
#pragma warning restore RS0030
        Assert.SkipWhen(string.IsNullOrEmpty(tool), "needs DAVY_SARIF_MULTITOOL, the path of npm's @microsoft/sarif-multitool");

        var folder = Directory.CreateTempSubdirectory("davy-sarif-");
        try
        {
            var file = Path.Combine(folder.FullName, "out.sarif");
            var stdin = SomeFinding.Bare with { Location = new("-", 1, 0) };
            await File.WriteAllTextAsync(file, SomeFinding.Written(new SarifReport(SomeFinding.Known), [SomeFinding.Full, Certain, stdin], [SomeFinding.Doubt]), TestContext.Current.CancellationToken);
            Assert.DoesNotContain(": error ", await Validated(tool!, file), StringComparison.Ordinal);

            // And it would see one.
            await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Replace("\"startLine\": 12", "\"startLine\": 0", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            Assert.Contains(": error ", await Validated(tool!, file), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    internal static async Task<string> Validated(string tool, string file)
    {
        using var process = new Process { StartInfo = new(tool, ["validate", file, "--rule-kind", "Sarif;Ghas"]) { RedirectStandardOutput = true } };
        process.Start();
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains("Analysis completed successfully", said, StringComparison.Ordinal);
        return said;
    }
}
