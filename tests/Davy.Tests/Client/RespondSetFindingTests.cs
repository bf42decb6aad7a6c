using Davy.Cli.Commands;
using Davy.Tests.Api;
using Davy.Tests.EndToEnd;
using Davy.Tests.Fakes;

namespace Davy.Tests.Client;

/// <summary><c>davy respond plan -</c> for findings that davyd keeps.</summary>
public sealed class RespondSetFindingTests(SharedServer shared) : RespondTrial, IClassFixture<SharedServer>
{
    string _source = "";

    async Task<string> FindingAsync(string id, string kind, string name)
    {
        Server = new() { Address = shared.Server.Http.ToString() };
        if (_source == "") _source = await shared.Server.SourceAsync($"organizations/{Random.Shared.Next(1_000_000, 900_000_000)}");
        return (string)(await shared.Server.DoAsync("POST", $"/v2/{_source}/findings?findingId={id}", $$$"""
            {"category":"Execution: Cryptomining Docker Image","severity":"HIGH","state":"ACTIVE","eventTime":"2026-11-20T00:00:00Z",
             "sourceProperties":{"properties":{"resource":{"kind":"{{{kind}}}","name":"{{{name}}}","location":"us-central1","project":"acme-prod"} } } }
            """))["name"]!;
    }

    string Listed(string format)
    {
        using MemoryStream output = new();
        using StringWriter error = new();
        var code = Cli.Program.Run(["findings", "list", _source.Split("/sources/")[0], "--format", format], new() { Out = TextWriter.Null, OpenOut = () => output, Error = error, OpenIn = () => Stream.Null }, TimeProvider.System, Server);
        Assert.True(code == 0, error.ToString());
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }

    [Theory]
    [InlineData("json")]
    [InlineData("jsonl")]
    public async Task EachMemberKeepsTheGuardsOfItsFindingAndIsMarked(string format)
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var shop = await FindingAsync("f1", "service", "shop");
        var batch = await FindingAsync("f2", "job", "batch");
        var crunch = await FindingAsync("f3", "workerpool", "crunch");
        await shared.Server.DoAsync("POST", $"/v2/{crunch}:setMute", """{"mute":"MUTED"}""");
        Input = Listed(format);
        var file = Folder.File("set.json");

        // Whether they are still open only davyd knows.
        var server = Server;
        Server = new();
        Assert.Contains("is a finding that a davyd keeps", Run(fake, "plan", "-", "--action", "stop", "--output", file).Error, StringComparison.Ordinal);
        Server = server;
        var (code, text, error) = Run(fake, "plan", "-", "--action", "stop", "--output", file);
        Assert.True(code == ExitCode.Found, error);
        Assert.Contains("the guard 'finding-mute' holds", text, StringComparison.Ordinal);

        await shared.Server.DoAsync("POST", $"/v2/{batch}:setState", """{"state":"INACTIVE"}""");
        var applied = Apply(fake, file, "acme-prod:2");

        Assert.Equal(ExitCode.Failed, applied.Code);
        Assert.Contains($"Not changed: {FakeCloudRun.Job}. The guard 'finding-active' holds", applied.Out, StringComparison.Ordinal);
        Assert.Equal([$"PATCH {FakeCloudRun.Service}"], fake.Changes);
        var kept = (await shared.Server.DoAsync("GET", $"/v2/{_source}/findings"))["listFindingsResults"]!.AsArray().Select(each => each!["finding"]!);
        Assert.Equal([shop], kept.Where(each => (string?)each["securityMarks"]?["marks"]?["davy_response_result"] == "verified").Select(each => (string?)each["name"]));
    }

    [Fact]
    public async Task WhatDavydDoesNotKeepIsNotPlanned()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        await FindingAsync("f1", "service", "shop");
        Input = Listed("jsonl").Replace("/findings/f1", "/findings/f9", StringComparison.Ordinal);

        var (code, text, _) = Run(fake, "plan", "-");

        Assert.Equal(ExitCode.InDoubt, code);
        Assert.Contains("davyd does not keep its finding", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABrokenOffResponseIsMarkedWhenItIsReconciled()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var finding = await FindingAsync("f1", "service", "shop");
        var file = Folder.File("plan.json");
        Assert.Equal(ExitCode.Found, Run(fake, "plan", finding, "--action", "stop", "--output", file).Code);
        fake.After = request => request.Method == "PATCH" && request.Query("validateOnly") == "" ? new(0, "") : null;
        Assert.Equal(ExitCode.InDoubt, Apply(fake, file).Code);
        fake.After = _ => null;
        Assert.Null(await ResultAsync());

        Apply(fake, file);

        Assert.Equal("stopped", await ResultAsync());

        async Task<string?> ResultAsync() =>
            (string?)(await shared.Server.DoAsync("GET", $"/v2/{_source}/findings"))["listFindingsResults"]![0]!["finding"]!["securityMarks"]?["marks"]?["davy_response_result"];
    }
}
