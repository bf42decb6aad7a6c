using System.Text.Json;
using Davy.Images.Content;
using Davy.Inspection;

namespace Davy.Reports;

/// <summary>What an image says of itself, as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html): a result for each piece of evidence that is no mere mention.</summary>
public static class ImageSarifReport
{
    const int ResultsKept = 5_000;

    static readonly (string Id, string Text)[] Rules =
    [
        ("image-miner", "The image runs a cryptocurrency miner."),
        ("image-contains-miner", "The image contains a cryptocurrency miner."),
        ("image-suspicious", "The image has signs of a cryptocurrency miner."),
    ];

    /// <summary>Writes a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="version">Davy's version; empty for unknown.</param>
    /// <param name="output">Where to.</param>
    public static void Write(ImageReport report, string version, Stream output)
    {
        using var json = JsonWriting.Document(output);
        json.WriteStartObject();
        json.WriteString("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        Tool(json, version);
        Invocation(json, report);
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartArray("results");
        foreach (var evidence in report.Images.SelectMany(image => image.Evidence).Where(each => each.Points >= 2 && each.Role is not EvidenceRole.Mentioned).Take(ResultsKept)) Result(json, report, evidence);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    static void Tool(Utf8JsonWriter json, string version)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "Davy");
        json.Known("semanticVersion", version);
        Descriptors(json, "rules", Rules);
        Descriptors(json, "notifications", [.. Enum.GetValues<UnreadableReason>().Select(reason => (ImageWords.Value(reason), "A part of the image was not looked at."))]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Descriptors(Utf8JsonWriter json, string name, IReadOnlyList<(string Id, string Text)> all)
    {
        json.WriteStartArray(name);
        foreach (var (id, text) in all)
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            Text(json, "shortDescription", text);
            Text(json, "fullDescription", text);
            Text(json, "help", "docs/image-inspection.md tells what was looked for.");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Invocation(Utf8JsonWriter json, ImageReport report)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", report.Failure is null);
        json.WriteStartArray("toolExecutionNotifications");
        IEnumerable<Obstacle> obstacles = report.Failure is { } failure ? [failure] : report.Images.SelectMany(image => image.Obstacles);
        foreach (var obstacle in obstacles)
        {
            json.WriteStartObject();
            json.WriteStartObject("descriptor");
            json.WriteString("id", ImageWords.Value(obstacle.Reason));
            json.WriteEndObject();
            json.WriteString("level", "warning");
            Text(json, "message", TextSanitizer.Clean(obstacle.Text, 1_000));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    static void Result(Utf8JsonWriter json, ImageReport report, ImageEvidence evidence)
    {
        var rule = evidence.Points < 4 ? 2 : evidence.Role is EvidenceRole.Runs ? 0 : 1;
        json.WriteStartObject();
        json.WriteString("ruleId", Rules[rule].Id);
        json.WriteNumber("ruleIndex", rule);
        json.WriteString("level", rule == 2 ? "warning" : "error");
        Text(json, "message", $"{TextSanitizer.Clean(evidence.Why, 1_000)} {string.Join(", ", evidence.Signs.Take(5).Select(sign => TextSanitizer.Clean(sign.Id)))}");
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", SarifLocation.Artifact(evidence.Place.TrimStart('/')));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("logicalLocations");
        json.WriteStartObject();
        json.WriteString("fullyQualifiedName", TextSanitizer.Clean(report.Name));
        json.WriteString("kind", "resource");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("properties");
        json.WriteNumber("points", evidence.Points);
        json.WriteString("role", ImageWords.Value(evidence.Role));
        json.Known("sha256", evidence.File?.Hex ?? "");
        json.Known("layer", evidence.Layer?.Digest?.ToString() ?? "");
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
