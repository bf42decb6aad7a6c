using System.Globalization;
using System.Text.Json;
using Davy.CloudRun;
using Davy.Findings;

namespace Davy.Reports;

/// <summary>The part <c>sourceProperties</c> of the published form; below <c>properties</c> stands what is Davy's own.</summary>
static class PublishedSourceProperties
{
    public static void Write(Utf8JsonWriter json, Finding finding, FindingNames names, ReportOptions options)
    {
        json.WriteStartObject("sourceProperties");
        SourceId(json, names);
        json.WriteStartObject("detectionCategory");
        json.WriteString("ruleName", finding.Rule);
        json.WriteEndObject();
        json.WriteString("detectionPriority", finding.Severity.Word);
        AffectedResources(json, names);
        Evidence(json, finding, names);
        Properties(json, finding, names, options);
        json.WriteString("findingId", finding.Id);
        ContextUris(json, finding, names);
        json.WriteEndObject();
    }

    /// <summary>What is Davy's own of a finding.</summary>
    public static void Properties(Utf8JsonWriter json, Finding finding, FindingNames names, ReportOptions options)
    {
        json.WriteStartObject("properties");
        FindingJson.Detector(json, options);
        FindingJson.Match(json, finding.Match);
        FindingJson.Inspections(json, finding);
        FindingJson.Resource(json, names);
        FindingJson.Deletion(json, finding);
        FindingJson.Occurrences(json, finding);
        json.WriteNumber("evidenceCount", finding.EvidenceCount);
        FindingJson.Actor(json, finding);
        FindingJson.History(json, finding);
        json.WriteEndObject();
    }

    static void SourceId(Utf8JsonWriter json, FindingNames names)
    {
        json.WriteStartObject("sourceId");
        json.Known("projectNumber", names.ProjectNumber);
        json.Known("customerOrganizationNumber", names.Ancestry?.Organization ?? "");
        json.WriteEndObject();
    }

    static void AffectedResources(Utf8JsonWriter json, FindingNames names)
    {
        json.WriteStartArray("affectedResources");
        foreach (var name in new[] { names.Resource.FullName, names.FullProject }.Where(name => name != ""))
        {
            json.WriteStartObject();
            json.WriteString("gcpResourceName", name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Evidence(Utf8JsonWriter json, Finding finding, FindingNames names)
    {
        json.WriteStartArray("evidence");
        foreach (var entry in finding.Evidence.Where(entry => entry.Log is not AuditLogKind.Inventory))
        {
            Evidence(json, entry, names.ProjectId);
        }

        json.WriteEndArray();
    }

    /// <summary>An entry that shows it.</summary>
    public static void Evidence(Utf8JsonWriter json, EntryIdentity entry, string projectId)
    {
        json.WriteStartObject();
        json.WriteStartObject("sourceLogId");
        json.Known("projectId", projectId);
        json.Known("resourceContainer", entry.Parent);
        if (entry.Timestamp is { } moment)
        {
            // The seconds are a text and the nanoseconds a number, as protobuf's JSON form has 64 and 32 bits.
            json.WriteStartObject("timestamp");
            json.WriteString("seconds", moment.Seconds.ToString(CultureInfo.InvariantCulture));
            json.WriteNumber("nanos", moment.Nanos);
            json.WriteEndObject();
        }

        json.Known("insertId", entry.InsertId);
        json.Known("logId", entry.LogId);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void ContextUris(Utf8JsonWriter json, Finding finding, FindingNames names)
    {
        json.WriteStartObject("contextUris");
        Link(json, "mitreUri", "MITRE Link", finding.TechniquePage);
        json.WriteStartArray("cloudLoggingQueryUri");
        if (names.LogsExplorer != "") Link(json, null, "Cloud Logging Query Link", names.LogsExplorer);
        json.WriteEndArray();
        json.Empty("relatedFindingUri");
        json.WriteEndObject();
    }

    static void Link(Utf8JsonWriter json, string? key, string displayName, string url)
    {
        if (key is null) json.WriteStartObject();
        else json.WriteStartObject(key);
        json.WriteString("displayName", displayName);
        json.WriteString("url", url);
        json.WriteEndObject();
    }
}
