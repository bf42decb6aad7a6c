using System.Text;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Reports;
using Davy.Tests.Reports;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.EndToEnd;

/// <summary>
/// The published example, rebuilt from what Davy is given: a log entry and an ancestry file. Of ours are only the values that stand for its placeholders, and the finding's id,
/// which is a hash; what Davy adds is on a list, and nothing else may differ.
/// </summary>
public sealed class PublishedExampleTests : IDisposable
{
    const string Id = "3a0c5f0f4f8ac5ac1e4c1f2f0a5c3b6e";
    const string Image = "docker.io/metal3d/xmrig@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    const string Entry = $$$"""
        {
          "insertId": "1a2b3c4d5e", "logName": "projects/acme-prod/logs/cloudaudit.googleapis.com%2Fsystem_event", "severity": "INFO",
          "timestamp": "2025-05-06T01:05:31.417999Z", "receiveTimestamp": "2025-05-06T01:05:32.100000001Z",
          "resource": {"type": "cloud_run_revision", "labels": {"location": "europe-west1", "project_id": "acme-prod", "service_name": "shop", "configuration_name": "", "revision_name": ""}},
          "protoPayload": {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
            "serviceName": "run.googleapis.com", "methodName": "/Services.DeleteService", "resourceName": "namespaces/acme-prod/services/shop", "status": {"message": "Deleted."},
            "response": {
              "@type": "type.googleapis.com/google.cloud.run.v1.Service", "apiVersion": "serving.knative.dev/v1", "kind": "Service",
              "metadata": {
                "name": "shop", "namespace": "444444444444", "generation": 3, "uid": "6f1d2c3b-0000-4000-8000-000000000001",
                "labels": {"cloud.googleapis.com/location": "europe-west1"}, "deletionTimestamp": "2025-05-06T01:05:31.400Z"
              },
              "spec": {"template": {"spec": {"containers": [ {"image": "{{{Image}}}"} ] } } }
            }
          }
        }
        """;

    const string AncestryText = """
        {
          "version": 1,
          "organizations": [{"number": "111111111111"}],
          "folders": [{"number": "222222222222", "displayName": "Shops", "parent": "organizations/111111111111"}],
          "projects": [{"number": "444444444444", "id": "acme-prod", "parent": "folders/222222222222", "securityContacts": ["security@example.com"]}]
        }
        """;

    static readonly (string Placeholder, string Value)[] Values =
    [
        ("PROJECT_NUMBER", "444444444444"), ("PROJECT_ID", "acme-prod"), ("FOLDER_NUMBER", "222222222222"), ("FOLDER_NAME", "Shops"), ("ORGANIZATION_ID", "111111111111"),
        ("EMAIL_ADDRESS", "security@example.com"), ("SOURCE_ID", "5678"), ("SERVICE_NAME", "shop"), ("INSERT_ID", "1a2b3c4d5e"), ("CONTAINER_IMAGE_ID", Image), ("FINDING_ID", Id),
        ("LINK_TO_LOG_QUERY", "https://console.cloud.google.com/logs/query;query=timestamp%3D%222025-05-06T01%3A05%3A31.417999Z%22%0AinsertId%3D%221a2b3c4d5e%22%0A"
            + "resource.labels.project_id%3D%22acme-prod%22?project=acme-prod"),
    ];

    readonly string _folder = Directory.CreateTempSubdirectory("davy-example-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static JsonNode Example()
    {
        var text = File.ReadAllText(RepositoryRoot.Shared("data", "shapes", "published-finding.json"));
        foreach (var (placeholder, value) in Values)
        {
            Assert.Contains(placeholder, text, StringComparison.Ordinal);
            text = text.Replace(placeholder, value, StringComparison.Ordinal);
        }

        return JsonNode.Parse(text)!;
    }

    [Fact]
    public void ItIsRebuiltWholeFromALogEntryAndAnAncestryFile()
    {
        var finding = Assert.Single(Scanning.Scan(Entry).Findings);
        Assert.True(finding.ResourceDeleted);
        var written = SomeFinding.Written(new PublishedForm(new()
        {
            Ancestry = AncestryFile.Parse("ancestry.json", Encoding.UTF8.GetBytes(AncestryText)),
            SourceId = "5678",
            EtdCompat = true,
            DetectedAt = SomeFinding.Time("2025-05-06T01:06:09.037Z"),
            KeptAt = SomeFinding.Time("2025-05-06T01:06:10.340Z"),
        }), finding with { Id = Id });

        Assert.Equal(Example().ToJsonString(), WithoutAdditions(JsonNode.Parse(written)!).ToJsonString());
    }

    [Fact]
    public void TheProgramRebuildsItToo()
    {
        var ancestry = Path.Combine(_folder, "ancestry.json");
        File.WriteAllText(ancestry, AncestryText);
        var clock = new FakeTimeProvider(new(2025, 5, 6, 1, 6, 9, 37, TimeSpan.Zero));

        var run = ProgramRun.Of(Encoding.UTF8.GetBytes(Entry), isTerminal: false, clock,
            "scan", "-", "--format", "scc", "--etd-compat", "--ancestry", ancestry, "--source-id", "5678", "--event-time", "detected");

        // A scan keeps nothing, so the time of keeping is the time of detection.
        var expected = Example();
        expected["finding"]!["createTime"] = "2025-05-06T01:06:09.037Z";
        var written = JsonNode.Parse(run.Text)!;
        var id = (string)written["sourceProperties"]!["findingId"]!;
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal(expected.ToJsonString(), WithoutAdditions(JsonNode.Parse(run.Text.Replace(id, Id, StringComparison.Ordinal))!).ToJsonString());
    }

    /// <summary>What is written without what Davy adds; of this finding, that is the reference as deployed and its own properties.</summary>
    static JsonNode WithoutAdditions(JsonNode written)
    {
        Assert.Contains("finding.containers[].uri", PublishedShape.Added);
        var container = Assert.Single(written["finding"]!["containers"]!.AsArray())!.AsObject();
        Assert.Equal(Image, (string?)container["uri"]);
        container.Remove("uri");

        var properties = written["sourceProperties"]!["properties"]!.AsObject();
        Assert.Equal("Davy", (string?)properties["detector"]!["name"]);
        Assert.All(properties, property => Assert.Contains($"sourceProperties.properties.{property.Key}", PublishedShape.Added));
        properties.Clear();
        return written;
    }
}
