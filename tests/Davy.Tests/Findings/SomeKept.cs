using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Storage;

namespace Davy.Tests.Findings;

/// <summary>Findings to keep, and what stands around them, where only what the test is about is said.</summary>
static class SomeKept
{
    public const string Node = "organizations/1";
    public const string SourceId = "davy";

    public static Source Source { get; } = new() { SourceId = SourceId, Parent = Node, DisplayName = "Davy" };

    public static FindingName Name(string id) => new(Node, SourceId, id);

    public static NewFinding New(string id, string category = "Execution: Cryptomining Docker Image", string severity = "HIGH", string project = "100", Action<JsonObject>? edit = null)
    {
        var finding = Object($$"""
            {
              "category": "{{category}}", "severity": "{{severity}}", "eventTime": "2026-01-10T09:00:00.123456789Z", "findingClass": "THREAT",
              "resourceName": "//cloudresourcemanager.googleapis.com/projects/{{project}}",
              "access": {"principalEmail": "mallory@example.com", "callerIp": "192.0.2.66"},
              "logEntries": [{"cloudLoggingEntry": {"insertId": "a", "logId": "l", "resourceContainer": "projects/p", "timestamp": "2026-01-10T09:00:00Z"} }],
              "sourceProperties": {"properties": {
                "detector": {"name": "Davy"}, "resource": {"kind": "service", "name": "svc"},
                "occurrences": {"count": 1, "first": "2026-01-10T09:00:00Z", "last": "2026-01-10T09:00:00Z",
                  "list": [{"id": "op1", "digest": "sha256:aa", "actor": {"principal": "mallory@example.com"}, "first": "2026-01-10T09:00:00Z", "last": "2026-01-10T09:00:00Z"}]},
                "evidenceCount": 1} }
            }
            """);
        edit?.Invoke(finding);
        return new(Name(id), new(finding.ToJsonString(), Resource(project).ToJsonString()));
    }

    public static JsonObject Resource(string project) => Object($$"""
        {
          "name": "//cloudresourcemanager.googleapis.com/projects/{{project}}", "type": "google.cloud.resourcemanager.Project",
          "gcpMetadata": {
            "project": "//cloudresourcemanager.googleapis.com/projects/{{project}}", "projectDisplayName": "project-{{project}}",
            "folders": [{"resourceFolder": "//cloudresourcemanager.googleapis.com/folders/{{project[0]}}"}], "organization": "organizations/1"
          }
        }
        """);

    public static JsonObject Object(string text) => (JsonObject)JsonNode.Parse(text)!;

    public static JsonObject Document(this KeptFinding finding) => Object(finding.Content.Document);

    /// <summary>The text of a field of the document.</summary>
    public static string Field(this KeptFinding finding, params string[] path)
    {
        JsonNode? node = finding.Document();
        foreach (var name in path) node = node?[name];
        return node?.ToString() ?? "";
    }

    /// <summary>A filter small enough to be seen through: <c>path=value</c>, joined by <c> AND </c>; empty for all. The path is one that has a column.</summary>
    public static FindingCondition ReadFilter(string text)
    {
        if (text == "") return FindingCondition.Always;

        SqlParameters values = new("p");
        List<string> sql = [];
        List<Func<JsonElement, JsonElement, bool>> all = [];
        foreach (var part in text.Split(" AND "))
        {
            var (path, value) = (part[..part.IndexOf('=')], part[(part.IndexOf('=') + 1)..]);
            sql.Add($"{FindingColumns.ByPath[path].Sql} = {values.Add(value)}");
            all.Add((finding, _) => (finding.TryGetProperty(Camel(path), out var found) ? found.GetString() : "") == value);
        }

        return new(new(string.Join(" AND ", sql), values.Values), (finding, resource) => all.All(each => each(finding, resource)));
    }

    static string Camel(string path) => string.Concat(path.Split('_').Select((word, place) => place == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
}
