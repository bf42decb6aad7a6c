using System.Net;

namespace Davy.Tests.Api;

/// <summary>Long questions, slow ones, and the tokens of their pages.</summary>
public sealed class ListBoundsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Fact]
    public async Task TheLongestFilterFitsIntoAnAddress()
    {
        // Each character is nine bytes in an address.
        var filter = $"category=\"{new string('鯨', 4_096 - 11)}\"";
        Assert.Equal(4_096, filter.Length);

        await shared.Server.DoAsync("GET", $"/v2/organizations/123/sources/-/findings?filter={Uri.EscapeDataString(filter)}");
    }

    [Fact]
    public async Task ALongPlaceMakesNoLongToken()
    {
        var server = shared.Server;
        var source = await server.SourceAsync();
        foreach (var id in (string[])["a", "b", "c"])
        {
            await server.DoAsync("POST", $"/v2/{source}/findings?findingId={id}", """{"category":"C"}""");
            var marks = string.Join(',', Enumerable.Range(0, 5).Select(number => $"\"k{number}\":\"{id}{new string('é', 1_900)}\""));
            await server.DoAsync("PATCH", $"/v2/{source}/findings/{id}/securityMarks", $$$"""{"marks":{{{{marks}}}}}""");
        }

        var path = $"/v2/{source}/findings?pageSize=1&orderBy=security_marks.marks";
        List<string> ids = [];
        var token = "";
        do
        {
            var page = await server.DoAsync("GET", $"{path}&pageToken={token}");
            ids.Add((string)page["listFindingsResults"]![0]!["finding"]!["name"]!);
            token = (string?)page["nextPageToken"] ?? "";
            Assert.InRange(token.Length, 0, 4_096);
        }
        while (token != "" && ids.Count < 9);
        Assert.Equal(["a", "b", "c"], ids.Select(name => name[^1..]));

        // The place moves with the finding: what would follow cannot be told any more.
        token = (string)(await server.DoAsync("GET", path))["nextPageToken"]!;
        await server.DoAsync("PATCH", $"/v2/{source}/findings/a/securityMarks", """{"marks":{"k0":"z"}}""");
        var (status, json) = await server.SendAsync("GET", $"{path}&pageToken={token}");
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PAGE_TOKEN"), (status, (string?)json["error"]!["details"]![0]!["fieldViolations"]![0]!["reason"]));
    }

    [Theory]
    [InlineData("GET", "/v2/organizations/123/sources/-/findings", null)]
    [InlineData("POST", "/v2/organizations/123/sources/-/findings:group", """{"groupBy":"category"}""")]
    public async Task WhatTakesTooLongIsNoInvitationToTryAgain(string method, string path, string? body)
    {
        await using var server = await RunningServer.StartAsync(with: options => options with { Limits = options.Limits with { Ask = TimeSpan.Zero } });

        var (status, json) = await server.SendAsync(method, path, body);

        Assert.Equal((HttpStatusCode.GatewayTimeout, "DEADLINE_EXCEEDED"), (status, (string?)json["error"]!["status"]));
        Assert.Contains("Narrow the filter", (string?)json["error"]!["message"], StringComparison.Ordinal);
    }
}
