using System.Text.Json;
using Davy.Findings;

namespace Davy.Reports;

/// <summary>
/// One JSON document in our own words: <c>{"version": 1, "davy": "0.1.0", "findings": […], "doubts": […]}</c>.
/// It names no file and no line, so the order of reading leaves no trace in it.
/// </summary>
/// <param name="options">Ancestry, source and names.</param>
public sealed class JsonReport(ReportOptions options) : IReport
{
    /// <inheritdoc/>
    public void Write(IReadOnlyList<Finding> findings, IReadOnlyList<Doubt> doubts, Stream output)
    {
        using var json = JsonWriting.Document(output);
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.Known("davy", options.DavyVersion);

        json.WriteStartArray("findings");
        foreach (var finding in findings.InOrder())
        {
            Write(json, finding, new(finding, options));
            json.Flush();
        }

        json.WriteEndArray();
        json.WriteStartArray("doubts");
        foreach (var doubt in doubts.InOrder()) Write(json, doubt);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    static void Write(Utf8JsonWriter json, Finding finding, FindingNames names)
    {
        json.WriteStartObject();
        json.WriteString("id", finding.Id);
        json.WriteString("category", finding.Category);
        json.WriteString("rule", finding.Rule);
        json.WriteString("severity", finding.Severity.Word);
        json.WriteString("certainty", Words.Value(finding.Match.Certainty));
        json.Known("kind", Words.Value(finding.Match.Kind));
        json.WriteString("description", FindingText.Description(finding, names));
        FindingJson.Resource(json, names);
        FindingJson.Match(json, finding.Match);
        FindingJson.Inspections(json, finding);
        Containers(json, finding);
        FindingJson.Actor(json, finding);
        FindingJson.Occurrences(json, finding);
        FindingJson.Deletion(json, finding);
        Evidence(json, finding);
        FindingJson.History(json, finding);

        json.WriteStartObject("mitreAttack");
        json.WriteString("tactic", finding.Tactic);
        json.WriteString("technique", finding.Technique);
        json.WriteString("page", finding.TechniquePage);
        json.WriteEndObject();

        json.Known("logsExplorer", names.LogsExplorer);
        json.Known("consolePage", names.ConsolePage);
        Next(json, finding, names);
        json.WriteEndObject();
    }

    static void Containers(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartArray("containers");
        foreach (var container in finding.Containers)
        {
            json.WriteStartObject();
            json.Known("name", container.Name);
            json.Known("image", container.Uri);
            json.Known("ran", FindingText.Ran(container));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Evidence(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject("evidence");
        json.WriteNumber("count", finding.EvidenceCount);
        json.WriteStartArray("entries");
        foreach (var entry in finding.Evidence)
        {
            json.WriteStartObject();
            json.Known("logName", entry.LogName);
            json.Known("insertId", entry.InsertId);
            json.Known("timestamp", entry.Timestamp);
            json.Known("method", entry.Method);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Next(Utf8JsonWriter json, Finding finding, FindingNames names)
    {
        json.WriteStartObject("nextSteps");
        json.WriteString("question", NextSteps.Question);
        json.WriteStartArray("steps");
        foreach (var step in NextSteps.Of(finding, names))
        {
            json.WriteStartObject();
            json.WriteString("what", step.What);
            json.Known("command", step.Command);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("warning", NextSteps.Warning);
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, Doubt doubt)
    {
        json.WriteStartObject();
        json.WriteString("kind", Words.Value(doubt.Kind));
        json.WriteString("key", doubt.Key);
        json.Known("project", doubt.Project);
        json.WriteString("detail", doubt.Detail);
        json.Known("example", doubt.Example);
        json.WriteEndObject();
    }
}
