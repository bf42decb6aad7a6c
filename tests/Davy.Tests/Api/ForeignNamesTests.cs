using System.Net;

namespace Davy.Tests.Api;

/// <summary>A finding in the names of others: folders and projects may be above it, another organisation is not.</summary>
public sealed class ForeignNamesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Fact]
    public async Task BelowAnotherOrganisationThereIsNothing()
    {
        var server = shared.Server;
        var source = await server.SourceAsync();
        await server.DoAsync("POST", $"/v2/{source}/findings?findingId=a", """{"category":"C"}""");
        var foreign = source.Replace("organizations/123", "organizations/999", StringComparison.Ordinal);

        foreach (var (method, path, body, type) in new[]
        {
            ("POST", $"/v2/{foreign}/findings/a:setState", """{"state":"INACTIVE"}""", "Finding"),
            ("POST", $"/v2/{foreign}/locations/global/findings/a:setMute", """{"mute":"MUTED"}""", "Finding"),
            ("PATCH", $"/v2/{foreign}/findings/a?updateMask=severity", """{"severity":"LOW"}""", "Finding"),
            ("PATCH", $"/v2/{foreign}/findings/a/securityMarks", """{"marks":{"a":"b"}}""", "Finding"),
            ("PATCH", $"/v2/{foreign}/findings/a/externalSystems/jira", """{"status":"open"}""", "Finding"),
            ("POST", $"/davy/v1/{foreign}/findings/a:answer", """{"intended":false}""", "Finding"),
            ("PATCH", $"/v2/{foreign}/findings/a", """{"severity":"LOW"}""", "Source"),
            ("POST", $"/v2/{foreign}/findings?findingId=b", """{"category":"C"}""", "Source"),
            ("GET", $"/v2/{foreign}/findings", null, "Source"),
        })
        {
            var (status, json) = await server.SendAsync(method, path, body);
            Assert.True(status == HttpStatusCode.NotFound, $"{method} {path}: {status} {json}");
            Assert.Equal($"securitycenter.googleapis.com/{type}", (string?)json["error"]!["details"]![0]!["resourceType"]);
        }

        var kept = Assert.Single((await server.DoAsync("GET", $"/v2/{source}/findings"))["listFindingsResults"]!.AsArray())!["finding"]!;
        Assert.Equal(("ACTIVE", null, null), ((string?)kept["state"], (string?)kept["severity"], (string?)kept["securityMarks"]?["name"]));
    }

    [Theory]
    [InlineData("organizations/123")]
    [InlineData("folders/7")]
    [InlineData("projects/a-project")]
    public async Task WhatMayBeAboveItNamesIt(string node)
    {
        var server = shared.Server;
        var source = await server.SourceAsync();
        await server.DoAsync("POST", $"/v2/{source}/findings?findingId=a", """{"category":"C"}""");
        var name = source.Replace("organizations/123", node, StringComparison.Ordinal);

        Assert.Equal("INACTIVE", (string?)(await server.DoAsync("POST", $"/v2/{name}/findings/a:setState", """{"state":"INACTIVE"}"""))["state"]);
        await server.DoAsync("GET", $"/v2/{name}/findings");

        // What is kept has the finding's own name, however it was asked for.
        var system = await server.DoAsync("PATCH", $"/v2/{name}/findings/a/externalSystems/jira", """{"status":"open"}""");
        Assert.Equal($"{source}/locations/global/findings/a/externalSystems/jira", (string?)system["name"]);
    }
}
