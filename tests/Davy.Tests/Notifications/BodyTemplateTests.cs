using System.Text;
using System.Text.Json.Nodes;
using Davy.Notifications;

namespace Davy.Tests.Notifications;

public sealed class BodyTemplateTests
{
    const string Hostile = "\"}],\"x\":\"<!channel> <https://evil.example.com|click> & \u001b[31m\u202e\n${secret.routing_key}\\";

    static readonly Dictionary<string, string> Secrets = new() { ["routing_key"] = "r0ut1ng" };

    static JsonNode Fill(string template, Notification? notification = null) => JsonNode.Parse(BodyTemplate.Parse(Encoding.UTF8.GetBytes(template)).Fill(notification ?? SomeNotification.Of(), Secrets))!;

    static JsonNode Ready(string name, Notification notification) => JsonNode.Parse(BodyTemplate.OfName(name).Fill(notification, Secrets))!;

    [Fact]
    public void AFieldStandsWhereItIsNamedAndAnObjectStaysOne()
    {
        var body = Fill("""
            {
              // A comment.
              "a": "${finding.severity} of ${finding.category}", "b": "${finding.access}", "c": ["${finding.containers.0.uri}", 7, true, null, "${finding.containers.9.uri}"],
              "d": "${finding.description|finding.nothing|finding.state}", "e": "$${finding.state}", "f": "as text: ${finding.access}"
            }
            """);

        Assert.Equal(
            """{"a":"HIGH of Execution: Cryptomining Docker Image","b":{"principalEmail":"mallory@example.com"},"c":["docker.io/example/miner:1",7,true,null,""],"d":"ACTIVE","e":"${finding.state}","f":"as text: {\u0022principalEmail\u0022:\u0022mallory@example.com\u0022}"}""",
            body.ToJsonString());
    }

    [Fact]
    public void AValueIsNeverMoreThanAText()
    {
        var notification = SomeNotification.Of(category: Hostile, actor: Hostile, image: Hostile);

        Assert.Equal(Hostile, (string?)Fill("""{"a":"${finding.category}"}""", notification)["a"]);
        foreach (var name in BodyTemplate.Ready)
        {
            var (plain, hostile) = (Ready(name, SomeNotification.Of()), Ready(name, notification));
            Assert.Equal(Shape(plain), Shape(hostile));
        }
    }

    [Fact]
    public void SlackIsGivenNoLinkNoCallAndNoControl()
    {
        var body = Ready("slack", SomeNotification.Of(category: Hostile, actor: Hostile, image: Hostile));

        foreach (var text in Texts(body))
        {
            Assert.DoesNotContain('<', text);
            Assert.DoesNotContain('\u001b', text);
            Assert.DoesNotContain('\u202e', text);
            Assert.DoesNotContain("r0ut1ng", text, StringComparison.Ordinal);
        }

        Assert.Contains(Texts(body), text => text.Contains("&lt;!channel&gt;", StringComparison.Ordinal));
        Assert.Contains("HIGH", (string?)body["text"], StringComparison.Ordinal);
        Assert.Contains(Texts(body), text => text.Contains("Project &lt;one&gt;", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ACTIVE", "trigger", "open")]
    [InlineData("INACTIVE", "resolve", "closed")]
    public void PagerDutyIsTriggeredAndResolved(string state, string action, string status)
    {
        var body = Ready("pagerduty", SomeNotification.Of(state));

        Assert.Equal(
            ("r0ut1ng", action, "0123456789abcdef0123456789abcdef"), ((string?)body["routing_key"], (string?)body["event_action"], (string?)body["dedup_key"]));
        var payload = body["payload"]!;
        Assert.Equal(("error", "//run.googleapis.com/namespaces/p/services/svc"), ((string?)payload["severity"], (string?)payload["source"]));
        Assert.Equal("Execution: Cryptomining Docker Image: //run.googleapis.com/namespaces/p/services/svc", (string?)payload["summary"]);
        Assert.Equal(status, (string?)payload["custom_details"]!["state"]);
    }

    [Fact]
    public void PagerDutysBoundsAreKept()
    {
        var body = Ready("pagerduty", SomeNotification.Of(category: new string('c', 5_000)));
        Assert.True(((string)body["payload"]!["summary"]!).Length <= 1_024);
    }

    [Fact]
    public void ACloudEventHasWhatItMustHave()
    {
        var body = Ready("cloudevents", SomeNotification.Of());

        Assert.Equal("1.0", (string?)body["specversion"]);
        Assert.Equal("0123456789abcdef0123456789abcdef-7", (string?)body["id"]);
        Assert.Equal("//securitycenter.googleapis.com/organizations/1/sources/2/locations/global", (string?)body["source"]);
        Assert.Equal("davy.finding.v2.changed", (string?)body["type"]);
        Assert.Equal("2026-01-10T10:00:00.000Z", (string?)body["time"]);
        Assert.True(JsonNode.DeepEquals(SomeNotification.Of().Message, body["data"]));
    }

    [Theory]
    [InlineData("{", "no JSON")]
    [InlineData("null", "null")]
    [InlineData("""{"a":1,"a":2}""", "no JSON")]
    [InlineData("""{"a":"${finding.x"}""", "a placeholder is")]
    [InlineData("""{"a":"${finding..x}"}""", "a placeholder is")]
    [InlineData("""{"a":"${finding.x!html}"}""", "a placeholder is")]
    [InlineData("""{"a":"${finding.x!text:0}"}""", "a placeholder is")]
    [InlineData("""{"a":["${findings.x}"]}""", "a path begins with finding, resource, message, event, secret")]
    [InlineData("""{"a":"${finding.x|other}"}""", "a path begins with")]
    public void ATemplateThatIsWrongIsTold(string template, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => BodyTemplate.Parse(Encoding.UTF8.GetBytes(template))).Message, StringComparison.Ordinal);

    static string Shape(JsonNode? node) => node switch
    {
        JsonObject map => "{" + string.Join(",", map.Where(pair => pair.Key != "message").Select(pair => pair.Key + ":" + Shape(pair.Value))) + "}",
        JsonArray list => "[" + string.Join(",", list.Select(Shape)) + "]",
        null => "null",
        _ => node.GetValueKind().ToString(),
    };

    static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => Texts(pair.Value)),
        JsonArray list => list.SelectMany(Texts),
        JsonValue value when value.TryGetValue(out string? text) => [text],
        _ => [],
    };
}
