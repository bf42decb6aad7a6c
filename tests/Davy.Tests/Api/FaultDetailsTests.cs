using System.Net;
using System.Text.Json.Nodes;

namespace Davy.Tests.Api;

/// <summary>What an error says for programs: the field, the reason, what was not found.</summary>
public sealed class FaultDetailsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    async Task<(int Status, string Message, JsonNode Detail)> FaultAsync(string method, string path, string? body = null, string? type = "application/json")
    {
        var (status, json) = await shared.Server.SendAsync(method, path, body, type);
        return ((int)status, (string)json["error"]!["message"]!, json["error"]!["details"]![0]!);
    }

    [Theory]
    [InlineData("GET", "/v2/organizations/123/sources/-/findings?pageSize=abc", null, "page_size", "INVALID_VALUE")]
    [InlineData("GET", "/v2/organizations/123/sources/-/findings?page_size=99999999999", null, "page_size", "INVALID_VALUE")]
    [InlineData("POST", "/v2/organizations/123/sources/1/findings/a:setState", """{"state":"active"}""", "state", "INVALID_JSON")]
    [InlineData("POST", "/v2/organizations/123/findings:bulkMute", """{"filter":"","muteState":"UNMUTED"}""", "mute_state", "INVALID_JSON")]
    [InlineData("POST", "/v2/organizations/123/sources/1/findings?findingId=a", """{"category":"C","vulnerability":{"cve":{"id":7}}}""", "finding.vulnerability.cve.id", "INVALID_JSON")]
    [InlineData("POST", "/v2/organizations/123/sources/1/findings?findingId=a", """{"category":"C","files":[{"size":"x"}]}""", "finding.files", "INVALID_JSON")]
    public async Task TheFieldIsNamed(string method, string path, string? body, string field, string reason)
    {
        var (status, message, detail) = await FaultAsync(method, path, body);

        var violation = detail["fieldViolations"]![0]!;
        Assert.Equal((400, field, reason), (status, (string?)violation["field"], (string?)violation["reason"]));
        Assert.StartsWith($"{field}: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABodyThatIsNoJsonAtAllIsASentence()
    {
        var (status, message, detail) = await FaultAsync("POST", "/v2/organizations/123/findings:bulkMute", "{");

        Assert.Equal((400, "INVALID_JSON"), (status, (string?)detail["fieldViolations"]![0]!["reason"]));
        Assert.StartsWith("The body is not", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherContentTypeIsTold()
    {
        var (status, message, detail) = await FaultAsync("POST", "/v2/organizations/123/sources", """{"displayName":"x"}""", "text/plain");

        Assert.Equal((415, "INVALID_CONTENT_TYPE"), (status, (string?)detail["fieldViolations"]![0]!["reason"]));
        Assert.StartsWith("The body must be JSON", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNotThereIsNamed()
    {
        var source = await shared.Server.SourceAsync();
        var finding = $"{source}/locations/global/findings/none";
        foreach (var (method, path, body, type, name) in new[]
        {
            ("POST", $"{source}/findings/none:setState", """{"state":"ACTIVE"}""", "Finding", finding),
            ("POST", $"{source}/findings/none:setMute", """{"mute":"MUTED"}""", "Finding", finding),
            ("PATCH", $"{source}/findings/none/securityMarks", """{"marks":{"a":"b"}}""", "Finding", finding),
            ("POST", "organizations/123/sources/404/findings?findingId=a", """{"category":"C"}""", "Source", "organizations/123/sources/404"),
            ("DELETE", "organizations/123/muteConfigs/none", null, "MuteConfig", "organizations/123/locations/global/muteConfigs/none"),
        })
        {
            var (status, _, detail) = await FaultAsync(method, $"/v2/{path}", body);

            Assert.Equal((404, $"securitycenter.googleapis.com/{type}", name), (status, (string?)detail["resourceType"], (string?)detail["resourceName"]));
        }
    }

    [Theory]
    [InlineData("NOT NOT state=\"ACTIVE\"", "column 5: expected one NOT")]
    [InlineData("--state=\"ACTIVE\"", "column 2: expected one NOT")]
    [InlineData("NOT not state=\"ACTIVE\"", "column 5: expected NOT in upper case")]
    public async Task ADoubleNegationIsToldAsWhatItIs(string filter, string told)
    {
        var (status, message, _) = await FaultAsync("GET", $"/v2/organizations/123/sources/-/findings?filter={Uri.EscapeDataString(filter)}");

        Assert.Equal((int)HttpStatusCode.BadRequest, status);
        Assert.Contains(told, message, StringComparison.Ordinal);
    }
}
