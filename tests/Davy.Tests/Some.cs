using System.Text;
using System.Text.Json;
using Davy.CloudRun;
using Davy.Logs;

namespace Davy.Tests;

/// <summary>Values of no importance.</summary>
static class Some
{
    /// <summary>The place of a container's specification in an entry.</summary>
    public const string Specification = "protoPayload.response.spec.template.spec.containers[0]";

    /// <summary>A resource.</summary>
    public static CloudRunResource Resource() => new(ResourceKind.Service, "example-project", "us-central1", "svc");

    /// <summary>A deployment of containers.</summary>
    public static Deployment Deployment(params IReadOnlyList<Container> containers) => new()
    {
        Resource = Resource(),
        Entry = new("projects/example-project/logs/cloudaudit.googleapis.com%2Fsystem_event", "x1", null, "/Services.CreateService", AuditLogKind.SystemEvent),
        Containers = containers,
    };

    /// <summary>A container with arguments.</summary>
    public static Container Container(string image = "docker.io/example/app", params IReadOnlyList<string> args) => new()
    {
        Image = new(image, $"{Specification}.image"),
        Args = [.. args.Select((arg, index) => new PlacedText(arg, $"{Specification}.args[{index}]"))],
    };

    /// <summary>An environment variable.</summary>
    public static EnvironmentVariable Variable(string name, string value) => new(name, value, $"{Specification}.env[0].value");

    /// <summary>An entry of a system event that tells of a service with one container.</summary>
    public static LogEntry Entry(string image = "docker.io/example/app") => LogEntry.Parse(JsonTree.Parse(Encoding.UTF8.GetBytes($$$"""
        {
          "insertId": "x1",
          "logName": "projects/example-project/logs/cloudaudit.googleapis.com%2Fsystem_event",
          "timestamp": "2026-01-10T10:00:00.000000Z",
          "resource": {"type": "cloud_run_revision", "labels": {"location": "us-central1", "project_id": "example-project", "service_name": "svc"}},
          "protoPayload": {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
            "serviceName": "run.googleapis.com",
            "methodName": "/Services.CreateService",
            "resourceName": "namespaces/example-project/services/svc",
            "response": {
              "@type": "type.googleapis.com/google.cloud.run.v1.Service", "apiVersion": "serving.knative.dev/v1", "kind": "Service",
              "metadata": {"name": "svc", "namespace": "123456789012"},
              "spec": {"template": {"spec": {"containers": [{"image": {{{JsonSerializer.Serialize(image)}}} }]} } }
            }
          }
        }
        """), depth: 64).Root);
}
