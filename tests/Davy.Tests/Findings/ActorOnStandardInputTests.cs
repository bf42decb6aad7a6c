using System.Text;
using Davy.CloudRun;
using Davy.Indicators;
using Davy.Logs;

namespace Davy.Tests.Findings;

/// <summary>Who deployed, as far as an input tells that cannot be read twice.</summary>
public sealed class ActorOnStandardInputTests
{
    const string SystemEvent = """
        {"insertId": "s", "logName": "projects/p/logs/cloudaudit.googleapis.com%2Fsystem_event", "timestamp": "2026-01-10T01:00:09Z",
         "resource": {"type": "cloud_run_revision", "labels": {"project_id": "p", "service_name": "web", "location": "l"}},
         "protoPayload": {"serviceName": "run.googleapis.com", "methodName": "/Services.ReplaceService", "response": {
           "@type": "type.googleapis.com/google.cloud.run.v1.Service",
           "metadata": {"name": "web", "annotations": {"run.googleapis.com/operation-id": "op", "serving.knative.dev/creator": "old@example.com", "serving.knative.dev/lastModifier": "new@example.com"}},
           "spec": {"template": {"spec": {"containers": [{"image": "metal3d/xmrig"}]}}}}}}
        """;

    const string Activity = """
        {"insertId": "a", "logName": "projects/p/logs/cloudaudit.googleapis.com%2Factivity", "timestamp": "2026-01-10T01:00:08Z",
         "resource": {"type": "cloud_run_revision", "labels": {"project_id": "p", "service_name": "web", "location": "l"}},
         "protoPayload": {"serviceName": "run.googleapis.com", "methodName": "google.cloud.run.v1.Services.ReplaceService",
           "authenticationInfo": {"principalEmail": "caller@example.com"}, "requestMetadata": {"callerIp": "192.0.2.66"},
           "response": {"@type": "type.googleapis.com/google.cloud.run.v1.Service", "metadata": {"name": "web", "annotations": {"run.googleapis.com/operation-id": "op"}}}}}
        """;

    static Actor? ActorOf(params IEnumerable<string> entries)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', entries));
        return Assert.Single(Scanning.Scan(IndicatorSet.Default, [new LogInput("-", () => new MemoryStream(bytes), null, false)]).Findings).Actor;
    }

    [Fact]
    public void TheCallOfTheSameOperationTells()
    {
        foreach (var actor in new[] { ActorOf(Activity, SystemEvent), ActorOf(SystemEvent, Activity) })
        {
            Assert.Equal(("caller@example.com", "192.0.2.66", ActorBasis.Operation), (actor?.Principal, actor?.CallerIp, actor?.Basis));
        }
    }

    [Fact]
    public void WithoutItTheAnnotationsTell()
    {
        var actor = ActorOf(SystemEvent);

        Assert.Equal(("new@example.com", "", ActorBasis.Annotation), (actor?.Principal, actor?.CallerIp, actor?.Basis));
        Assert.Equal("old@example.com", ActorOf(SystemEvent.Replace("lastModifier", "other", StringComparison.Ordinal))?.Principal);
    }
}
