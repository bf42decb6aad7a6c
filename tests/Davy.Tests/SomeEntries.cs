using System.Globalization;
using System.Text.Json.Nodes;

namespace Davy.Tests;

/// <summary>Log entries of deployments, as Cloud Logging gives them.</summary>
static class SomeEntries
{
    /// <summary>What brings a finding.</summary>
    public const string Miner = "metal3d/xmrig";

    /// <summary>The time of an entry.</summary>
    public static string At(int second) => new DateTime(2026, 1, 10, 1, 0, 0, DateTimeKind.Utc).AddSeconds(second).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A system event: a service has this image.</summary>
    public static JsonObject SystemEvent(string project, string service, string image = Miner, string operation = "op", int second = 9) => Entry(project, service, "system_event", "/Services.ReplaceService", $"s-{service}-{second}", second, new JsonObject
    {
        ["response"] = Body(service, operation, new JsonObject { ["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["image"] = image }) } } }),
    });

    /// <summary>A system event of the revision that ran: it names the digest, too.</summary>
    public static JsonObject Revision(string project, string service, string image, string ran, string operation = "op", int second = 10)
    {
        var body = Body($"{service}-00001-abc", operation, new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["image"] = image }) });
        body["@type"] = "type.googleapis.com/google.cloud.run.v1.Revision";
        body["metadata"]!["labels"] = new JsonObject { ["serving.knative.dev/service"] = service };
        body["status"] = new JsonObject { ["imageDigest"] = ran };
        return Entry(project, service, "system_event", "/Services.ReplaceService", $"r-{service}-{second}", second, new JsonObject { ["response"] = body });
    }

    /// <summary>The call that deployed: it names the caller, and no image.</summary>
    public static JsonObject Activity(string project, string service, string operation = "op", int second = 8, string caller = "caller@example.com") => Entry(project, service, "activity", "google.cloud.run.v1.Services.ReplaceService", $"a-{service}-{second}", second, new JsonObject
    {
        ["authenticationInfo"] = new JsonObject { ["principalEmail"] = caller },
        ["requestMetadata"] = new JsonObject { ["callerIp"] = "192.0.2.66" },
        ["response"] = Body(service, operation, null),
    });

    static JsonObject Body(string service, string operation, JsonObject? spec)
    {
        JsonObject body = new()
        {
            ["@type"] = "type.googleapis.com/google.cloud.run.v1.Service",
            ["metadata"] = new JsonObject { ["name"] = service, ["annotations"] = new JsonObject { ["run.googleapis.com/operation-id"] = operation } },
        };
        if (spec is not null) body["spec"] = spec;
        return body;
    }

    static JsonObject Entry(string project, string service, string log, string method, string id, int second, JsonObject payload)
    {
        payload["@type"] = "type.googleapis.com/google.cloud.audit.AuditLog";
        payload["serviceName"] = "run.googleapis.com";
        payload["methodName"] = method;
        payload["resourceName"] = $"namespaces/{project}/services/{service}";
        return new()
        {
            ["insertId"] = id,
            ["logName"] = $"projects/{project}/logs/cloudaudit.googleapis.com%2F{log}",
            ["timestamp"] = At(second),
            ["resource"] = new JsonObject { ["type"] = "cloud_run_revision", ["labels"] = new JsonObject { ["project_id"] = project, ["service_name"] = service, ["location"] = "europe-west1" } },
            ["protoPayload"] = payload,
        };
    }
}
