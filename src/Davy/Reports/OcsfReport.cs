using System.Text.Json;
using Davy.Findings;
using Davy.Indicators;
using Davy.Logs;

namespace Davy.Reports;

/// <summary>
/// OCSF Detection Finding, class 2004 with the cloud profile, of schema 1.8.0 (https://schema.ocsf.io/1.8.0/classes/detection_finding): one object a line. Doubts have no class in it.
/// </summary>
/// <param name="options">Ancestry, source, times and names.</param>
public sealed class OcsfReport(ReportOptions options) : IReport
{
    const int DetectionFinding = 2004;
    const int Create = 1;

    /// <inheritdoc/>
    public void Write(IReadOnlyList<Finding> findings, IReadOnlyList<Doubt> doubts, Stream output)
    {
        using var json = JsonWriting.Line(output);
        foreach (var finding in findings.InOrder())
        {
            Write(json, finding, new(finding, options));
            json.EndLine(output);
        }
    }

    void Write(Utf8JsonWriter json, Finding finding, FindingNames names)
    {
        var created = options.KeptAt ?? options.DetectedAt ?? finding.FirstSeen;

        json.WriteStartObject();
        json.WriteNumber("activity_id", Create);
        json.WriteString("activity_name", "Create");
        json.WriteNumber("category_uid", 2);
        json.WriteString("category_name", "Findings");
        json.WriteNumber("class_uid", DetectionFinding);
        json.WriteString("class_name", "Detection Finding");
        json.WriteNumber("type_uid", DetectionFinding * 100 + Create);
        json.WriteString("type_name", "Detection Finding: Create");
        json.WriteNumber("time", Milliseconds(created));
        Moment(json, "start_time", FindingText.FirstSeen(finding));
        Moment(json, "end_time", FindingText.LastSeen(finding));
        json.WriteNumber("severity_id", SeverityId(finding.Severity));
        json.WriteString("severity", Title(finding.Severity.Word));
        json.WriteNumber("confidence_id", finding.Match.Certainty is Certainty.Certain ? 3 : 2);
        json.WriteString("confidence", finding.Match.Certainty is Certainty.Certain ? "High" : "Medium");
        json.WriteNumber("status_id", 1);
        json.WriteString("status", "New");
        json.WriteBoolean("is_alert", true);
        json.WriteString("message", FindingText.Description(finding, names));
        Metadata(json, finding);
        FindingInfo(json, finding, names, created);
        OcsfEvidence.Write(json, finding, names);
        Cloud(json, names);
        Remediation(json, finding, names);
        json.WriteStartObject("unmapped");
        PublishedSourceProperties.Properties(json, finding, names, options);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    void Metadata(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject("metadata");
        json.WriteString("version", "1.8.0");
        json.WriteStartArray("profiles");
        json.WriteStringValue("cloud");
        json.WriteEndArray();
        json.WriteStartObject("product");
        json.WriteString("name", "Davy");
        json.WriteString("vendor_name", "Davy");
        json.Known("version", options.DavyVersion);
        json.WriteEndObject();
        json.WriteString("uid", finding.Id);
        json.Known("log_name", finding.Representative.LogId);
        json.Known("original_time", finding.Representative.Timestamp);
        json.Known("correlation_uid", finding.Representative.InsertId);
        json.WriteEndObject();
    }

    static void FindingInfo(Utf8JsonWriter json, Finding finding, FindingNames names, Timestamp created)
    {
        json.WriteStartObject("finding_info");
        json.WriteString("uid", names.Name != "" ? names.Name : finding.Id);
        json.WriteString("title", finding.Category);
        json.WriteString("desc", FindingText.Description(finding, names));
        json.WriteStartArray("types");
        json.WriteStringValue("THREAT");
        json.WriteEndArray();
        json.WriteNumber("created_time", Milliseconds(created));
        Moment(json, "first_seen_time", FindingText.FirstSeen(finding));
        Moment(json, "last_seen_time", FindingText.LastSeen(finding));
        json.Known("src_url", names.ConsolePage);

        json.WriteStartObject("analytic");
        json.WriteNumber("type_id", 1);
        json.WriteString("type", "Rule");
        json.WriteString("name", finding.Rule);
        json.WriteString("uid", finding.Rule);
        json.WriteEndObject();
        Attacks(json, finding);
        json.WriteEndObject();
    }

    static void Attacks(Utf8JsonWriter json, Finding finding)
    {
        var attack = MitreAttack.Of(finding.Tactic, finding.Technique, finding.TechniquePage);
        var isSub = attack.TechniqueId.Contains('.', StringComparison.Ordinal);

        json.WriteStartArray("attacks");
        json.WriteStartObject();
        json.WriteStartObject("tactic");
        json.Known("uid", attack.TacticId);
        json.WriteString("name", attack.TacticName);
        json.WriteEndObject();
        json.WriteStartObject(isSub ? "sub_technique" : "technique");
        json.Known("uid", attack.TechniqueId);
        json.WriteString("name", attack.TechniqueName);
        json.Known("src_url", finding.TechniquePage);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    static void Cloud(Utf8JsonWriter json, FindingNames names)
    {
        json.WriteStartObject("cloud");
        json.WriteString("provider", "GCP");
        if (names.ProjectWord != "")
        {
            json.WriteStartObject("account");
            json.WriteString("uid", names.ProjectNumber != "" ? names.ProjectNumber : names.ProjectId);
            json.Known("name", names.ProjectDisplayName);
            json.WriteNumber("type_id", 11);
            json.WriteString("type", "GCP Project");
            json.WriteEndObject();
        }

        if (names.Ancestry is { Organization: not "" } known)
        {
            json.WriteStartObject("org");
            json.WriteString("uid", known.Organization);
            json.Known("name", known.OrganizationDisplayName);
            json.WriteEndObject();
        }

        json.Known("project_uid", names.ProjectWord);
        json.Known("region", names.Resource.Location);
        json.WriteEndObject();
    }

    static void Remediation(Utf8JsonWriter json, Finding finding, FindingNames names)
    {
        json.WriteStartObject("remediation");
        json.WriteString("desc", NextSteps.Text(finding, names));
        if (names.LogsExplorer != "")
        {
            json.WriteStartArray("references");
            json.WriteStringValue(names.LogsExplorer);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    static int SeverityId(Severity severity) => severity switch
    {
        Severity.Critical => 5,
        Severity.High => 4,
        Severity.Medium => 3,
        _ => 2,
    };

    static string Title(string word) => word[..1] + word[1..].ToLowerInvariant();

    static void Moment(Utf8JsonWriter json, string key, Timestamp? moment)
    {
        if (moment is { } known) json.WriteNumber(key, Milliseconds(known));
    }

    static long Milliseconds(Timestamp moment) => moment.Seconds * 1000 + moment.Nanos / 1_000_000;
}
