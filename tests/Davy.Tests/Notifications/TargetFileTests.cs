using System.Text;
using Davy.Images;
using Davy.Notifications;

namespace Davy.Tests.Notifications;

public sealed class TargetFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    IReadOnlyList<Target> Parse(string json) => TargetFile.Parse(_folder.File("targets.json"), Encoding.UTF8.GetBytes(json));

    [Fact]
    public void WhatIsDeclaredIsRead()
    {
        File.WriteAllText(_folder.File("body.json"), """{"text":"${finding.category}"}""");
        var targets = Parse("""
            {
              "version": 1, // the format's
              "targets": [
                {
                  "name": "ops", "below": "organizations/123", "filter": "severity=\"HIGH\"", "description": "The operators",
                  "webhook": {"urlFile": "url", "templateFile": "body.json", "secretFile": "/etc/davy/secret", "headers": {"X-A": "b"}, "headerFiles": {"Authorization": "auth"}},
                },
                {"name": "pager", "below": "folders/7", "webhook": {"url": "https://events.example.com/v2", "template": "pagerduty", "secretFiles": {"routing_key": "key"} } },
                {"name": "events", "below": "projects/p-1", "webhook": {"url": "https://events.example.com/", "template": "cloudevents"} },
                {"name": "scc", "below": "organizations/123", "securityCenter": {"source": "organizations/9/sources/8"} }
              ]
            }
            """);

        var ops = Assert.IsType<Target.Webhook>(targets[0]);
        Assert.Equal("organizations/123/locations/global/notificationConfigs/ops", ops.ConfigName);
        Assert.Equal(("severity=\"HIGH\"", "The operators", null), (ops.Filter, ops.Description, ops.Url));
        Assert.Equal((_folder.File("url"), "/etc/davy/secret", _folder.File("auth")), (ops.UrlFile, ops.SecretFile, ops.HeaderFiles["Authorization"]));
        Assert.Equal("""{"text":"Execution: Cryptomining Docker Image"}""", Encoding.UTF8.GetString(ops.Template.Fill(SomeNotification.Of(), new Dictionary<string, string>())));
        Assert.Equal(_folder.File("key"), Assert.IsType<Target.Webhook>(targets[1]).SecretFiles["routing_key"]);
        Assert.Equal("application/cloudevents+json", Assert.IsType<Target.Webhook>(targets[2]).ContentType);
        Assert.Equal("organizations/9/sources/8", Assert.IsType<Target.SecurityCenter>(targets[3]).Source);
    }

    [Fact]
    public void TheExamplesOfTheDocumentAreRead()
    {
        var blocks = File.ReadAllText(RepositoryRoot.File("docs", "notifications.md")).Split("```json\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)]).ToList();

        Assert.Equal(["slack", "pager", "siem", "google"], Parse(blocks[0]).Select(target => target.Name));
        Assert.Contains("docker.io/example/miner:1", Encoding.UTF8.GetString(BodyTemplate.Parse(Encoding.UTF8.GetBytes(blocks[1])).Fill(SomeNotification.Of(), new Dictionary<string, string>())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"version":1}""", "\"targets\" is missing")]
    [InlineData("""{"version":2,"targets":[]}""", "\"version\" is not 1")]
    [InlineData("""{"version":1,"targets":[{"name":"a b","below":"organizations/1","webhook":{"url":"https://a.example.com"}}]}""", "the name 'a b' has other characters")]
    [InlineData("""{"version":1,"targets":[{"name":"a","below":"acme","webhook":{"url":"https://a.example.com"}}]}""", "\"below\" is 'acme'")]
    [InlineData("""{"version":1,"targets":[{"name":"a","below":"folders/1"}]}""", "must have one of")]
    [InlineData("""{"version":1,"targets":[{"name":"a","below":"folders/1","webhook":{"url":"https://a.example.com"},"securityCenter":{"source":"organizations/1/sources/2"}}]}""", "must have one of")]
    [InlineData("""{"version":1,"targets":[{"name":"a","below":"folders/1","securityCenter":{"source":"sources/2"}}]}""", "the source 'sources/2' is none")]
    [InlineData("""{"version":1,"targets":[{"name":"a","below":"folders/1","webhook":{}}]}""", "there must be one of \"url\" and \"urlFile\"")]
    [InlineData("""{"version":1,"targets":[{"name":"a","below":"folders/1","webhook":{"url":"hook-secret"}}]}""", "this is no URL")]
    [InlineData("""{"version":1,"targets":[{"name":"a","below":"folders/1","webhook":{"url":"ftp://hook-secret"}}]}""", "this is no URL")]
    [InlineData("""{"version":1,"targets":[{"name":"a","below":"folders/1","webhook":{"url":"https://a.example.com","template":"teams"}}]}""", "there is no template 'teams'; those known are cloudevents, json, pagerduty, slack")]
    [InlineData("""{"version":1,"targets":[{"name":"a","below":"folders/1","webhook":{"url":"https://a.example.com","template":"pagerduty"}}]}""", "the template uses secret.routing_key")]
    [InlineData("""{"version":1,"targets":[{"name":"a","below":"folders/1","webhook":{"url":"https://a.example.com","templateFile":"none.json"}}]}""", "none.json")]
    [InlineData("""{"version":1,"targets":[{"name":"a","below":"folders/1","webhook":{"url":"https://a.example.com","headers":{"Host":"b"}}}]}""", "the header 'Host' cannot be given")]
    [InlineData("""{"version":1,"targets":[{"name":"a","below":"folders/1","webhook":{"url":"https://a.example.com","headers":{"a:b":"b"}}}]}""", "the header 'a:b' cannot be given")]
    [InlineData("""{"version":1,"targets":[{"name":"a","below":"folders/1","webhook":{"url":"https://a.example.com","contentType":"json"}}]}""", "no media type")]
    [InlineData("""{"version":1,"targets":[{"name":"a","below":"folders/1","webhook":{"url":"https://a.example.com","password":"x"}}]}""", "\"password\" is not known here")]
    [InlineData("""{"version":1,"targets":[{"name":"a","below":"folders/1","webhook":{"url":"https://a.example.com"}},{"name":"a","below":"folders/1","webhook":{"url":"https://a.example.com"}}]}""", "folders/1 has another target 'a'")]
    public void WhatIsWrongIsToldWithItsLine(string json, string said)
    {
        var fault = Assert.Throws<UnreadableFileException>(() => Parse(json));

        Assert.StartsWith(_folder.File("targets.json") + ":1: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hook-secret", fault.ToString(), StringComparison.Ordinal);
    }
}
