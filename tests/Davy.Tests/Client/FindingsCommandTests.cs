using System.Text.Json.Nodes;
using Davy.Cli.Client;
using Davy.Cli.Commands;
using Davy.Tests.Api;
using Davy.Tests.Reports;

namespace Davy.Tests.Client;

/// <summary><c>davy findings …</c> against davyd.</summary>
public abstract class FindingsCommandTests(SharedServer shared) : IClassFixture<SharedServer>
{
    int _organizations = Random.Shared.Next(1_000_000, 900_000_000);

    RunningServer Server => shared.Server;

    ServerSettings Settings => new() { Address = Server.Http.ToString() };

    /// <summary>Runs the program.</summary>
    private protected abstract (int Code, string Out, string Error) Run(ServerSettings settings, params string[] arguments);

    [Fact]
    public void WhatWasScannedIsListedDescribedAndAnswered()
    {
        Assert.Equal(ExitCode.Found, Run(new(), "scan", RepositoryRoot.File("samples"), "--to", Server.Http.ToString(), "--quiet").Code);

        var names = Lines(Ok("list", "projects/acme-shop", "--filter", "state=\"ACTIVE\" AND category:\"Cryptomining\"", "--order-by", "severity", "--format", "value(name)"));
        Assert.Equal(2, names.Length);
        var table = Lines(Ok("list", "--project", "acme-shop"));
        Assert.StartsWith("SEVERITY  STATE   MUTE       EVENT_TIME ", table[0], StringComparison.Ordinal);
        Assert.Contains(table, line => line.StartsWith("HIGH      ACTIVE  UNDEFINED  2026-01-10T01:00:08.417999Z  Execution: Cryptomining Docker Image ", StringComparison.Ordinal) && line.EndsWith(names.Single(name => line.EndsWith(name, StringComparison.Ordinal)), StringComparison.Ordinal));

        var high = Lines(Ok("list", "projects/acme-shop", "--filter", "severity=\"HIGH\"", "--format", "value", "--fields", "name"))[0];
        var block = Ok("describe", high);
        Assert.StartsWith("HIGH  Execution: Cryptomining Docker Image  miner, certain\n name    " + high, block, StringComparison.Ordinal);
        Assert.Contains("\n who     mallory@example.com\n from    192.0.2.66, ", block, StringComparison.Ordinal);

        // By its id alone, and by another of its six names.
        var id = high[(high.LastIndexOf('/') + 1)..];
        Assert.Equal(block, Ok("describe", id, "--project", "acme-shop"));
        Assert.Equal(block, Ok("describe", $"projects/acme-shop/sources/1815/findings/{id}"));

        // What changes a finding shows it as a whole, too, its project included.
        var muted = Ok("set-mute", high, "--mute", "MUTED");
        Assert.Contains("\n state   ACTIVE, MUTED\n", muted, StringComparison.Ordinal);
        Assert.Equal(block.Split('\n').Single(line => line.StartsWith(" project ", StringComparison.Ordinal)), muted.Split('\n').Single(line => line.StartsWith(" project ", StringComparison.Ordinal)));
        Ok("set-mute", high, "--mute", "UNDEFINED");

        Assert.Contains("is not kept there", Run(Settings, "findings", "describe", new('f', 32), "--project", "acme-shop", "--source", "-").Error, StringComparison.Ordinal);

        var answer = JsonNode.Parse(Ok("answer", high, "--intended", "--owner", "red@example.com", "--reason", "An exercise.", "--expires", "30d", "--format", "json"))!;
        Assert.Equal($"{DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(30):yyyy-MM-dd}", (string?)answer["expires"]);
        Assert.Contains("false", Ok("answer", high, "--not-intended"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListsArePagedAndCutWhereTheyAreToBe()
    {
        var (organization, source) = await SourceAsync();
        foreach (var number in Enumerable.Range(0, 7)) await FindingAsync(source, $"f{number}", number % 2 == 0 ? "HIGH" : "LOW");

        Assert.Equal(7, JsonNode.Parse(Ok("list", organization, "--page-size", "3", "--format", "json"))!.AsArray().Count);
        Assert.Equal(7, Lines(Ok("list", organization, "--page-size", "2", "--format", "jsonl")).Select(line => JsonNode.Parse(line)!["finding"]!["name"]!.ToString()).Distinct().Count());
        var csv = CsvTable.Parse(Ok("list", organization, "--page-size", "2", "--format", "csv(severity,name)", "--order-by", "name"));
        Assert.Equal(["severity", "name"], csv[0]);
        Assert.Equal([.. Enumerable.Range(0, 7).Select(number => number % 2 == 0 ? "HIGH" : "LOW")], csv.Skip(1).Select(row => row[0]));

        var (code, output, error) = Run(Settings, "findings", "list", organization, "--limit", "5", "--page-size", "2", "--format", "value(name)", "--order-by", "name");
        Assert.Equal((ExitCode.Clean, 5), (code, Lines(output).Length));
        var token = error.Split("--page-token ")[1].Trim();
        Assert.Equal(2, Lines(Ok("list", organization, "--page-token", token, "--format", "value(name)", "--order-by", "name")).Length);

        var ends = Lines(Ok("list", organization, "--sort-by", "severity,~finding.name", "--page-size", "2", "--format", "value(name)")).Select(line => line[^2..]);
        Assert.Equal(Lines(Ok("list", organization, "--order-by", "severity,name desc", "--format", "value(name)")).Select(line => line[^2..]), ends);
        Assert.Equal("f6", Lines(Ok("list", organization, "--sort-by", "~name", "--limit", "1", "--format", "value(name)"))[0][^2..]);
        var yaml = Ok("list", organization, "--page-size", "3", "--format", "yaml");
        Assert.Equal(7, Lines(yaml).Count(line => line == "---"));
        Assert.Equal(7, Lines(yaml).Count(line => line.StartsWith("  \"name\": \"", StringComparison.Ordinal)));
        Assert.Equal("", Ok("list", organization, "--filter", "severity=\"CRITICAL\"", "--format", "yaml"));

        Assert.Equal("[]\n", Ok("list", organization, "--filter", "severity=\"CRITICAL\"", "--format", "json"));
        var groups = JsonNode.Parse(Ok("group", organization, "--group-by", "severity", "--filter", "NOT name:\"f0\"", "--format", "json"))!.AsArray();
        Assert.Equal(["HIGH 3", "LOW 3"], groups.Select(group => $"{group!["properties"]!["severity"]} {group["count"]}").Order());
        Assert.Equal(["4\tHIGH", "3\tLOW"], Lines(Ok("group", organization, "--group-by", "severity", "--sort-by", "~count", "--format", "value")));
        Assert.Equal(["3\tLOW"], Lines(Ok("group", organization, "--group-by", "severity", "--sort-by", "count,~severity", "--limit", "1", "--format", "value")));
        Assert.Equal(["4\tHIGH", "3\tLOW"], Lines(Ok("group", organization, "--group-by", "severity", "--sort-by", "severity", "--format", "value")));
        Assert.StartsWith("COUNT  SEVERITY\n", Ok("group", organization, "--group-by", "severity"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFindingIsClosedChangedMutedAndMarked()
    {
        var (_, source) = await SourceAsync();
        var name = await FindingAsync(source, "a", "HIGH");

        Assert.Contains("\n state   INACTIVE\n", Ok("update", name, "--state", "inactive"), StringComparison.Ordinal);
        var changed = JsonNode.Parse(Ok("update", name, "--severity", "LOW", "--source-properties", "ticket=SEC-1,team=shop", "--state", "ACTIVE", "--format", "json"))!["finding"]!;
        Assert.Equal(("LOW", "ACTIVE", "SEC-1", "kept"), ((string)changed["severity"]!, (string)changed["state"]!, (string)changed["sourceProperties"]!["ticket"]!, (string)changed["sourceProperties"]!["first"]!));
        changed = JsonNode.Parse(Ok("update", name, "--update-mask", "source_properties.ticket", "--format", "json"))!["finding"]!;
        Assert.Null(changed["sourceProperties"]!["ticket"]);

        Assert.Equal("MUTED\n", Ok("set-mute", name, "--mute", "muted", "--format", "value(mute)"));

        Assert.Equal("KEY     VALUE\nteam    a,b\nticket  7\n", Ok("update-marks", name, "--security-marks", "^;^team=a,b;ticket=7"));
        Assert.Equal("team\ta,b\n", Ok("update-marks", name, "--update-mask", "security_marks.marks.ticket", "--format", "value"));
        Assert.Equal("key,value\r\nteam,\"a,b\"\r\n", Ok("list-marks", name, "--format", "csv"));
    }

    [Fact]
    public async Task ABulkMuteIsWaitedFor()
    {
        var (organization, source) = await SourceAsync();
        foreach (var number in Enumerable.Range(0, 5)) await FindingAsync(source, $"f{number}", number < 3 ? "LOW" : "HIGH");

        var (code, _, error) = Run(Settings, "findings", "bulk-mute", organization, "--filter", "severity=\"LOW\"");

        Assert.True(code == ExitCode.Clean, error);
        Assert.Matches(@"^davy: done \(organizations/[^)]+/operations/[^)]+\)\.\n$", error);
        Assert.Equal(3, Lines(Ok("list", organization, "--filter", "mute=\"MUTED\"", "--format", "value(name)")).Length);
        Assert.StartsWith("organizations/", Ok("bulk-mute", organization, "--filter", "severity=\"HIGH\"", "--async"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("whose findings?", "list")]
    [InlineData("more than one of", "list", "organizations/1", "--folder", "2")]
    [InlineData("is no organizations/NUMBER", "list", "galaxies/1")]
    [InlineData("is no name of a finding", "describe", "organizations/1/findings/x")]
    [InlineData("is no id of a finding", "describe", "not-an-id", "--organization", "1")]
    [InlineData("There is no Source", "describe", "ffffffffffffffffffffffffffffffff", "--organization", "1", "--source", "404")]
    [InlineData("column 1", "list", "organizations/1", "--filter", "sevrity=\"HIGH\"")]
    [InlineData("order_by", "list", "organizations/1", "--order-by", "colour")]
    [InlineData("--page-size", "list", "organizations/1", "--page-size", "1001")]
    [InlineData("--limit", "list", "organizations/1", "--limit", "0")]
    [InlineData("--format", "list", "organizations/1", "--format", "xml")]
    [InlineData("--sort-by takes fields", "list", "organizations/1", "--sort-by", "name desc")]
    [InlineData("--sort-by takes fields", "group", "organizations/1", "--group-by", "state", "--sort-by", "count,")]
    [InlineData("say one", "list", "organizations/1", "--sort-by", "name", "--order-by", "name")]
    [InlineData("order_by", "list", "organizations/1", "--sort-by", "~colour")]
    [InlineData("--format", "list", "organizations/1", "--format", "json(name)")]
    [InlineData("--fields is for", "list", "organizations/1", "--format", "json", "--fields", "name")]
    [InlineData("--filter is empty", "bulk-mute", "organizations/1", "--filter", " ")]
    [InlineData("what is to be changed", "update", "projects/p/sources/1/findings/a")]
    [InlineData("--update-mask is empty", "update", "projects/p/sources/1/findings/a", "--severity", "LOW", "--update-mask", "")]
    [InlineData("is no KEY=VALUE", "update-marks", "projects/p/sources/1/findings/a", "--security-marks", "team")]
    [InlineData("which marks", "update-marks", "projects/p/sources/1/findings/a")]
    [InlineData("was it intended", "answer", "projects/p/sources/1/findings/a")]
    [InlineData("needs --owner", "answer", "projects/p/sources/1/findings/a", "--intended", "--reason", "r")]
    [InlineData("--expires", "answer", "projects/p/sources/1/findings/a", "--intended", "--owner", "o", "--reason", "r", "--expires", "soon")]
    [InlineData("--expires is for", "answer", "projects/p/sources/1/findings/a", "--not-intended", "--expires", "9d")]
    public void WhatIsWrongIsTold(string message, params string[] arguments)
    {
        var (code, output, error) = Run(Settings, ["findings", .. arguments]);

        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAServerItIsToldHowToNameOne() => Assert.Contains("DAVY_SERVER", Run(new(), "findings", "list", "organizations/1").Error, StringComparison.Ordinal);

    [Fact]
    public async Task TheEnvironmentSaysWhoseFindingsAreMeant()
    {
        var (organization, source) = await SourceAsync();
        await FindingAsync(source, "a", "HIGH");

        var (code, output, _) = Run(Settings with { Parent = organization }, "findings", "list", "--format", "value(severity)");

        Assert.Equal((ExitCode.Clean, "HIGH\n"), (code, output));
    }

    [Theory]
    [InlineData("list")]
    [InlineData("describe")]
    [InlineData("group")]
    [InlineData("answer")]
    [InlineData("update")]
    [InlineData("set-mute")]
    [InlineData("bulk-mute")]
    [InlineData("update-marks")]
    [InlineData("list-marks")]
    public void EveryCommandHasExamples(string command) => Assert.Contains($"Examples:\n  davy findings {command} ", Run(new(), "findings", command, "--help").Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);

    string Ok(params string[] arguments)
    {
        var (code, output, error) = Run(Settings, ["findings", .. arguments]);
        Assert.True(code == ExitCode.Clean, $"{string.Join(' ', arguments)}: {code} {error}");
        return output;
    }

    static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    async Task<(string Organization, string Source)> SourceAsync()
    {
        var organization = $"organizations/{Interlocked.Increment(ref _organizations)}";
        return (organization, await Server.SourceAsync(organization));
    }

    async Task<string> FindingAsync(string source, string id, string severity) => (string)(await Server.DoAsync("POST", $"/v2/{source}/findings?findingId={id}",
        $$"""{"category":"C","severity":"{{severity}}","eventTime":"2026-01-02T03:04:05Z","sourceProperties":{"first":"kept"} }"""))["name"]!;
}

/// <summary>The program, run in the process of the tests.</summary>
public sealed class FindingsCommandInProcess(SharedServer shared) : FindingsCommandTests(shared)
{
    private protected override (int Code, string Out, string Error) Run(ServerSettings settings, params string[] arguments) => ClientRun.Here(settings, "", arguments);
}

/// <summary>The native program; skipped where it was not built.</summary>
public sealed class FindingsCommandNative(SharedServer shared) : FindingsCommandTests(shared)
{
    private protected override (int Code, string Out, string Error) Run(ServerSettings settings, params string[] arguments) => ClientRun.Native(settings, "", arguments);
}
