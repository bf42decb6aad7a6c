using System.Text.Json.Nodes;
using Davy.Cli.Commands;
using Davy.Tests.Fakes;

namespace Davy.Tests.EndToEnd;

/// <summary><c>davy respond plan -</c>: an incident's workloads from findings on standard input, reviewed as one, confirmed by project and count.</summary>
public sealed class RespondSetTests : RespondTrial
{
    const string Category = "Execution: Cryptomining Docker Image";

    static readonly string[] All = [Line("service", "shop"), Line("job", "batch"), Line("service", "shop"), Line("workerpool", "crunch")];

    /// <summary>A line as a scan writes it.</summary>
    static string Line(string kind, string name, string project = "acme-prod", string state = "ACTIVE") => new JsonObject
    {
        ["finding"] = new JsonObject { ["category"] = Category, ["state"] = state },
        ["sourceProperties"] = new JsonObject { ["properties"] = new JsonObject { ["resource"] = new JsonObject { ["kind"] = kind, ["name"] = name, ["location"] = "us-central1", ["project"] = project } } },
    }.ToJsonString();

    string File => Folder.File("set.json");

    (int Code, string Out, string Error) Plan(FakeCloudRun fake, IEnumerable<string> lines, params string[] more)
    {
        Input = string.Join('\n', lines);
        return Run(fake, ["plan", "-", "--output", File, .. more]);
    }

    [Fact]
    public async Task AnIncidentIsReviewedAppliedRecordedAndUndone()
    {
        await using var fake = await FakeCloudRun.StartAsync();

        var (code, text, error) = Plan(fake, All);

        Assert.True(code == ExitCode.Found, error);
        Assert.Contains("A set of 3 plans in acme-prod: 1 stop, 2 replace.", text, StringComparison.Ordinal);
        Assert.Contains($"1. replace: {FakeCloudRun.Service} (line 1; line 3)", text, StringComparison.Ordinal);
        Assert.Contains($"2. stop: {FakeCloudRun.Job} (line 2)\n  Recommended, for an execution runs something listed now", text, StringComparison.Ordinal);
        Assert.Contains("The cancelled executions lose their work.", text, StringComparison.Ordinal);
        Assert.Contains("Cannot be undone: a deleted revision cannot be brought back", text, StringComparison.Ordinal);
        Assert.Contains("To confirm, type acme-prod:3.", text, StringComparison.Ordinal);
        Assert.All(fake.Http.Requests, request => Assert.Equal("GET", request.Method));

        foreach (var wrong in (string[])["shop", "acme-prod", "acme-prod:2", "acme-dev:3", "acme-prod:03"])
        {
            Assert.Contains("guard 'confirmation' holds", Apply(fake, File, wrong).Error, StringComparison.Ordinal);
        }

        Assert.Empty(fake.Changes);
        var applied = Apply(fake, File, "acme-prod:3");
        Assert.True(applied.Code == ExitCode.Clean, applied.Out + applied.Error);
        Assert.Contains("Of 3 plans 3 are done and verified.", applied.Out, StringComparison.Ordinal);
        Assert.Equal(3, Run(fake, "history").Out.Split('\n').Count(line => line.EndsWith("  verified", StringComparison.Ordinal)));

        // Each has a record of its own, which is undone by itself.
        var pool = applied.Out.Split("Record ").Single(part => part.Contains(FakeCloudRun.Pool, StringComparison.Ordinal)).Split(':')[0];
        var undone = Run(fake, "undo", pool, "--confirm", "crunch", "--reason", "An exercise.");
        Assert.True(undone.Code == ExitCode.Clean, undone.Out + undone.Error);
        Assert.Contains("xmrig", fake.Objects[FakeCloudRun.Pool].ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("xmrig", fake.Objects[FakeCloudRun.Service].ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatStopsOneStopsNoOtherAndIsNamed()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        Assert.Equal(ExitCode.Found, Plan(fake, All, "--action", "stop").Code);
        var service = fake.Objects[FakeCloudRun.Service].DeepClone().AsObject();
        service["description"] = "Mine now.";
        fake.Put(FakeCloudRun.Service, service);

        var (code, text, error) = Apply(fake, File, "acme-prod:3");

        Assert.True(code == ExitCode.Failed, error);
        Assert.Contains($"Not changed: {FakeCloudRun.Service}. The guard 'etag' holds", text, StringComparison.Ordinal);
        Assert.Contains("\n  + description: Mine now.\n", text, StringComparison.Ordinal);
        Assert.Contains("Of 3 plans 2 are done and verified.", text, StringComparison.Ordinal);
        Assert.Equal([$"POST {FakeCloudRun.Job}/executions/batch-run1", $"PATCH {FakeCloudRun.Pool}"], fake.Changes);
    }

    [Fact]
    public async Task WhereItIsNotKnownWhatCameOfOneTheRestIsLeft()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        Assert.Equal(ExitCode.Found, Plan(fake, All, "--action", "stop").Code);
        fake.After = request => request.Method == "POST" && !request.Text.Contains("validateOnly", StringComparison.Ordinal) ? FakeAnswer.Error(503, "UNAVAILABLE", "Nobody knows.") : null;

        var (code, text, _) = Apply(fake, File, "acme-prod:3");

        Assert.Equal(ExitCode.InDoubt, code);
        Assert.Contains($"Not begun: {FakeCloudRun.Pool}.", text, StringComparison.Ordinal);
        Assert.Equal([$"PATCH {FakeCloudRun.Service}", $"POST {FakeCloudRun.Job}/executions/batch-run1"], fake.Changes);

        // The same set goes on after the next start has asked what came of it; what is done is not done again.
        fake.After = _ => null;
        var again = Apply(fake, File, "acme-prod:3");
        Assert.Contains("  done: Cancel the execution batch-run1.", again.Error, StringComparison.Ordinal);
        Assert.Equal(3, fake.Changes.Count);
    }

    [Fact]
    public async Task WhatCannotBeDoneIsListedWithItsReason()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        fake.Put("projects/acme-prod/locations/us-central1/services/fine", new() { ["uid"] = "uid-9", ["template"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["image"] = FakeCloudRun.Good }) } });

        fake.Policies["projects/acme-prod/locations/us-central1/services/fine"] = [];
        var (code, text, _) = Plan(fake, [.. All, Line("service", "gone"), Line("service", "fine"), Line("service", "closed", state: "INACTIVE"), Line("instance", "i"), Line("service", "../x?y")], "--action", "close");

        Assert.Equal(ExitCode.Found, code);
        Assert.Contains("A set of 1 plans in acme-prod: 1 close.", text, StringComparison.Ordinal);
        Assert.Contains("services/gone (line 5)\n    it is not there.", text, StringComparison.Ordinal);
        Assert.Contains("services/fine (line 6)\n    Nothing listed runs, is deployed or can be reached.", text, StringComparison.Ordinal);
        Assert.Contains("services/closed (line 7)\n    the guard 'finding-active' holds: the finding is not active.", text, StringComparison.Ordinal);
        Assert.Contains("a single instance (line 8)\n    it is about a single instance, which cannot be changed by davy", text, StringComparison.Ordinal);
        Assert.Contains("1 finding without a workload (line 9)", text, StringComparison.Ordinal);
        Assert.Contains($"{FakeCloudRun.Job} (line 2)\n    close cannot be done: a job has no address", text, StringComparison.Ordinal);
        Assert.DoesNotContain(fake.Http.Requests, request => request.Target.Contains("..", StringComparison.Ordinal));
        Assert.Equal(7, JsonNode.Parse(await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken))!["notPlanned"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("there are no findings on standard input", "", " \n")]
    [InlineData("there are no findings on standard input", """{"version":1,"findings":[]}""")]
    [InlineData("line 2 is no JSON; line 4 is no finding", "GOOD", "{", "", "{}")]
    [InlineData("line 2 is no JSON", "GOOD", """{"finding":{},"finding":{}}""")]
    [InlineData("line 2, finding 2 is no finding", "GOOD", "[GOOD,7]")]
    [InlineData("finding 1 is no finding", """[{"doubt":{}}]""")]
    public async Task WhatIsNoFindingIsNamedByItsLine(string told, params string[] lines)
    {
        await using var fake = await FakeCloudRun.StartAsync();

        var (code, _, error) = Plan(fake, lines.Select(line => line.Replace("GOOD", All[0], StringComparison.Ordinal)));

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(told, error, StringComparison.Ordinal);
        Assert.Empty(fake.Http.Requests);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task ASetIsOfOneProjectAndOfAHundredWorkloads()
    {
        await using var fake = await FakeCloudRun.StartAsync();

        var two = Plan(fake, [.. All, Line("service", "shop", "acme-dev")]);
        Assert.Contains("the findings are of 2 projects (acme-dev: 1, acme-prod: 3); a set is of one: say --project PROJECT.", two.Error, StringComparison.Ordinal);
        var many = Plan(fake, Enumerable.Range(0, 101).Select(number => Line("service", $"s{number}")));
        Assert.Contains("the findings name 101 workloads, and a set has at most 100", many.Error, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Failed, ExitCode.Failed), (two.Code, many.Code));
        Assert.Empty(fake.Http.Requests);

        Assert.Contains("A set of 3 plans in acme-prod", Plan(fake, [.. All, Line("service", "shop", "acme-dev")], "--project", "acme-prod").Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"acme-prod\",\"plans\"", "\"acme-dev\",\"plans\"", "it was changed after it was made")]
    [InlineData("\"stop\"", "\"delete\"", "it was changed after it was made")]
    public async Task AChangedSetIsRefused(string before, string after, string told)
    {
        await using var fake = await FakeCloudRun.StartAsync();
        Plan(fake, All, "--action", "stop");
        var text = await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken);
        Assert.Contains(before, text, StringComparison.Ordinal);
        await System.IO.File.WriteAllTextAsync(File, text.Replace(before, after, StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var (code, _, error) = Apply(fake, File, "acme-prod:3");

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(told, error, StringComparison.Ordinal);
        Assert.Empty(fake.Changes);
    }

    [Fact]
    public async Task HostileFindingsFoolNoTerminalAndBecomeNoPath()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        const string hostile = "x'; rm -rf / #\u001b[31m\u202e";
        fake.Objects[FakeCloudRun.Service]["lastModifier"] = hostile;
        fake.Objects[$"{FakeCloudRun.Service}/revisions/shop-00002-bad"]["creator"] = hostile;

        var (code, text, error) = Plan(fake, [All[0], Line("service", hostile), Line(hostile, "shop"), Line("service", "shop", hostile), All[1].Replace("ACTIVE", "\\ud800", StringComparison.Ordinal)]);

        Assert.True(code == ExitCode.Found, error);
        Assert.DoesNotContain('\u001b', text + error);
        Assert.DoesNotContain('\u202e', text + error);
        Assert.DoesNotContain("rm -rf", string.Join('\n', fake.Http.Requests.Select(request => Uri.UnescapeDataString(request.Target))), StringComparison.Ordinal);
        Assert.DoesNotContain(text.Split('\n'), line => line.TrimStart().StartsWith("gcloud", StringComparison.Ordinal) && line.Contains("rm -rf", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("scc")]
    [InlineData("json")]
    public async Task WhatAScanWritesIsTaken(string format)
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var entry = SomeEntries.SystemEvent("acme-prod", "shop");
        entry["resource"]!["labels"]!["location"] = "us-central1";
        var scan = ProgramRun.Of(entry.ToJsonString(), "scan", "-", "--format", format, "--quiet");
        Assert.Equal(ExitCode.Found, scan.Code);

        var (code, text, error) = Plan(fake, [scan.Text]);

        Assert.True(code == ExitCode.Found, error);
        Assert.Contains($"1. replace: {FakeCloudRun.Service} ({(format == "scc" ? "line" : "finding")} 1)", text, StringComparison.Ordinal);
    }
}
