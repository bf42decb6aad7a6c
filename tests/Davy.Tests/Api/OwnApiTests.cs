using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Logs;
using Davy.Reports;
using Davy.Tests.Reports;
using Microsoft.Extensions.DependencyInjection;

namespace Davy.Tests.Api;

/// <summary>Our own API: scans that are sent, what they could not judge, and answers.</summary>
public sealed class OwnApiTests(SharedServer shared) : IClassFixture<SharedServer>
{
    const string Scans = "/davy/v1/scans";

    static readonly ReportOptions Options = ReportOptions.Default;

    RunningServer Server => shared.Server;

    [Fact]
    public async Task AScanSentTwiceIsTheSameFinding()
    {
        var finding = Of('1');
        var line = Line(finding);
        Assert.Equal((1, 0, 0), Counts(await Server.DoAsync("POST", Scans, line)));
        var first = await FindAsync(finding);

        Assert.Equal((0, 0, 2), Counts(await Server.DoAsync("POST", Scans, $"{line}\n{line}\n")));

        Assert.Equal(first.ToJsonString(), (await FindAsync(finding)).ToJsonString());
        Assert.Equal("ACTIVE", (string?)first["state"]);
        Assert.Equal(finding.Evidence.Count, first["logEntries"]!.AsArray().Count);
        Assert.Equal("Davy", (string?)first["parentDisplayName"]);
    }

    [Fact]
    public async Task StateMuteAndMarksStay()
    {
        var finding = Of('2');
        await Server.DoAsync("POST", Scans, Line(finding));
        var name = (string)(await FindAsync(finding))["name"]!;
        await Server.DoAsync("POST", $"/v2/{name}:setState", """{"state":"INACTIVE"}""");
        await Server.DoAsync("POST", $"/v2/{name}:setMute", """{"mute":"MUTED"}""");
        await Server.DoAsync("PATCH", $"/v2/{name}/securityMarks", """{"marks":{"team":"red"}}""");

        var more = JsonNode.Parse(Line(finding))!;
        more["finding"]!["state"] = "ACTIVE";
        more["finding"]!["mute"] = "UNMUTED";
        more["finding"]!["securityMarks"] = new JsonObject { ["marks"] = new JsonObject { ["team"] = "blue" } };
        more["finding"]!["description"] = "Seen again.";
        Assert.Equal((0, 1, 0), Counts(await Server.DoAsync("POST", Scans, more.ToJsonString())));

        var kept = await FindAsync(finding);
        Assert.Equal(("INACTIVE", "MUTED", "red", "Seen again."), ((string)kept["state"]!, (string)kept["mute"]!, (string)kept["securityMarks"]!["marks"]!["team"]!, (string)kept["description"]!));
    }

    [Theory]
    [InlineData("finding.name", "projects/p/sources/9/locations/global/findings/11111111111111111111111111111111")]
    [InlineData("finding.name", "projects/p/sources/1815/findings/1")]
    [InlineData("finding.name", "projects/../sources/1815/findings/11111111111111111111111111111111")]
    [InlineData("finding.findingClass", "VULNERABILITY")]
    [InlineData("finding.category", "")]
    [InlineData("finding.sevrity", "HIGH")]
    [InlineData("finding.severity", "GRAVE")]
    [InlineData("finding.eventTime", "yesterday")]
    [InlineData("resource.nam", "x")]
    [InlineData("sourceProperties.findingId", "22222222222222222222222222222222")]
    [InlineData("sourceProperties.bad key", "x")]
    [InlineData("finding.sourceProperties", "x")]
    [InlineData("other", "x")]
    public async Task WhatIsNoFindingOfDavysIsRefusedWithItsLineAndNothingIsKept(string path, string value)
    {
        var good = Of('a');
        var bad = JsonNode.Parse(Line(Of('b')))!;
        var parts = path.Split('.');
        (parts.Length == 1 ? bad : bad[parts[0]]!)[parts[^1]] = value;

        var (status, json) = await Server.SendAsync("POST", Scans, $"{Line(good)}\n\n{bad.ToJsonString()}");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("INVALID_ARGUMENT", (string?)json["error"]!["status"]);
        Assert.StartsWith("line 3", (string?)json["error"]!["message"], StringComparison.Ordinal);
        Assert.Empty(await ListAsync(good));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"doubt":{"kind":"none","key":"k","detail":"d","location":{"input":"i","line":1,"byte":0}}}""")]
    [InlineData("""{"doubt":{"kind":"unknownShape","key":"k","detail":"d","location":{"input":"i","line":-1,"byte":0}}}""")]
    [InlineData("""{"doubt":{"kind":"unknownShape","key":"k","key":"k","detail":"d","location":{"input":"i","line":1,"byte":0}}}""")]
    [InlineData("""{"rejectedEntry":{"reason":"Malformed","detail":"d","content":"c2VjcmV0","location":{"input":"i","line":1,"byte":0}}}""")]
    [InlineData("""{"rejectedEntry":{"reason":"Malformed","detail":"\ud800","location":{"input":"i","line":1,"byte":0}}}""")]
    [InlineData("""{"finding":{"name":"\ud800"},"resource":{},"sourceProperties":{}}""")]
    public async Task WhatIsNoLineIsRefused(string line) => Assert.Equal(HttpStatusCode.BadRequest, (await Server.SendAsync("POST", Scans, line)).Status);

    [Fact]
    public async Task SizesAreBounded()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await Server.SendAsync("POST", Scans, $$"""{"a":"{{new string('x', ScanForm.MostLineBytes)}}"}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Server.SendAsync("POST", Scans, $"{new string('[', 100)}{new string(']', 100)}")).Status);
        using HttpRequestMessage large = new(HttpMethod.Post, new Uri(Server.Http, Scans)) { Content = new ByteArrayContent(new byte[(16 * 1024 * 1024) + 1]), Headers = { ExpectContinue = true } };
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await Server.StatusAsync(large));
        var doubt = Encoding.UTF8.GetString(ScanForm.Line(Doubt("many")));
        Assert.Equal(HttpStatusCode.BadRequest, (await Server.SendAsync("POST", Scans, string.Join('\n', Enumerable.Repeat(doubt, ScanForm.MostLines + 1)))).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await Server.SendAsync("POST", Scans, doubt, "text/html")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Server.SendAsync("POST", $"{Scans}?dryRun=true", doubt)).Status);
    }

    [Fact]
    public async Task DoubtsAndRejectedEntriesAreKeptOnceAndListedByPages()
    {
        await using var server = await RunningServer.StartAsync();
        var lines = string.Join('\n', Enumerable.Range(0, 3).SelectMany(number => new[]
        {
            Encoding.UTF8.GetString(ScanForm.Line(Doubt($"about {number}"))),
            Encoding.UTF8.GetString(ScanForm.Line(new RejectedEntry(new("log.json", number, 7), RejectReason.TooDeep, "It is too deep."))),
        }));
        await server.DoAsync("POST", Scans, lines);
        await server.DoAsync("POST", Scans, lines);

        var doubts = await server.DoAsync("GET", "/davy/v1/doubts?pageSize=2");
        Assert.Equal(["about 2", "about 1"], doubts["doubts"]!.AsArray().Select(doubt => (string?)doubt!["key"]));
        Assert.Equal(("unknownShape", 1, "log.json:3:4"), ((string)doubts["doubts"]![0]!["kind"]!, (int)doubts["doubts"]![0]!["count"]!, (string)doubts["doubts"]![0]!["place"]!));
        var rest = await server.DoAsync("GET", $"/davy/v1/doubts?pageSize=2&pageToken={doubts["nextPageToken"]}");
        Assert.Equal("about 0", (string?)rest["doubts"]!.AsArray().Single()!["key"]);
        Assert.Null(rest["nextPageToken"]);

        var rejected = await server.DoAsync("GET", "/davy/v1/rejected-entries");
        Assert.Equal(["log.json:2:7", "log.json:1:7", "log.json:0:7"], rejected["rejectedEntries"]!.AsArray().Select(entry => (string?)entry!["place"]));
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync("GET", $"/davy/v1/rejected-entries?pageToken={doubts["nextPageToken"]}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync("GET", "/davy/v1/doubts?pagesize=2")).Status);
    }

    [Fact]
    public async Task AnIntendedFindingBecomesAnExceptionThatKeepsItOut()
    {
        var finding = Of('3');
        await Server.DoAsync("POST", Scans, Line(finding));
        var path = $"/davy/v1/projects/any/sources/1815/findings/{finding.Id}:answer";

        var answer = await Server.DoAsync("POST", path, """{"intended":true,"owner":"red-team@example.com","reason":"An exercise."}""");

        var last = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(90);
        Assert.Equal($"{last:yyyy-MM-dd}", (string?)answer["expires"]);
        Assert.Equal((finding.Match.Repository, finding.Resource.AdminName), ((string)answer["image"]!, (string)answer["resource"]!));
        Assert.Equal("anybody on this machine", (string?)answer["answeredBy"]);
        var exceptions = await Server.Services.GetRequiredService<AnswerStore>().ExceptionsAsync(TestContext.Current.CancellationToken);
        Assert.Contains(exceptions.Entries, entry => entry.Resource == finding.Resource.AdminName);

        // Another finding of the same image and resource does not come in; the one that is there goes on.
        var other = finding with { Id = new('4', 32) };
        Assert.Equal(1, (int)(await Server.DoAsync("POST", Scans, Line(other)))["findings"]!["excepted"]!);
        Assert.Equal((0, 0, 1), Counts(await Server.DoAsync("POST", Scans, Line(finding))));

        await Server.DoAsync("POST", path, """{"intended":false}""");
        Assert.Equal((1, 0, 0), Counts(await Server.DoAsync("POST", Scans, Line(other))));
        var answers = (await Server.DoAsync("GET", $"/davy/v1/answers?finding=projects/any/sources/1815/findings/{finding.Id}"))["answers"]!.AsArray();
        Assert.Equal([false, true], answers.Select(each => (bool)each!["intended"]!));
        Assert.NotNull(answers[1]!["withdrawTime"]);
    }

    [Theory]
    [InlineData("""{}""", "intended")]
    [InlineData("""{"intended":true,"reason":"r"}""", "owner")]
    [InlineData("""{"intended":true,"owner":"o"}""", "reason")]
    [InlineData("""{"intended":true,"owner":"o\n","reason":"r"}""", "owner")]
    [InlineData("""{"intended":true,"owner":"o","reason":"r","expires":"2001-01-01"}""", "expires")]
    [InlineData("""{"intended":true,"owner":"o","reason":"r","expires":"3001-01-01"}""", "expires")]
    [InlineData("""{"intended":true,"owner":"o","reason":"r","expires":"soon"}""", "expires")]
    [InlineData("""{"intended":false,"expires":"2999-01-01"}""", "expires")]
    [InlineData("""{"intended":true,"owner":"o","reason":"r","resource":"services/x"}""", "exception")]
    [InlineData("""{"intended":true,"owner":"o","reason":"r","until":"x"}""", "body")]
    [InlineData("""{"intended":true,"intended":false}""", "intended")]
    [InlineData("""null""", "body")]
    public async Task AWrongAnswerIsRefusedWithItsField(string body, string field)
    {
        var finding = Of('5');
        await Server.DoAsync("POST", Scans, Line(finding));

        var (status, json) = await Server.SendAsync("POST", $"/davy/v1/organizations/1/sources/1815/locations/global/findings/{finding.Id}:answer", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(field, (string?)json["error"]!["message"], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task AnAnswerToWhatIsNotKeptIsNotFound() => Assert.Equal(HttpStatusCode.NotFound,
        (await Server.SendAsync("POST", $"/davy/v1/projects/p/sources/1815/findings/{new string('f', 32)}:answer", """{"intended":false}""")).Status);

    [Theory]
    [InlineData("POST", "/davy/v1/scans")]
    [InlineData("GET", "/davy/v1/doubts")]
    [InlineData("GET", "/davy/v1/rejected-entries")]
    [InlineData("GET", "/davy/v1/answers")]
    [InlineData("POST", "/davy/v1/projects/p/sources/1815/findings/1:answer")]
    public async Task NothingOfItIsOpenToNobody(string method, string path)
    {
        using HttpRequestMessage request = new(new(method), new Uri(Server.Http, path));
        request.Headers.TryAddWithoutValidation("Origin", "http://evil.example.com");

        Assert.Equal(HttpStatusCode.Unauthorized, await Server.StatusAsync(request));
    }

    static Finding Of(char id) => SomeFinding.Full with { Id = new(id, 32), Resource = SomeFinding.Full.Resource with { Name = $"shop-{id}" } };

    static string Line(Finding finding) => Encoding.UTF8.GetString(ScanForm.Line(finding, Options)!);

    static Doubt Doubt(string key) => new(DoubtKind.UnknownShape, key, "Never seen.", new("log.json", 3, 4));

    static (int Created, int Changed, int Unchanged) Counts(JsonNode answer) =>
        ((int)answer["findings"]!["created"]!, (int)answer["findings"]!["changed"]!, (int)answer["findings"]!["unchanged"]!);

    async Task<JsonArray> ListAsync(Finding finding)
    {
        var answer = await Server.DoAsync("GET", $"/v2/projects/444444444444/sources/-/findings?filter=name:\"{finding.Id}\"");
        return answer["listFindingsResults"] as JsonArray ?? [];
    }

    async Task<JsonNode> FindAsync(Finding finding) => (await ListAsync(finding)).Single()!["finding"]!;
}
