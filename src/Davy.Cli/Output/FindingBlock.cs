using System.Globalization;
using System.Text.Json;
using Davy.Reports;

namespace Davy.Cli.Output;

/// <summary>A finding of a server, for a person: a heading, then a row for each thing that is known. Every value is made safe to show.</summary>
static class FindingBlock
{
    const int MostText = 2_000;

    static readonly (string Label, string[] Paths)[] Rows =
    [
        ("what", ["finding.description"]),
        ("image", ["finding.containers.uri"]),
        ("ran", ["finding.containers.imageId"]),
        ("inside", ["finding.sourceProperties.properties.inspection.verdict"]),
        ("who", ["finding.access.principalEmail"]),
        ("from", ["finding.access.callerIp", "finding.access.userAgent"]),
        ("when", ["finding.eventTime"]),
        ("kept", ["finding.createTime"]),
        ("project", ["resource.gcpMetadata.projectDisplayName", "resource.resourcePathString"]),
        ("link", ["finding.externalUri"]),
    ];

    /// <summary>Writes it.</summary>
    /// <param name="result">The finding, in <c>finding</c>, and what is known of its project, in <c>resource</c>.</param>
    /// <param name="output">Where to.</param>
    public static void Write(JsonElement result, TextWriter output)
    {
        var match = string.Join(", ", new[] { Value(result, "finding.sourceProperties.properties.match.kind"), Value(result, "finding.sourceProperties.properties.match.certainty") }.Where(text => text != ""));
        output.WriteLine($"{Value(result, "finding.severity")}  {Value(result, "finding.category")}{(match == "" ? "" : $"  {match}")}".Trim());
        Row(output, "name", Value(result, "finding.name"));
        Row(output, "state", State(result));
        foreach (var (label, paths) in Rows) Row(output, label, string.Join(", ", paths.Select(path => Value(result, path)).Where(text => text != "").Distinct(StringComparer.Ordinal)));

        var count = Value(result, "finding.sourceProperties.properties.occurrences.count");
        if (count != "") Row(output, "seen", $"{Value(result, "finding.sourceProperties.properties.occurrences.first")} to {Value(result, "finding.sourceProperties.properties.occurrences.last")}, deployments: {count}");
        Row(output, "marks", Marks(result));
    }

    /// <summary>The security marks as <c>key=value</c>, one after the other.</summary>
    /// <param name="result">The finding, in <c>finding</c>.</param>
    public static string Marks(JsonElement result) =>
        result.TryGetProperty("finding", out var finding) && finding.ValueKind is JsonValueKind.Object && finding.TryGetProperty("securityMarks", out var marks) && marks.ValueKind is JsonValueKind.Object
        && marks.TryGetProperty("marks", out var all) && all.ValueKind is JsonValueKind.Object
            ? string.Join(", ", all.EnumerateObject().Select(mark => TextSanitizer.Clean($"{mark.Name}={ResultField.TextOf(mark.Value)}", MostText)))
            : "";

    static string State(JsonElement result)
    {
        var (state, mute) = (Value(result, "finding.state"), Value(result, "finding.mute"));
        var deleted = Value(result, "finding.sourceProperties.properties.resourceDeleted") == "true" ? ", the resource was deleted" : "";
        return $"{state}{(mute is "" or "UNDEFINED" ? "" : $", {mute}")}{deleted}";
    }

    static string Value(JsonElement result, string path) => TextSanitizer.Clean(new ResultField(path).Of(result), MostText);

    static void Row(TextWriter output, string label, string text)
    {
        if (text != "") output.WriteLine(string.Create(CultureInfo.InvariantCulture, $" {label,-7} {text}"));
    }
}
