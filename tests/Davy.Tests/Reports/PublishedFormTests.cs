using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Indicators;
using Davy.Inspection;
using Davy.Reports;

namespace Davy.Tests.Reports;

public sealed class PublishedFormTests
{
    static readonly ReportOptions Compatible = SomeFinding.Known with { EtdCompat = true, ConsoleUri = "" };

    static JsonElement Written(Finding finding, ReportOptions options) => JsonTree.Parse(SomeFinding.Written(new PublishedForm(options), finding));

    [Fact]
    public void TheFormIsWholeAndInOrder()
    {
        var written = Rebuilt(ExampleFinding("acme-prod", "1a2b3c4d5e", "docker.io/metal3d/xmrig@" + SomeFinding.Digest), Compatible with
        {
            DetectedAt = SomeFinding.Time("2025-05-06T01:06:09.037Z"),
            KeptAt = SomeFinding.Time("2025-05-06T01:06:10.340Z"),
        });

        Assert.Equal(JsonNode.Parse(PublishedShape.Text)!.ToJsonString(), written);
    }

    [Fact]
    public void ThePublishedExampleIsRebuiltWhole()
    {
        var example = JsonNode.Parse(File.ReadAllText(RepositoryRoot.Shared("data", "shapes", "published-finding.json")))!;
        var project = new ProjectAncestry
        {
            Number = "PROJECT_NUMBER",
            Id = "PROJECT_ID",
            Folders = [new("FOLDER_NUMBER", "FOLDER_NAME")],
            Organization = "ORGANIZATION_ID",
            SecurityContacts = ["EMAIL_ADDRESS"],
        };

        var finding = ExampleFinding("PROJECT_ID", "INSERT_ID", "CONTAINER_IMAGE_ID");
        var written = Rebuilt(finding with { Id = "FINDING_ID", Resource = finding.Resource with { Name = "SERVICE_NAME" } }, new()
        {
            Ancestry = new([project]),
            SourceId = "SOURCE_ID",
            EtdCompat = true,
            DetectedAt = SomeFinding.Time("2025-05-06T01:06:09.037Z"),
            KeptAt = SomeFinding.Time("2025-05-06T01:06:10.340Z"),
        });

        Assert.Equal(example.ToJsonString(), written);
    }

    [Fact]
    public void NoKeyIsLostChangedOrAddedBeyondTheList()
    {
        var example = JsonTree.Paths(JsonTree.Parse(PublishedShape.Text));
        var written = JsonTree.Paths(Written(SomeFinding.Full, SomeFinding.Known));
        var byInspection = SomeFinding.Full with { Match = SomeFinding.Full.Match with { IsByInspection = true } };
        var clean = SomeFinding.Full with { Inspections = [SomeFinding.Full.Inspections[0] with { Verdict = ImageVerdict.Clean }] };
        foreach (var other in new[] { SomeFinding.Full with { Occurrences = [] }, byInspection, clean })
        {
            foreach (var path in JsonTree.Paths(Written(other, SomeFinding.Known))) written.TryAdd(path.Key, path.Value);
        }

        Assert.Empty(example.Keys.Except(written.Keys));
        Assert.Equal(PublishedShape.Added.Order(StringComparer.Ordinal), written.Keys.Except(example.Keys).Order(StringComparer.Ordinal));
        Assert.All(example, path => Assert.Equal(path.Value, written[path.Key]));
    }

    [Fact]
    public void ABareFindingInventsNothing()
    {
        var example = JsonTree.Paths(JsonTree.Parse(PublishedShape.Text));
        var written = JsonTree.Paths(Written(SomeFinding.Bare, ReportOptions.Default));

        Assert.Empty(written.Keys.Except(example.Keys).Except(PublishedShape.Added));
        Assert.All(example.Keys.Intersect(written.Keys), path => Assert.Equal(example[path], written[path]));
        Assert.Equal(PublishedShape.Unknowable.Order(StringComparer.Ordinal), example.Keys.Except(written.Keys).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void WithoutAnOrganisationNamesStandBelowTheProject()
    {
        var byNumber = Written(SomeFinding.Full, ReportOptions.Default).GetProperty("finding");
        Assert.Equal("projects/444444444444/sources/1815/locations/global/findings/0123456789abcdef0123456789abcdef", byNumber.GetProperty("name").GetString());
        Assert.Equal("projects/444444444444/sources/1815/locations/global", byNumber.GetProperty("parent").GetString());
        Assert.False(byNumber.TryGetProperty("findingProviderId", out _));

        var byId = Written(SomeFinding.Full with { ProjectNumber = "" }, ReportOptions.Default);
        Assert.Equal("projects/acme-prod/sources/1815/locations/global/findings/0123456789abcdef0123456789abcdef", byId.GetProperty("finding").GetProperty("canonicalName").GetString());
        Assert.Equal("//cloudresourcemanager.googleapis.com/projects/acme-prod", byId.GetProperty("resource").GetProperty("name").GetString());
    }

    [Fact]
    public void DavyDoesNotPassForGooglesOwnDetector()
    {
        var own = Written(SomeFinding.Full, SomeFinding.Known).GetProperty("finding");
        Assert.Equal("Davy", own.GetProperty("parentDisplayName").GetString());
        Assert.Equal("organizations/111111111111/thirdPartyFindingProviders/davy", own.GetProperty("findingProviderId").GetString());

        var compatible = Written(SomeFinding.Full, Compatible);
        Assert.Equal("Event Threat Detection", compatible.GetProperty("finding").GetProperty("parentDisplayName").GetString());
        Assert.Equal("Davy", compatible.GetProperty("sourceProperties").GetProperty("properties").GetProperty("detector").GetProperty("name").GetString());
    }

    [Fact]
    public void AProjectThatTheLogCallsByNumberIsCalledByIdWhereTheIdIsKnown()
    {
        var affected = Written(SomeFinding.Full with { Resource = SomeFinding.Full.Resource with { Project = "444444444444" } }, SomeFinding.Known)
            .GetProperty("sourceProperties").GetProperty("affectedResources");

        Assert.Equal("//run.googleapis.com/namespaces/acme-prod/services/shop", affected[0].GetProperty("gcpResourceName").GetString());
        Assert.Equal("//cloudresourcemanager.googleapis.com/projects/444444444444", affected[affected.GetArrayLength() - 1].GetProperty("gcpResourceName").GetString());
    }

    [Fact]
    public void TheLogTimeStandsForBothTimesUnlessToldOtherwise()
    {
        var byLog = Written(SomeFinding.Full, SomeFinding.Known).GetProperty("finding");
        Assert.Equal("2025-05-06T01:05:31.417999Z", byLog.GetProperty("eventTime").GetString());
        Assert.Equal("2025-05-06T01:05:31.417999Z", byLog.GetProperty("createTime").GetString());

        var detected = Written(SomeFinding.Full, SomeFinding.Known with { DetectedAt = SomeFinding.Time("2026-01-01T00:00:00Z") }).GetProperty("finding");
        Assert.Equal("2026-01-01T00:00:00Z", detected.GetProperty("eventTime").GetString());
        Assert.Equal("2026-01-01T00:00:00Z", detected.GetProperty("createTime").GetString());
    }

    [Fact]
    public void OneFindingIsOneLineInWhateverOrderTheyCome()
    {
        var certain = SomeFinding.Full with { Id = "a", Match = SomeFinding.Full.Match with { Certainty = Certainty.Certain } };
        var report = new PublishedForm(SomeFinding.Known);

        var written = SomeFinding.Written(report, SomeFinding.Full, certain, SomeFinding.Bare);
        Assert.Equal(written, SomeFinding.Written(report, SomeFinding.Bare, certain, SomeFinding.Full));
        Assert.Equal(["HIGH", "HIGH", "MEDIUM"],
            written.TrimEnd('\n').Split('\n').Select(line => JsonTree.Parse(line).GetProperty("finding").GetProperty("severity").GetString()));
    }

    [Fact]
    public void NextStepsAreTwoAndWarn()
    {
        var text = Written(SomeFinding.Full, SomeFinding.Known).GetProperty("finding").GetProperty("nextSteps").GetString()!;

        Assert.Contains("1. Remove the container", text, StringComparison.Ordinal);
        Assert.Contains("2. Put a good image in its place", text, StringComparison.Ordinal);
        Assert.Contains("may disturb operations", text, StringComparison.Ordinal);
    }

    /// <summary>A finding that tells what the published example tells: a deletion, without an actor.</summary>
    static Finding ExampleFinding(string project, string insertId, string imageId)
    {
        var entry = SomeFinding.Entry with { LogName = $"projects/{project}/logs/cloudaudit.googleapis.com%2Fsystem_event", InsertId = insertId, Method = "/Services.DeleteService" };
        return SomeFinding.Full with
        {
            Resource = SomeFinding.Full.Resource with { Project = project },
            ProjectNumber = "",
            Match = SomeFinding.Full.Match with { Certainty = Certainty.Certain },
            Containers = [new("", "", imageId)],
            Evidence = [entry],
            Representative = entry,
            Occurrences = [new() { Id = "shop-00002-abc" }],
        };
    }

    /// <summary>What is written, without what the example cannot hold: Davy's own properties, and the address behind <c>LINK_TO_LOG_QUERY</c>, which has its own tests.</summary>
    static string Rebuilt(Finding finding, ReportOptions options)
    {
        var written = JsonNode.Parse(SomeFinding.Written(new PublishedForm(options), finding))!;
        var properties = written["sourceProperties"]!["properties"]!.AsObject();
        Assert.Equal("Davy", (string?)properties["detector"]!["name"]);
        properties.Clear();

        var link = written["sourceProperties"]!["contextUris"]!["cloudLoggingQueryUri"]![0]!;
        Assert.StartsWith("https://console.cloud.google.com/logs/query;query=", (string?)link["url"], StringComparison.Ordinal);
        link["url"] = "LINK_TO_LOG_QUERY";
        return written.ToJsonString();
    }
}
