using System.Net;

namespace Davy.Tests.Api;

/// <summary>Names of fields in both spellings, and what is no name of one.</summary>
public sealed class SpellingTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Fact]
    public async Task GroupsTakeBothSpellingsAndTellWhatFiltersTake()
    {
        var server = shared.Server;
        var source = await server.SourceAsync();
        await server.DoAsync("POST", $"/v2/{source}/findings?findingId=a", """{"category":"C","findingClass":"THREAT","severity":"HIGH"}""");
        await server.DoAsync("POST", $"/v2/{source}/findings?findingId=b", """{"category":"","severity":"SEVERITY_UNSPECIFIED"}""");

        var groups = (await server.DoAsync("POST", $"/v2/{source}/findings:group", """{"groupBy":"findingClass,severity,category"}"""))["groupByResults"]!.AsArray();

        Assert.Equal(
            ["FINDING_CLASS_UNSPECIFIED/SEVERITY_UNSPECIFIED/", "THREAT/HIGH/C"],
            groups.Select(group => group!["properties"]!).Select(each => $"{each["finding_class"]}/{each["severity"]}/{each["category"]}"));
        var found = await server.DoAsync("GET", $"/v2/{source}/findings?filter={Uri.EscapeDataString("severity=\"SEVERITY_UNSPECIFIED\"")}");
        Assert.Single(found["listFindingsResults"]!.AsArray());

        var (status, json) = await server.SendAsync("POST", $"/v2/{source}/findings:group", """{"groupBy":"findingClass,finding_class"}""");
        Assert.Equal((HttpStatusCode.BadRequest, "DUPLICATE_FIELD"), (status, (string?)json["error"]!["details"]![0]!["fieldViolations"]![0]!["reason"]));
    }

    [Fact]
    public async Task AMaskThatGoesIntoTheValueOfAKeyIsRefused()
    {
        var server = shared.Server;
        var source = await server.SourceAsync();
        await server.DoAsync("POST", $"/v2/{source}/findings?findingId=a", """{"category":"C","sourceProperties":{"a":{"b":1}}}""");

        var (status, json) = await server.SendAsync("PATCH", $"/v2/{source}/findings/a?updateMask=source_properties.a.b", """{"sourceProperties":{"a":{"b":2}}}""");

        Assert.Equal((HttpStatusCode.BadRequest, "UNKNOWN_FIELD"), (status, (string?)json["error"]!["details"]![0]!["fieldViolations"]![0]!["reason"]));
    }
}
