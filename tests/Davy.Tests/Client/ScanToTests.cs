using System.Text.Json.Nodes;
using Davy.Cli.Client;
using Davy.Cli.Commands;
using Davy.Findings;
using Davy.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Davy.Tests.Client;

/// <summary><c>davy scan --to</c>, from logs to what davyd lists.</summary>
public abstract class ScanToTests(SharedServer shared) : IClassFixture<SharedServer>
{
    static string Samples => RepositoryRoot.File("samples");

    string Address => shared.Server.Http.ToString();

    /// <summary>Runs the program.</summary>
    private protected abstract (int Code, string Out, string Error) Run(ServerSettings settings, string input, params string[] arguments);

    [Fact]
    public async Task TheSamplesAreKeptOnceHoweverOftenTheyAreSent()
    {
        var (code, _, error) = Run(new(), "", "scan", Samples, "--to", Address, "--quiet");
        Assert.Equal((ExitCode.Found, ""), (code, error));
        var first = await ListAsync();
        Assert.NotEmpty(first);

        (code, _, error) = Run(new(), "", "scan", Samples, "--to", Address);
        Assert.Equal(ExitCode.Found, code);
        Assert.Contains($"0 new, 0 with something added, {first.Count} known already", error, StringComparison.Ordinal);

        Assert.Equal(first.ToJsonString(), (await ListAsync()).ToJsonString());
        Assert.All(first, each => Assert.NotEmpty(each!["finding"]!["logEntries"]!.AsArray().Concat(each["finding"]!["containers"]!.AsArray())));
    }

    [Fact]
    public async Task WhatCannotBeReadOrJudgedIsKeptToo()
    {
        var (code, _, error) = Run(new(), "{\"protoPayload\":{\"serviceName\":\"run.googleapis.com\"", "scan", "-", "--to", Address);

        Assert.True(code == ExitCode.InDoubt, error);
        var rejected = (await shared.Server.DoAsync("GET", "/davy/v1/rejected-entries"))["rejectedEntries"]!.AsArray();
        Assert.Contains(rejected, entry => (string?)entry!["reason"] == "Malformed" && ((string)entry["place"]!).StartsWith("-:1:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatIsInAnImageIsKeptAndShown()
    {
        await using var images = await DeployedImages.StartAsync();
        string[] scan = ["scan", "-", "--quiet", "--inspect", "--plain-http", "--anonymous", "--to", Address];
        var log = string.Join('\n', SomeEntries.SystemEvent("acme-inside", "web", images.ByDigest(DeployedImages.Miner())).ToJsonString(), SomeEntries.SystemEvent("acme-inside", "api", images.ByDigest(DeployedImages.Container())).ToJsonString());
        Assert.Equal((ExitCode.Found, ""), (Run(new(), log, scan) is var (code, _, error) ? (code, error) : default));

        var page = await shared.Server.DoAsync("GET", "/v2/projects/acme-inside/sources/-/findings");
        var finding = Assert.Single(page["listFindingsResults"]!.AsArray())!["finding"]!;
        Assert.Equal("miner", (string?)finding["sourceProperties"]!["properties"]!["inspection"]![0]!["verdict"]);
        Assert.Contains(" inside  miner\n", Run(new() { Address = Address }, "", "findings", "describe", (string)finding["name"]!).Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        var doubts = (await shared.Server.DoAsync("GET", "/davy/v1/doubts"))["doubts"]!.AsArray();
        Assert.Contains(doubts, doubt => (string?)doubt!["kind"] == "suspectImage" && ((string)doubt["detail"]!).Contains("services/api", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheReportIsShownWhateverBecomesOfTheSending()
    {
        await using RawServer server = new(RawServer.Answer("500 Oops", """{"error":{"code":500,"message":"The server failed; its log says why.","status":"INTERNAL"}}"""));

        var (code, output, error) = Run(new(), "", "scan", Samples, "--to", server.Address, "--format", "csv");

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("Cryptomining", output, StringComparison.Ordinal);
        Assert.Contains("davy: not kept: " + server.Address + ": The server failed; its log says why.", error, StringComparison.Ordinal);
    }

    [Fact]
    public void WhereNobodyListensTheAddressIsToldAndNothingIsWaitedFor()
    {
        var (code, output, error) = Run(new(), "", "scan", Samples, "--to", "http://127.0.0.1:1", "--format", "csv");

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("Cryptomining", output, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:1 cannot be reached", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutATokenItIsToldHowToGetOne()
    {
        await using var server = await RunningServer.StartAsync(insecure: false);

        var (code, _, error) = Run(new(), "", "scan", Samples, "--to", server.Http.ToString(), "--quiet");

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("davyd tokens create --role ingester", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATokenMayDoWhatItsRoleSaysAndARevokedOneNothing()
    {
        await using var server = await RunningServer.StartAsync(insecure: false);
        var ((id, ingester), (_, viewer)) = (await server.TokenAsync("ingester"), await server.TokenAsync("viewer"));
        ServerSettings brings = new() { Address = server.Http.ToString(), Token = ingester }, sees = brings with { Token = viewer };
        string[] scan = ["scan", Samples, "--quiet", "--to", brings.Address], list = ["findings", "list", "projects/acme-shop", "--format", "value(severity)", "--order-by", "severity"];

        Assert.Equal(ExitCode.Found, Run(brings, "", scan).Code);
        Assert.Equal("HIGH\nMEDIUM\n", Run(sees, "", list).Out);

        Assert.Contains("a token of the role ingester or administrator", Run(sees, "", scan).Error, StringComparison.Ordinal);
        Assert.Contains("a token of the role viewer or administrator", Run(brings, "", list).Error, StringComparison.Ordinal);

        await server.Services.GetRequiredService<AccessTokenStore>().RevokeAsync(id, TestContext.Current.CancellationToken);
        Assert.Contains("does not take this token: The access token was revoked.", Run(brings, "", scan).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://davy.example.com", "in clear")]
    [InlineData("ftp://127.0.0.1", "must be a URL")]
    [InlineData("127.0.0.1:8080", "must be a URL")]
    [InlineData("http://name:password@127.0.0.1", "must have no name")]
    [InlineData("http://127.0.0.1/?token=password", "must have no name")]
    public void AWrongAddressIsToldBeforeTheScanAndNeverQuoted(string address, string message)
    {
        var (code, output, error) = Run(new() { Token = ClientRun.Token }, "", "scan", Samples, "--to", address);

        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("password@", error, StringComparison.Ordinal);
    }

    [Fact]
    public void ASourceOfTheUsersOwnIsRefused() =>
        Assert.Contains("--source-id cannot be said together with --to", Run(new(), "", "scan", Samples, "--to", Address, "--source-id", "7").Error, StringComparison.Ordinal);

    async Task<JsonArray> ListAsync()
    {
        var page = await shared.Server.DoAsync("GET", "/v2/projects/acme-shop/sources/-/findings?pageSize=1000");
        return page["listFindingsResults"] as JsonArray ?? [];
    }
}

/// <summary>The program, run in the process of the tests.</summary>
public sealed class ScanToInProcess(SharedServer shared) : ScanToTests(shared)
{
    private protected override (int Code, string Out, string Error) Run(ServerSettings settings, string input, params string[] arguments) => ClientRun.Here(settings, input, arguments);
}

/// <summary>The native program; skipped where it was not built.</summary>
public sealed class ScanToNative(SharedServer shared) : ScanToTests(shared)
{
    private protected override (int Code, string Out, string Error) Run(ServerSettings settings, string input, params string[] arguments) => ClientRun.Native(settings, input, arguments);
}
