using System.Globalization;
using System.Text.Json;
using Davy.Findings;
using Davy.Logs;

namespace Davy.Reports;

/// <summary>
/// SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), for code scanning at GitHub and whatever else reads it.
/// A result points to the line of the log that showed it first.
/// </summary>
/// <param name="options">Ancestry and names.</param>
public sealed class SarifReport(ReportOptions options) : IReport
{
    /// <summary>How many results a run may have at GitHub, which shows 5,000 of them (https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit).</summary>
    public const int ResultsKept = 25_000;

    const string Capped = "resultsCapped";

    /// <inheritdoc/>
    public void Write(IReadOnlyList<Finding> findings, IReadOnlyList<Doubt> doubts, Stream output)
    {
        var kept = findings.InOrder().Take(ResultsKept).ToList();
        var rules = kept.DistinctBy(finding => finding.Rule).OrderBy(finding => finding.Rule, StringComparer.Ordinal).ToList();

        using var json = JsonWriting.Document(output);
        json.WriteStartObject();
        json.WriteString("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        Tool(json, rules);
        Invocation(json, findings.Count, doubts);
        json.WriteString("columnKind", "utf16CodeUnits");

        json.WriteStartArray("results");
        foreach (var finding in kept)
        {
            Result(json, finding, rules.FindIndex(rule => rule.Rule == finding.Rule));
            json.Flush();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    void Tool(Utf8JsonWriter json, List<Finding> rules)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "Davy");
        json.Known("semanticVersion", options.DavyVersion);
        json.WriteStartArray("rules");
        foreach (var rule in rules) Rule(json, rule);
        json.WriteEndArray();

        json.WriteStartArray("notifications");
        foreach (var kind in Enum.GetValues<DoubtKind>()) Notice(json, Words.Value(kind), $"{Words.Said(kind)}.", "It could not be judged, and is not known to be clean.");
        Notice(json, Capped, "more was found than one run may hold.", "Davy's other formats hold it all.");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Rule(Utf8JsonWriter json, Finding finding)
    {
        var attack = MitreAttack.Of(finding.Tactic, finding.Technique, finding.TechniquePage);

        json.WriteStartObject();
        json.WriteString("id", finding.Rule);
        json.WriteString("name", string.Concat(finding.Category.Where(char.IsAsciiLetterOrDigit)));
        Text(json, "shortDescription", $"{TextSanitizer.Clean(finding.Category)}.");
        Text(json, "fullDescription", $"A Cloud Run resource was given a container that is known to mine cryptocurrency ({attack.TacticName}: {attack.TechniqueName}).");
        json.WriteString("helpUri", finding.TechniquePage);
        Text(json, "help", $"{NextSteps.Question} Then remove the container, and put a good image in its place. {NextSteps.Warning}");
        json.WriteStartObject("properties");
        json.WriteStartArray("tags");
        foreach (var tag in new[] { "security", "cloud-run", "cryptomining", attack.TechniqueId }.Where(tag => tag != "")) json.WriteStringValue(tag);
        json.WriteEndArray();
        json.WriteString("security-severity", "8.0");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Notice(Utf8JsonWriter json, string id, string what, string help)
    {
        var sentence = char.ToUpperInvariant(what[0]) + what[1..];
        json.WriteStartObject();
        json.WriteString("id", id);
        Text(json, "shortDescription", sentence);
        Text(json, "fullDescription", $"{sentence} {help}");
        Text(json, "help", help);
        json.WriteEndObject();
    }

    static void Invocation(Utf8JsonWriter json, int found, IReadOnlyList<Doubt> doubts)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", true);
        json.WriteStartArray("toolExecutionNotifications");
        if (found > ResultsKept)
        {
            var said = string.Create(CultureInfo.InvariantCulture, $"{ResultsKept} of {found} findings are listed, the gravest first: a run holds no more.");
            Notification(json, Capped, said, default);
        }

        foreach (var doubt in doubts.InOrder()) Notification(json, Words.Value(doubt.Kind), TextSanitizer.Clean(doubt.Detail), doubt.Location);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    static void Notification(Utf8JsonWriter json, string id, string text, EntryLocation location)
    {
        json.WriteStartObject();
        json.WriteStartObject("descriptor");
        json.WriteString("id", id);
        json.WriteEndObject();
        json.WriteString("level", "warning");
        Text(json, "message", text);
        if (SarifLocation.IsKnown(location))
        {
            json.WriteStartArray("locations");
            json.WriteStartObject();
            SarifLocation.Physical(json, location);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    void Result(Utf8JsonWriter json, Finding finding, int rule)
    {
        var names = new FindingNames(finding, options);

        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule);
        json.WriteNumber("ruleIndex", rule);
        json.WriteString("level", finding.Severity >= Severity.High ? "error" : "warning");
        Text(json, "message", FindingText.Description(finding, names));
        json.WriteStartArray("locations");
        json.WriteStartObject();
        if (SarifLocation.IsKnown(finding.Location)) SarifLocation.Physical(json, finding.Location);
        SarifLocation.Logical(json, names.Resource);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("partialFingerprints");
        json.WriteString("findingId/v1", finding.Id);
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteString("certainty", Words.Value(finding.Match.Certainty));
        json.Known("kind", Words.Value(finding.Match.Kind));
        json.Known("inspection", InspectionText.Values(finding));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Text(Utf8JsonWriter json, string key, string text)
    {
        json.WriteStartObject(key);
        json.WriteString("text", text);
        json.WriteEndObject();
    }
}
