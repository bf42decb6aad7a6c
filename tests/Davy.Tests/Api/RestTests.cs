using System.Net;

namespace Davy.Tests.Api;

/// <summary>REST as Google's: the error envelope, and what is refused that transcoding would let pass.</summary>
public sealed class RestTests(SharedServer shared) : IClassFixture<SharedServer>
{
    const string Finding = """{"category":"C","state":"ACTIVE","severity":"HIGH","eventTime":"2026-01-02T03:04:05.123456789Z"}""";

    [Theory]
    [InlineData("GET", "/v2/nothing", null, 404, "NOT_FOUND")]
    [InlineData("DELETE", "/v2/organizations/123/sources", null, 405, "INVALID_ARGUMENT")]
    [InlineData("GET", "/v2/organizations/123/sources?pageSize=ten", null, 400, "INVALID_ARGUMENT")]
    [InlineData("GET", "/v2/organizations/123/sources?pagesize=10", null, 400, "INVALID_ARGUMENT")]
    [InlineData("GET", "/v2/organizations/123/sources?pageSize=10&pageSize=11", null, 400, "INVALID_ARGUMENT")]
    [InlineData("GET", "/v2/organizations/123/sources?pageSize=10&page_size=11", null, 400, "INVALID_ARGUMENT")]
    [InlineData("GET", "/v2/organizations/123/sources/404", null, 404, "NOT_FOUND")]
    [InlineData("POST", "/v2/organizations/123/sources", "{", 400, "INVALID_ARGUMENT")]
    [InlineData("POST", "/v2/organizations/123/sources", "[]", 400, "INVALID_ARGUMENT")]
    [InlineData("POST", "/v2/organizations/123/sources", """{"displayName":"a","displayName":"b"}""", 400, "INVALID_ARGUMENT")]
    [InlineData("POST", "/v2/organizations/123/sources", """{"displayName":"a","display_name":"b"}""", 400, "INVALID_ARGUMENT")]
    [InlineData("POST", "/v2/organizations/123/sources", """{"displayNme":"a"}""", 400, "INVALID_ARGUMENT")]
    [InlineData("POST", "/v2/organizations/123/sources", """{"displayName":7}""", 400, "INVALID_ARGUMENT")]
    [InlineData("POST", "/v2/organizations/123/sources?displayName=x", """{"displayName":"a"}""", 400, "INVALID_ARGUMENT")]
    [InlineData("GET", "/v2/organizations/123/locations/global/bigQueryExports", null, 501, "UNIMPLEMENTED")]
    public async Task AnErrorHasGooglesEnvelope(string method, string path, string? body, int code, string status)
    {
        var server = shared.Server;

        var (http, json) = await server.SendAsync(method, path, body);

        Assert.Equal(code, (int)http);
        Assert.Equal(["error"], json.AsObject().Select(member => member.Key));
        Assert.Equal(code, (int)json["error"]!["code"]!);
        Assert.Equal(status, (string?)json["error"]!["status"]);
        Assert.NotEmpty((string)json["error"]!["message"]!);
    }

    [Fact]
    public async Task AMisspeltNameIsToldWithItsPath()
    {
        var server = shared.Server;
        var source = await server.SourceAsync();

        var (status, json) = await server.SendAsync("POST", $"/v2/{source}/findings?findingId=a", """{"category":"C","processes":[{"name":"x"},{"binary":{"pth":"/x"}}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        var violation = json["error"]!["details"]![0]!["fieldViolations"]![0]!;
        Assert.Equal("finding.processes[1].binary.pth", (string?)violation["field"]);
        Assert.Equal("UNKNOWN_NAME", (string?)violation["reason"]);
    }

    [Fact]
    public async Task AnEmptyBodyIsAnEmptyMessage()
    {
        var server = shared.Server;
        var source = await server.SourceAsync();

        foreach (var (body, type) in new[] { (null, null), ("", "application/json"), ("{}", "application/json"), ("\"\"", "application/json"), ("{}", null) })
        {
            var (status, json) = await server.SendAsync("POST", $"/v2/{source}:getIamPolicy", body, type);
            Assert.True(status == HttpStatusCode.OK, $"'{body}' as {type}: {json}");
        }
    }

    [Fact]
    public async Task WholeNumbersAreStringsAndDefaultsAreLeftOut()
    {
        var server = shared.Server;
        var source = await server.SourceAsync();
        await server.DoAsync("POST", $"/v2/{source}/findings?findingId=a", """{"category":"C","processes":[{"pid":"9007199254740993"}],"files":[{"size":12}],"database":{}}""");

        var finding = (await server.DoAsync("GET", $"/v2/{source}/findings"))["listFindingsResults"]![0]!["finding"]!.AsObject();

        Assert.Equal("9007199254740993", (string?)finding["processes"]![0]!["pid"]);
        Assert.Equal("12", (string?)finding["files"]![0]!["size"]);
        Assert.Empty(finding["database"]!.AsObject());
        Assert.DoesNotContain(finding, member => member.Key is "severity" or "externalUri" or "sourceProperties" or "connections" or "externalSystems");
    }

    [Fact]
    public async Task NumbersStandForEnumsWhereTheClientSendsThem()
    {
        var server = shared.Server;
        var source = await server.SourceAsync();

        var created = await server.DoAsync("POST", $"/v2/{source}/findings?findingId=a&$alt=json%3Benum-encoding=int", """{"category":"C","severity":1,"findingClass":1}""");

        Assert.Equal("CRITICAL", (string?)created["severity"]);
        Assert.Equal("THREAT", (string?)created["findingClass"]);
    }

    [Fact]
    public async Task MasksAreReadInBothSpellingsAndKeysAreLeftAsTheyAre()
    {
        var server = shared.Server;
        var source = await server.SourceAsync();
        await server.DoAsync("POST", $"/v2/{source}/findings?findingId=a", Finding);

        var changed = await server.DoAsync("PATCH", $"/v2/{source}/findings/a?updateMask=sourceProperties.myKey,eventTime", """{"sourceProperties":{"myKey":1,"other":2},"eventTime":"2026-01-03T00:00:00Z","severity":"LOW"}""");
        Assert.Equal(["myKey"], changed["sourceProperties"]!.AsObject().Select(member => member.Key));
        Assert.Equal("2026-01-03T00:00:00Z", (string?)changed["eventTime"]);
        Assert.Equal("HIGH", (string?)changed["severity"]);

        changed = await server.DoAsync("PATCH", $"/v2/{source}/locations/global/findings/a?update_mask=source_properties.my_key,event_time", """{"sourceProperties":{"my_key":3}}""");
        Assert.Equal(["myKey", "my_key"], changed["sourceProperties"]!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Null(changed["eventTime"]);
    }

    [Fact]
    public async Task WithoutAMaskAllThatCanBeChangedIsReplaced()
    {
        var server = shared.Server;
        var source = await server.SourceAsync();
        await server.DoAsync("POST", $"/v2/{source}/findings?findingId=a", """{"category":"C","severity":"HIGH","description":"d","sourceProperties":{"a":1}}""");
        await server.DoAsync("PATCH", $"/v2/{source}/findings/a/securityMarks", """{"marks":{"k":"v"}}""");

        var changed = await server.DoAsync("PATCH", $"/v2/{source}/findings/a", """{"category":"C","severity":"LOW","sourceProperties":{"b":2},"state":"INACTIVE","createTime":"2000-01-01T00:00:00Z","mute":"MUTED","securityMarks":{"marks":{}}}""");

        Assert.Equal(["b"], changed["sourceProperties"]!.AsObject().Select(member => member.Key));
        Assert.Null(changed["description"]);
        Assert.Equal("LOW", (string?)changed["severity"]);
        Assert.Equal("ACTIVE", (string?)changed["state"]);
        Assert.Equal("UNDEFINED", (string?)changed["mute"]);
        Assert.Equal("v", (string?)changed["securityMarks"]!["marks"]!["k"]);
        Assert.NotEqual("2000-01-01T00:00:00Z", (string?)changed["createTime"]);
    }

    [Fact]
    public async Task NanosecondsSurvive()
    {
        var server = shared.Server;
        var source = await server.SourceAsync();

        Assert.Equal("2026-01-02T03:04:05.123456789Z", (string?)(await server.DoAsync("POST", $"/v2/{source}/findings?findingId=a", Finding))["eventTime"]);
    }

    [Theory]
    [InlineData("/livez")]
    [InlineData("/readyz")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task HealthIsOpen(string path) => Assert.Equal("ok", (string?)(await shared.Server.DoAsync("GET", path))["status"]);

    [Fact]
    public async Task WithoutAnIdentityNothingIsOpenButHealth()
    {
        await using var server = await RunningServer.StartAsync(insecure: false);

        Assert.Equal("ok", (string?)(await server.DoAsync("GET", "/readyz"))["status"]);
        var (status, json) = await server.SendAsync("GET", "/v2/organizations/123/sources");
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("UNAUTHENTICATED", (string?)json["error"]!["status"]);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example.com")]
    [InlineData("Origin", "null")]
    [InlineData("Host", "evil.example.com")]
    public async Task APageOfAnotherSiteIsNobodyEvenWhereEverybodyMay(string header, string value)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(shared.Server.Http, "/v2/organizations/123/sources"));
        request.Headers.TryAddWithoutValidation(header, value);

        Assert.Equal(HttpStatusCode.Unauthorized, await shared.Server.StatusAsync(request));
    }
}
