using System.Text.Json;
using Davy.CloudRun;
using Davy.Findings;
using Davy.Logs;

namespace Davy.Reports;

/// <summary>The part <c>finding</c> of the published form (https://cloud.google.com/security-command-center/docs/reference/rest/v2/organizations.sources.findings).</summary>
static class PublishedFinding
{
    public static void Write(Utf8JsonWriter json, Finding finding, FindingNames names, ReportOptions options)
    {
        var detected = options.DetectedAt ?? finding.FirstSeen;
        var provider = options.EtdCompat ? "firstPartyFindingProviders/etd" : "thirdPartyFindingProviders/davy";

        json.WriteStartObject("finding");
        Access(json, finding);
        json.Empty("application");
        json.Empty("attackExposure");
        json.Known("canonicalName", names.CanonicalName);
        json.WriteString("category", finding.Category);
        json.Empty("chokepoint");
        json.Empty("cloudDlpDataProfile");
        json.Empty("cloudDlpInspection");
        Contacts(json, names);
        Containers(json, finding);
        json.WriteString("createTime", (options.KeptAt ?? detected).ToString());
        json.Empty("database");
        json.Empty("dataProtectionKeyGovernance");
        if (!options.EtdCompat) json.WriteString("description", FindingText.Description(finding, names));
        json.WriteString("eventTime", detected.ToString());
        json.Empty("exfiltration");
        json.Known("externalUri", names.ConsolePage);
        json.WriteString("findingClass", "THREAT");
        if (names.Organization != "") json.WriteString("findingProviderId", $"{names.Organization}/{provider}");
        json.Empty("indicator");
        json.Empty("kernelRootkit");
        json.Empty("kubernetes");
        LogEntries(json, finding);
        Attack(json, finding);
        Mute(json);
        json.Known("name", names.Name);
        if (!options.EtdCompat) json.WriteString("nextSteps", NextSteps.Text(finding, names));
        json.Known("parent", names.Parent);
        json.WriteString("parentDisplayName", options.EtdCompat ? "Event Threat Detection" : "Davy");
        json.Known("resourceName", names.FullProject);
        json.Empty("securityPosture");
        json.WriteString("severity", finding.Severity.Word);
        json.WriteString("state", "ACTIVE");
        json.Empty("vulnerability");
        json.Empty("externalSystems");
        json.WriteEndObject();
    }

    static void Access(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject("access");
        json.Known("principalEmail", finding.Actor?.Principal ?? "");
        json.Known("callerIp", finding.Actor?.CallerIp ?? "");
        json.Empty("callerIpGeo");
        json.Known("userAgent", finding.Actor?.UserAgent ?? "");
        json.WriteString("serviceName", "run.googleapis.com");
        json.Known("methodName", finding.Representative.Method);
        json.WriteEndObject();
    }

    static void Contacts(Utf8JsonWriter json, FindingNames names)
    {
        json.WriteStartObject("contacts");
        if (names.Ancestry is { SecurityContacts: [_, ..] contacts })
        {
            json.WriteStartObject("security");
            json.WriteStartArray("contacts");
            foreach (var email in contacts)
            {
                json.WriteStartObject();
                json.WriteString("email", email);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    static void Containers(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartArray("containers");
        foreach (var container in finding.Containers)
        {
            json.WriteStartObject();
            json.Known("name", container.Name);
            json.Known("uri", container.Uri);
            json.Known("imageId", container.ImageId);
            json.WriteString("createTime", Timestamp.Epoch.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void LogEntries(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartArray("logEntries");
        foreach (var entry in finding.Evidence.Where(entry => entry.Log is not AuditLogKind.Inventory))
        {
            LogEntry(json, entry);
        }

        json.WriteEndArray();
    }

    /// <summary>An entry that shows it.</summary>
    public static void LogEntry(Utf8JsonWriter json, EntryIdentity entry)
    {
        json.WriteStartObject();
        json.WriteStartObject("cloudLoggingEntry");
        json.Known("insertId", entry.InsertId);
        json.Known("logId", entry.LogId);
        json.Known("resourceContainer", entry.Parent);
        json.Known("timestamp", entry.Timestamp);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Attack(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject("mitreAttack");
        json.WriteString("primaryTactic", finding.Tactic);
        json.WriteStartArray("primaryTechniques");
        json.WriteStringValue(finding.Technique);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Mute(Utf8JsonWriter json)
    {
        json.WriteString("mute", "UNDEFINED");
        json.WriteStartObject("muteInfo");
        json.WriteStartObject("staticMute");
        json.WriteString("state", "UNDEFINED");
        json.WriteString("applyTime", Timestamp.Epoch.ToString());
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("muteUpdateTime", Timestamp.Epoch.ToString());
    }
}
