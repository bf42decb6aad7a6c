using System.Text;
using System.Text.Json.Nodes;
using Davy.Cli.Client;
using Davy.Cli.Commands;
using Davy.Tests.Api;
using Davy.Tests.Reports;

namespace Davy.Tests.Client;

/// <summary><c>davy deployments …</c> against davyd.</summary>
public abstract class DeploymentsCommandTests(SharedServer shared) : IClassFixture<SharedServer>
{
    const string Ours = "registry.example.com/team/app";

    readonly string _project = $"acme-{Guid.NewGuid():N}"[..20];
    int _sent;

    RunningServer Server => shared.Server;

    ServerSettings Settings => new() { Address = Server.Http.ToString() };

    /// <summary>Runs the program.</summary>
    private protected abstract (int Code, string Out, string Error) Run(ServerSettings settings, params string[] arguments);

    [Fact]
    public async Task WhatWasDeployedIsListedAndShown()
    {
        await PushAsync(SomeEntries.Activity(_project, "web", $"{_project}-1", second: 8), SomeEntries.SystemEvent(_project, "web", Ours, $"{_project}-1", second: 9),
            SomeEntries.SystemEvent(_project, "bad", operation: $"{_project}-2", second: 10));

        var table = Lines(Ok("list", "--project", _project));
        Assert.StartsWith("ID ", table[0], StringComparison.Ordinal);
        Assert.EndsWith("BY                  IMAGE                          RAN", table[0], StringComparison.Ordinal);
        Assert.Contains($"malicious  projects/{_project}/locations/europe-west1/services/bad ", table[1], StringComparison.Ordinal);
        Assert.Contains($"clean      projects/{_project}/locations/europe-west1/services/web  caller@example.com  {Ours}", table[2], StringComparison.Ordinal);

        var csv = CsvTable.Parse(Ok("list", "--resource", $"projects/{_project}/locations/europe-west1/services/web", "--format", "csv(id,principal,containers.image,verdict)"));
        Assert.Equal(["id", "principal", "containers.image", "verdict"], csv[0]);
        Assert.Equal(["caller@example.com", Ours, "clean"], Assert.Single(csv.Skip(1)).Skip(1));

        var id = csv[1][0];
        var block = Ok("show", id);
        Assert.StartsWith($"clean  projects/{_project}/locations/europe-west1/services/web\n id       {id}\n", block, StringComparison.Ordinal);
        Assert.Contains($"\n who      caller@example.com\n", block, StringComparison.Ordinal);
        Assert.Contains($"\n image    {Ours}", block, StringComparison.Ordinal);
        Assert.Equal(id, (string?)JsonNode.Parse(Ok("show", id, "--format", "json"))!["id"]!.ToString());
        Assert.Contains($"\"resource\": \"projects/{_project}/locations/europe-west1/services/web\"\n", Ok("show", id, "--format", "yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheListIsPagedFilteredAndCut()
    {
        await PushAsync([.. Enumerable.Range(0, 7).Select(number => SomeEntries.SystemEvent(_project, $"web-{number}", Ours, $"{_project}-{number}", second: number))]);
        await PushAsync(SomeEntries.Activity(_project, "web-3", $"{_project}-3", second: 20));

        Assert.Equal(7, JsonNode.Parse(Ok("list", "--project", _project, "--page-size", "3", "--format", "json"))!.AsArray().Count);
        Assert.Equal(7, Lines(Ok("list", "--project", _project, "--page-size", "2", "--format", "value(resource)")).Distinct().Count());
        Assert.Equal(7, Lines(Ok("list", "--project", _project, "--page-size", "4", "--format", "yaml")).Count(line => line == "---"));
        Assert.EndsWith("/web-3", Assert.Single(Lines(Ok("list", "--project", _project, "--principal", "caller@example.com", "--format", "value(resource)"))), StringComparison.Ordinal);

        var (code, output, error) = Run(Settings, "deployments", "list", "--project", _project, "--limit", "5", "--page-size", "2", "--format", "value(id)");
        Assert.Equal((ExitCode.Clean, 5), (code, Lines(output).Length));
        Assert.Equal(2, Lines(Ok("list", "--project", _project, "--page-token", error.Split("--page-token ")[1].Trim(), "--format", "value(id)")).Length);

        (code, output, error) = Run(Settings, "deployments", "list", "--project", "nobody");
        Assert.Equal((ExitCode.Clean, "", "davy: no such deployment is remembered.\n"), (code, output, error));
        Assert.Equal("[]\n", Ok("list", "--project", "nobody", "--format", "json"));
    }

    [Theory]
    [InlineData("There is no Deployment", "show", "999999999")]
    [InlineData("Cannot parse argument", "show", "web")]
    [InlineData("--page-size", "list", "--page-size", "0")]
    [InlineData("page_token", "list", "--page-token", "forged")]
    [InlineData("--format", "list", "--format", "xml")]
    [InlineData("--fields is for", "list", "--format", "json", "--fields", "id")]
    public void WhatIsWrongIsTold(string message, params string[] arguments)
    {
        var (code, output, error) = Run(Settings, ["deployments", .. arguments]);

        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.Contains(message, error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task WhoMaySeeNothingIsToldWhichRoleItTakes()
    {
        await using var server = await RunningServer.StartAsync(insecure: false);
        var (code, output, error) = Run(new() { Address = server.Http.ToString(), Token = (await server.TokenAsync("ingester")).Text }, "deployments", "list");

        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.Contains("viewer", error, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAServerItIsToldHowToNameOne() => Assert.Contains("DAVY_SERVER", Run(new(), "deployments", "list").Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("list")]
    [InlineData("show")]
    public void EveryCommandHasExamplesAndIsOffered(string command)
    {
        Assert.Contains($"Examples:\n  davy deployments {command} ", Run(new(), "deployments", command, "--help").Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains(command, Lines(Run(new(), "[suggest:17]", "davy deployments ").Out));
    }

    string Ok(params string[] arguments)
    {
        var (code, output, error) = Run(Settings, ["deployments", .. arguments]);
        Assert.True(code == ExitCode.Clean, $"{string.Join(' ', arguments)}: {code} {error}");
        return output;
    }

    static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    async Task PushAsync(params JsonNode[] entries)
    {
        foreach (var entry in entries)
        {
            JsonObject message = new() { ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(entry.ToJsonString())), ["messageId"] = $"{_project}-{_sent++}" };
            using var answer = await Server.AnswerAsync("POST", "/ingest/pubsub/logs", new JsonObject { ["message"] = message }.ToJsonString());
            Assert.Equal(204, (int)answer.StatusCode);
        }
    }
}

/// <summary>The program, run in the process of the tests.</summary>
public sealed class DeploymentsCommandInProcess(SharedServer shared) : DeploymentsCommandTests(shared)
{
    private protected override (int Code, string Out, string Error) Run(ServerSettings settings, params string[] arguments) => ClientRun.Here(settings, "", arguments);
}

/// <summary>The native program; skipped where it was not built.</summary>
public sealed class DeploymentsCommandNative(SharedServer shared) : DeploymentsCommandTests(shared)
{
    private protected override (int Code, string Out, string Error) Run(ServerSettings settings, params string[] arguments) => ClientRun.Native(settings, "", arguments);
}
