using System.Text.Json.Nodes;
using Davy.CloudRun;

namespace Davy.Tests.CloudRun;

/// <summary>What runs now, as tools print it: objects of Knative v1 and of API v2, alone, in lists, and in assets.</summary>
public sealed class BareObjectTests
{
    const string Containers = """[{"image": "metal3d/xmrig"}]""";
    const string Knative = """{"metadata": {"name": "web", "namespace": "p", "labels": {"cloud.googleapis.com/location": "l"}, "annotations": {"run.googleapis.com/ingress": "all"}}, "spec": {"template": {"spec": {"containers": [{"image": "metal3d/xmrig"}]}}}}""";
    const string KnativeWithVersion = """{"apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": {"name": "web", "namespace": "p", "labels": {"cloud.googleapis.com/location": "l"}}, "spec": {"template": {"spec": {"containers": [{"image": "metal3d/xmrig"}]}}}}""";

    static string V2(string name, string template) =>
        $$"""{"name": "projects/p/locations/l/{{name}}", "createTime": "2026-01-10T01:00:08Z", "creator": "dev@example.com", "launchStage": "GA", {{template}}}""";

    [Theory]
    [InlineData("services/web", """ "template": {"containers": CONTAINERS} """, "projects/p/locations/l/services/web")]
    [InlineData("services/web/revisions/web-1", """ "service": "web", "containers": CONTAINERS """, "projects/p/locations/l/services/web")]
    [InlineData("jobs/night", """ "template": {"template": {"containers": CONTAINERS}} """, "projects/p/locations/l/jobs/night")]
    [InlineData("jobs/night/executions/night-x", """ "template": {"containers": CONTAINERS} """, "projects/p/locations/l/jobs/night")]
    [InlineData("workerPools/pool", """ "template": {"containers": CONTAINERS} """, "projects/p/locations/l/workerPools/pool")]
    [InlineData("workerPools/pool/revisions/pool-1", """ "containers": CONTAINERS """, "projects/p/locations/l/workerPools/pool")]
    public void AnObjectOfApiV2IsKnownByItsName(string name, string template, string resource)
    {
        var json = V2(name, template.Replace("CONTAINERS", Containers, StringComparison.Ordinal));

        foreach (var log in new[] { json, $"[{json}]", $$"""{"services": [{{json}}], "nextPageToken": ""}""", $$"""{"workerPools": [{{json}}]}""" })
        {
            var finding = Assert.Single(Scanning.Scan(log).Findings);
            Assert.Equal(resource, finding.Resource.AdminName);
            Assert.Equal("dev@example.com", finding.Actor?.Principal);
        }
    }

    [Theory]
    [InlineData($$"""{"apiVersion": "serving.knative.dev/v1", "kind": "ServiceList", "items": [{{Knative}}]}""")]
    [InlineData(Knative)]
    [InlineData($$"""{"name": "//run.googleapis.com/projects/p/locations/l/services/web", "assetType": "run.googleapis.com/Service", "resource": {"version": "v1", "data": {{KnativeWithVersion}} } }""")]
    public void AnObjectOfKnativeIsKnownWithoutItsVersionAndInAnAsset(string log) =>
        Assert.Equal(new(ResourceKind.Service, "p", "l", "web"), Assert.Single(Scanning.Scan(log).Findings).Resource);

    [Theory]
    [InlineData("""{"name": "//run.googleapis.com/projects/p/locations/l/services/web", "assetType": "run.googleapis.com/Service"}""", "--content-type=resource")]
    [InlineData("""{"logName": "projects/p/logs/cloudaudit.googleapis.com%2Fsystem_event", "protopayload_auditlog": {"serviceName": "run.googleapis.com", "responseJson": "{}"}}""", "BigQuery")]
    public void AFormThatDoesNotShowTheObjectIsRejectedAndNotPassedOver(string log, string advice)
    {
        var summary = Scanning.Scan(log).Summary;

        Assert.Equal(1, summary.Rejected);
        Assert.Contains(advice, summary.RejectedEntries[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void AnInternalCallWhoseSystemEventShowsNoContainerIsADoubt()
    {
        var entry = JsonNode.Parse(Some.Entry("docker.io/example/app").Json.Json)!;
        entry["protoPayload"]!["methodName"] = "/InternalServices.ReplaceInternalService";
        entry["protoPayload"]!["response"]!["spec"] = new JsonObject { ["box"] = new JsonObject { ["image"] = "metal3d/xmrig" } };

        Assert.Single(Scanning.Scan(entry.ToJsonString()).Doubts);
    }

    [Fact]
    public void AContainerWithinAContainerIsFound()
    {
        var entry = JsonNode.Parse(Some.Entry("docker.io/example/app").Json.Json)!;
        entry["protoPayload"]!["response"]!["spec"]!["template"]!["spec"]!["containers"]![0]!["with"] = new JsonObject { ["containers"] = JsonNode.Parse(Containers) };

        Assert.Single(Scanning.Scan(entry.ToJsonString()).Findings);
    }

    [Fact]
    public void AnUpdateThatMayCreateAppliesMoreThanItsMask()
    {
        const string Update = """
            {
              "logName": "projects/p/logs/cloudaudit.googleapis.com%2Factivity", "resource": {"type": "cloud_run_revision", "labels": {"project_id": "p", "service_name": "web", "location": "l"}},
              "protoPayload": {
                "serviceName": "run.googleapis.com", "methodName": "google.cloud.run.v2.Services.UpdateService", "resourceName": "projects/p/locations/l/services/web",
                "request": {"updateMask": "labels", "allowMissing": true, "service": {"template": {"containers": [{"image": "metal3d/xmrig"}]}}}
              }
            }
            """;

        Assert.Single(Scanning.Scan(Update).Findings);
        Assert.Empty(Scanning.Scan(Update.Replace("true", "false", StringComparison.Ordinal)).Findings);
    }
}
