using System.Text;
using System.Text.Json.Nodes;
using Davy.Cli.Commands;

namespace Davy.Tests.Client;

/// <summary>What a hostile server says of findings: it steers no terminal, spreadsheet or path, and it ends.</summary>
public sealed class HostileFindingsTests
{
    const string Evil = """{"listFindingsResults":[{"finding":{"name":"=cmd\u001b[2J\u202e,\"x\"","severity":"\ud800","category":"line\nbreak","sourceProperties":{"\ud800":"\udc00","\u001b":1}},"resource":{"displayName":["a",{"b":"\u0000"}]}}]}""";

    const string Name = "organizations/1/sources/1815/locations/global/findings/a";

    [Theory]
    [InlineData("table")]
    [InlineData("csv")]
    [InlineData("value(name,severity,category,source_properties,resource)")]
    [InlineData("json")]
    [InlineData("jsonl")]
    public async Task NothingRawReachesTheTerminal(string format)
    {
        await using RawServer server = new(RawServer.Answer("200 OK", Evil));

        var (code, output, error) = Run(server, "list", "organizations/1", "--format", format);

        Assert.True(code == ExitCode.Clean, error);
        Assert.DoesNotContain(output, letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t'));
        Assert.DoesNotContain('\u202e', output);
        if (format == "csv") Assert.Contains("\"'=cmd", output, StringComparison.Ordinal);
        if (format.StartsWith("value", StringComparison.Ordinal) || format == "jsonl") Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        if (format == "json") Assert.Single(JsonNode.Parse(output)!.AsArray());
    }

    [Theory]
    [InlineData("""{"listFindingsResults":[7]}""")]
    [InlineData("""{"listFindingsResults":[],"nextPageToken":"a"}""")]
    [InlineData("""{"listFindingsResults":[{}],"nextPageToken":"same"}""")]
    public async Task PagesThatDoNotEndAreGivenUpAndTheListIsNotEnded(string page)
    {
        await using RawServer server = new(RawServer.Answer("200 OK", page));

        var (code, output, error) = Run(server, "list", "organizations/1", "--format", "json");

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("it is no davyd", error, StringComparison.Ordinal);
        Assert.DoesNotContain("]", output, StringComparison.Ordinal);
        Assert.InRange(server.Requests.Count, 1, 2);
    }

    [Theory]
    [InlineData(20_000, 2)]
    [InlineData(70_000, 1)]
    public async Task ATokenOfGroupsMayBeLongAndHasAnEnd(int length, int requests)
    {
        await using RawServer server = new(RawServer.Answer("200 OK", $$"""{"groupByResults":[{"properties":{"category":"C"},"count":"1"}],"nextPageToken":"{{new string('a', length)}}"}"""));

        Run(server, "group", "organizations/1", "--group-by", "category");

        // The same token again is no next page: it is given up after the second answer.
        Assert.Equal(requests, server.Requests.Count);
    }

    [Fact]
    public async Task MoreThanWasAskedForIsNotShown()
    {
        await using RawServer server = new(RawServer.Answer("200 OK", $$"""{"listFindingsResults":[{{string.Join(',', Enumerable.Repeat("{\"finding\":{\"name\":\"n\"}}", 50))}}]}"""));

        Assert.Equal("n\nn\nn\n", Run(server, "list", "organizations/1", "--limit", "3", "--format", "value(name)").Out);
    }

    [Theory]
    [InlineData("organizations/1/operations/../../../davy/v1/answers")]
    [InlineData("organizations/1/operations/a?b")]
    [InlineData("//evil.example.com/operations/a")]
    [InlineData("https://evil.example.com")]
    [InlineData("")]
    public async Task AnOperationsNameLeadsNowhereElse(string name)
    {
        await using RawServer server = new(RawServer.Answer("200 OK", new JsonObject { ["name"] = name }.ToJsonString()));

        var (code, _, error) = Run(server, "bulk-mute", "organizations/1", "--filter", "severity=\"LOW\"");

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("names no operation", error, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task AnotherFindingIsNotTakenForTheOne()
    {
        await using RawServer server = new(RawServer.Answer("200 OK", """{"listFindingsResults":[{"finding":{"name":"organizations/1/sources/1815/findings/aa"}},{"finding":7},{}]}"""));

        Assert.Contains("is not kept there", Run(server, "describe", Name).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatMustNotBeDoneTwiceIsNotTriedAgain()
    {
        await using RawServer server = new(RawServer.Answer("503 Service Unavailable", "", headers: "Retry-After: 0\r\n"));

        Assert.Equal(ExitCode.Failed, Run(server, "bulk-mute", "organizations/1", "--filter", "severity=\"LOW\"").Code);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task AFilterStaysAFilter()
    {
        await using RawServer server = new(RawServer.Answer("200 OK", "{}"));

        Run(server, "list", "organizations/1", "--filter", "name=\"a&pageSize=1#\"\r\nX: y", "--page-token", "a&b=c d");

        var line = Encoding.Latin1.GetString(Encoding.Latin1.GetBytes(server.Requests.Single())).Split("\r\n")[0];
        Assert.Equal("GET /v2/organizations/1/sources/-/findings?filter=name%3D%22a%26pageSize%3D1%23%22%0D%0AX%3A%20y&pageSize=100&pageToken=a%26b%3Dc%20d HTTP/1.1", line);
    }

    [Fact]
    public async Task TheRoleThatIsMissingIsNamed()
    {
        await using RawServer server = new(RawServer.Answer("403 Forbidden", """{"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}}"""));

        Assert.Contains("the role viewer or administrator", Run(server, "list", "organizations/1").Error, StringComparison.Ordinal);
        Assert.Contains("the role triager or administrator", Run(server, "set-mute", Name, "--mute", "MUTED").Error, StringComparison.Ordinal);
        Assert.Contains("the role ingester or administrator", Run(server, "update", Name, "--severity", "LOW").Error, StringComparison.Ordinal);
    }

    static (int Code, string Out, string Error) Run(RawServer server, params string[] arguments) =>
        ClientRun.Here(new() { Address = server.Address, Token = ClientRun.Token }, "", ["findings", .. arguments]);
}
