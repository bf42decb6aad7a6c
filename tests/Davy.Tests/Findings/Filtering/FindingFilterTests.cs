using System.Text.Json;
using Davy.Findings.Filtering;
using Davy.Storage;

namespace Davy.Tests.Findings.Filtering;

/// <summary>What the filter language is, and what it answers to a slip of the pen.</summary>
public sealed class FindingFilterTests
{
    const string Finding = """
        {
          "name": "organizations/1/sources/2/locations/global/findings/f", "parent": "organizations/1/sources/2/locations/global", "state": "ACTIVE", "severity": "HIGH",
          "category": "Execution: Cryptomining Docker Image", "eventTime": "2019-06-10T23:07:18.000000001Z", "muteUpdateTime": "1970-01-01T00:00:00Z",
          "securityMarks": { "marks": { "Team": "Red Lantern" } },
          "sourceProperties": { "size": 100, "properties": { "match": { "kind": "miner" } }, "tags": ["a", "b"], "nothing": null, "flag": true },
          "access": { "callerIp": "192.0.2.7" }, "vulnerability": {}, "cloudDlpInspection": { "infoTypeCount": "9007199254740993" },
          "indicator": { "domains": ["pool.example.com", "example.com"] },
          "compliances": [{ "standard": "cis", "version": "1.0" }, { "standard": "pci", "version": "2.0" }]
        }
        """;

    const string Resource = """{ "name": "//run.googleapis.com/x", "gcpMetadata": { "project": "//p/1", "projectDisplayName": "prod", "folders": [{ "resourceFolder": "folders/7" }] } }""";

    static bool Passes(string filter) => FindingFilter.Parse(filter).Matches(JsonElement.Parse(Finding), JsonElement.Parse(Resource));

    [Theory]
    [InlineData("")]
    [InlineData(" \t\n")]
    [InlineData("state=\"ACTIVE\"")]
    [InlineData("state = 'ACTIVE'")]
    [InlineData("category:\"Cryptomining\"")]
    [InlineData("-severity=\"LOW\" AND NOT mute=\"MUTED\"")]
    [InlineData("severity!=\"LOW\"")]
    [InlineData("mute=\"MUTE_UNSPECIFIED\"")]
    [InlineData("name=\"organizations/1/sources/2/findings/f\"")]
    [InlineData("name=\"organizations/1/sources/2/locations/global/findings/f\" AND name=\"folders/7/sources/2/findings/f\" AND name=\"folders/7/sources/2/locations/global/findings/f\"")]
    [InlineData("name=\"projects/p/sources/2/findings/f\" AND name=\"projects/9/sources/2/locations/global/findings/f\" AND -name=\"projects/p/sources/2/findings/F\"")]
    [InlineData("name!=\"projects/p/sources/3/findings/f\" AND -name=\"f\" AND -name:\"projects/p/sources/2/findings/f\" AND -parent=\"projects/p/sources/2\"")]
    [InlineData("parent=\"organizations/1/sources/2\" AND parent : \"sources/2\"")]
    [InlineData("event_time > \"2019-06-10T16:07:18-07:00\" AND eventTime<1560208039000")]
    [InlineData("NOT security_marks.marks.key_a=\"value_a\"")]
    [InlineData("security_marks.marks.TEAM:\"red\" AND securityMarks.marks.team=\"RED LANTERN\"")]
    [InlineData("source_properties.size = 100 AND source_properties.size>99.5 AND sourceProperties.flag=true")]
    [InlineData("source_properties.properties.match.kind=\"miner\" AND source_properties.tags=\"b\"")]
    [InlineData("source_properties.size:\"\" AND -source_properties.absent:\"\" AND -source_properties.nothing:\"\"")]
    [InlineData("access.caller_ip:* AND NOT access.user_agent:\"\"")]
    [InlineData("vulnerability.reachable=false AND -attack_exposure.score=0")]
    [InlineData("cloud_dlp_inspection.info_type_count=9007199254740993 AND cloud_dlp_inspection.info_type_count>9007199254740992")]
    [InlineData("indicator.domains=\"example.com\" AND indicator.domains:\"pool\"")]
    [InlineData("resource.project_display_name=\"prod\" AND resource.project_name:\"p\" AND resource.folders.resource_folder=\"folders/7\"")]
    [InlineData("contains(compliances, standard=\"cis\" AND version=\"1.0\") AND NOT contains(compliances, standard=\"cis\" AND version=\"2.0\")")]
    [InlineData("contains(indicator.domains, elem:\"pool\" AND -elem=\"example.com\")")]
    [InlineData("inIpRange(access.caller_ip, \"192.0.2.0/24\") AND NOT inIpRange(access.callerIp, \"192.0.2.8/29\")")]
    [InlineData("-mute_update_time > 0 AND -mute_update_time <= 0 AND -mute_update_time:\"\"")]
    public void AFindingPasses(string filter) => Assert.True(Passes(filter));

    [Theory]
    [InlineData("category:\"cryptomining\"")]
    [InlineData("category=\"Cryptomining\"")]
    [InlineData("security_marks.marks.key_a=\"value_a\"")]
    [InlineData("security_marks.marks.key_a!=\"value_a\" AND state=\"INACTIVE\"")]
    [InlineData("-indicator.domains=\"example.com\"")]
    [InlineData("attack_exposure.score=0")]
    [InlineData("source_properties.size=\"100\"")]
    [InlineData("source_properties.absent.deeper=1 OR source_properties.size.deeper=1")]
    [InlineData("source_properties.SIZE=100")]
    [InlineData("cloud_dlp_inspection.info_type_count=9007199254740992")]
    [InlineData("create_time<\"2030-01-01T00:00:00Z\" OR create_time>=0")]
    public void AFindingDoesNotPass(string filter) => Assert.False(Passes(filter));

    [Fact]
    public void OrBindsTighterThanAnd()
    {
        Assert.Equal(FindingFilter.Parse("(state=\"ACTIVE\" OR state=\"INACTIVE\") AND category=\"c\"").Root, FindingFilter.Parse("state=\"ACTIVE\" OR state=\"INACTIVE\" AND category=\"c\"").Root);
        Assert.Equal(FindingFilter.Parse("category=\"c\" AND (state=\"ACTIVE\" OR state=\"INACTIVE\")").Root, FindingFilter.Parse("category=\"c\" AND state=\"ACTIVE\" OR state=\"INACTIVE\"").Root);
        Assert.NotEqual(FindingFilter.Parse("(category=\"c\" AND state=\"ACTIVE\") OR state=\"INACTIVE\"").Root, FindingFilter.Parse("category=\"c\" AND state=\"ACTIVE\" OR state=\"INACTIVE\"").Root);
    }

    [Fact]
    public void NegationBindsTighterThanOr() =>
        Assert.Equal("-state=\"ACTIVE\" OR category=\"c\"", FindingFilter.Parse("NOT state=\"ACTIVE\" OR category=\"c\"").ToString());

    [Theory]
    [InlineData("sevrity=\"HIGH\"", 1, "did you mean 'severity'?")]
    [InlineData("access.caller_ipp=\"x\"", 8, "did you mean 'caller_ip'?")]
    [InlineData("state=\"ACTVE\"", 7, "expected \"STATE_UNSPECIFIED\", \"ACTIVE\", \"INACTIVE\"")]
    [InlineData("state=ACTIVE", 7, "expected a text between quotes, found 'ACTIVE'")]
    [InlineData("state", 6, "expected =, :, !=, <, <=, > or >= after state, found the end")]
    [InlineData("state=\"ACTIVE\" severity=\"HIGH\"", 16, "expected AND, OR or the end, found 'severity'")]
    [InlineData("state=\"ACTIVE\" and severity=\"HIGH\"", 16, "expected AND or OR in upper case, found 'and'")]
    [InlineData("state=\"ACTIVE\" AND", 19, "expected a field, '(', NOT or '-', found the end")]
    [InlineData("(state=\"ACTIVE\"", 16, "expected AND, OR or ')', found the end")]
    [InlineData("state=\"ACTIVE", 7, "no closing \"")]
    [InlineData("category=\"a\\x\"", 12, "unknown escape")]
    [InlineData("category=\"\\ud800\"", 10, "half of a surrogate pair")]
    [InlineData("category=\"\\u0000\"", 10, "U+0000")]
    [InlineData("category>\"a\"", 9, "is text, which takes =, != and :")]
    [InlineData("event_time>\"yesterday\"", 12, "expected a time")]
    [InlineData("event_time:\"2026\"", 11, "':' is for text")]
    [InlineData("processes.pid=1.5", 15, "expected a whole number of at most 64 bits")]
    [InlineData("vulnerability.reachable=yes", 25, "expected true or false without quotes, found 'yes'")]
    [InlineData("access=\"x\"", 1, "access is an object")]
    [InlineData("security_marks.marks=\"x\"", 1, "is a map; add a key")]
    [InlineData("category.x=\"x\"", 10, "'category' has no fields")]
    [InlineData("contains(category, elem=\"x\")", 10, "contains takes a list")]
    [InlineData("inIpRange(access.caller_ip, \"fe80::/10\")", 29, "expected an IPv4 network")]
    [InlineData("resource=\"x\"", 1, "'resource' is an object")]
    public void AnErrorSaysWhereAndWhatWasExpected(string filter, int column, string expected)
    {
        var error = Assert.Throws<FilterException>(() => FindingFilter.Parse(filter));
        Assert.Equal(column, error.Column);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LengthDepthAndConditionsHaveBounds()
    {
        const string One = "state=\"ACTIVE\"";
        static string Nested(int depth) => new string('(', depth) + One + new string(')', depth);
        static string Many(int count) => string.Join(" AND ", Enumerable.Repeat("mute:\"A\"", count));

        FindingFilter.Parse(Nested(32));
        FindingFilter.Parse(Many(200));
        FindingFilter.Parse(One + new string(' ', 4_096 - One.Length));

        Assert.Contains("nested deeper than 32", Fault(Nested(33)), StringComparison.Ordinal);
        Assert.Contains("more than 200 conditions", Fault(Many(201)), StringComparison.Ordinal);
        Assert.Contains("longer than 4096", Fault(One + new string(' ', 4_097 - One.Length)), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatCameWithTheFilterIsNoPartOfTheSql()
    {
        var condition = FindingFilter.Parse("category=\"'; DROP TABLE findings; --\" AND security_marks.marks.\"'); --\":\"%\" AND external_systems.\"'x\".status='\\'' AND source_properties.\"$.a'\"=1")
            .ToSql(new SqlParameters("v"));

        Assert.DoesNotContain("--", condition.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("DROP", condition.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("$.a", condition.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("%", condition.Text, StringComparison.Ordinal);
        Assert.Contains(condition.Values, value => value.Value is "'; DROP TABLE findings; --");
        Assert.Contains(condition.Values, value => value.Value is "$.a'");
    }

    [Theory]
    [InlineData("severity=\"HIGH\"", "f.severity = @v0")]
    [InlineData("mute!=\"MUTED\"", "NOT f.mute = @v0")]
    [InlineData("category:\"x\"", "instr(f.category, @v0) > 0")]
    [InlineData("event_time>=0", "(f.event_time <> 0 AND f.event_time >= @v0)")]
    [InlineData("resource.project_name=\"p\"", "f.project = @v0")]
    [InlineData("resource.type=\"t\"", "f.resource_type = @v0")]
    [InlineData("access.principal_email=\"a\"", "f.actor = @v0")]
    [InlineData("source_properties.properties.resource.kind=\"service\"", "f.kind = @v0")]
    public void AQuickFilterComparesAColumnAsItIs(string filter, string sql) =>
        Assert.Equal(sql, FindingFilter.Parse(filter).ToSql(new SqlParameters("v")).Text);

    static string Fault(string filter) => Assert.Throws<FilterException>(() => FindingFilter.Parse(filter)).Message;
}
