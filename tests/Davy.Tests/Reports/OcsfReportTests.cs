using System.Globalization;
using System.Text.Json.Nodes;
using CsCheck;
using Davy.CloudRun;
using Davy.Findings;
using Davy.Reports;

namespace Davy.Tests.Reports;

public sealed class OcsfReportTests
{
    static string Written(Finding finding) => SomeFinding.Written(new OcsfReport(SomeFinding.Known), finding);

    [Fact]
    public void AFullAndABareFindingKeepTheRules()
    {
        Assert.Empty(OcsfChecker.Faults(JsonTree.Parse(Written(SomeFinding.Full))));
        Assert.Empty(OcsfChecker.Faults(JsonTree.Parse(Written(SomeFinding.Bare))));
    }

    [Fact]
    public void EachRequiredAttributeIsMissedWhenItIsGone()
    {
        var paths = OcsfChecker.Required().ToList();
        Assert.Contains(paths, path => path is ["metadata", "product"]);
        Assert.Contains(paths, path => path is ["evidences", "0", "container", "image", "uid"]);

        Assert.All(paths, path =>
        {
            var finding = JsonNode.Parse(Written(SomeFinding.Full))!;
            var parent = path[..^1].Aggregate(finding, (at, key) => int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? at[index]! : at[key]!);
            Assert.True(parent.AsObject().Remove(path[^1]), $"{string.Join('.', path)} is not written.");
            Assert.NotEmpty(OcsfChecker.Faults(JsonTree.Parse(finding.ToJsonString())));
        });
    }

    [Fact]
    public void WrongTypesAndValuesAreSeen()
    {
        Assert.NotEmpty(Changed(finding => finding["severity_id"] = 7));
        Assert.NotEmpty(Changed(finding => finding["time"] = "2025-05-06T01:05:31Z"));
        Assert.NotEmpty(Changed(finding => finding["is_alert"] = "true"));
        Assert.NotEmpty(Changed(finding => finding["finding_info"]!["attacks"]![0] = new JsonObject()));
        Assert.NotEmpty(Changed(finding => finding["evidences"]![0]!["src_endpoint"]!["ip"] = "private"));
        Assert.NotEmpty(Changed(finding => finding["unheard_of"] = 1));

        static List<string> Changed(Action<JsonNode> change)
        {
            var finding = JsonNode.Parse(Written(SomeFinding.Full))!;
            change(finding);
            return OcsfChecker.Faults(JsonTree.Parse(finding.ToJsonString()));
        }
    }

    [Fact]
    public void TheMappingHolds()
    {
        var finding = JsonTree.Parse(Written(SomeFinding.Full));

        Assert.Equal(200401, finding.GetProperty("type_uid").GetInt32());
        Assert.Equal(1746493531417, finding.GetProperty("time").GetInt64());
        Assert.Equal(3, finding.GetProperty("severity_id").GetInt32());
        Assert.Equal("1.8.0", finding.GetProperty("metadata").GetProperty("version").GetString());
        Assert.Equal("TA0002", finding.GetProperty("finding_info").GetProperty("attacks")[0].GetProperty("tactic").GetProperty("uid").GetString());
        Assert.Equal("T1610", finding.GetProperty("finding_info").GetProperty("attacks")[0].GetProperty("technique").GetProperty("uid").GetString());
        Assert.Equal("GCP", finding.GetProperty("cloud").GetProperty("provider").GetString());
        Assert.Equal("acme-prod", finding.GetProperty("cloud").GetProperty("project_uid").GetString());
        Assert.Equal("203.0.113.7", finding.GetProperty("evidences")[0].GetProperty("src_endpoint").GetProperty("ip").GetString());
        Assert.Equal(SomeFinding.Digest[7..], finding.GetProperty("evidences")[0].GetProperty("container").GetProperty("hash").GetProperty("value").GetString());
        Assert.Equal(["Resource UID", "Email Address", "IP Address", "HTTP User-Agent", "Container Image", "Hash"],
            finding.GetProperty("observables").EnumerateArray().Select(each => each.GetProperty("type").GetString()));
    }

    [Theory]
    [InlineData("private")]
    [InlineData("gce-internal-ip")]
    [InlineData("1")]
    [InlineData("")]
    public void ALiteralForACallerIsNoAddress(string ip)
    {
        var finding = SomeFinding.Full with { Occurrences = [SomeFinding.Full.Occurrences[0] with { Actor = new Actor { Principal = "x", CallerIp = ip } }] };
        Assert.False(JsonTree.Parse(Written(finding)).GetProperty("evidences")[0].TryGetProperty("src_endpoint", out _));
    }

    [Fact]
    public void ASubTechniqueIsOne()
    {
        var attack = JsonTree.Parse(Written(SomeFinding.Full with { Tactic = "IMPACT", Technique = "RESOURCE_HIJACKING", TechniquePage = "https://attack.mitre.org/techniques/T1496/001/" }))
            .GetProperty("finding_info").GetProperty("attacks")[0];
        Assert.Equal("TA0040", attack.GetProperty("tactic").GetProperty("uid").GetString());
        Assert.Equal("T1496.001", attack.GetProperty("sub_technique").GetProperty("uid").GetString());
    }

    [Fact]
    public void WhateverALogSaysTheRulesHold() => HostileFindings.Findings.Sample(hostile =>
    {
        // What comes from the detector, not from the log, is never empty.
        var finding = hostile with
        {
            Id = "i",
            Category = "c",
            Rule = "r",
            Tactic = "EXECUTION",
            Technique = "DEPLOY_CONTAINER",
            Resource = hostile.Resource with { Name = hostile.Resource.Name + "n" },
        };
        Assert.Empty(OcsfChecker.Faults(JsonTree.Parse(Written(finding))));
    }, iter: 500);
}
