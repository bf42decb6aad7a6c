using System.Buffers;
using System.Globalization;
using System.Text;
using Davy.CloudRun;
using Davy.Findings;

namespace Davy.Reports;

/// <summary>
/// CSV by RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180): a header, CRLF, a finding a row. A cell that a spreadsheet would run as a formula begins with <c>'</c> instead
/// (https://owasp.org/www-community/attacks/CSV_Injection), and what is unsafe to show is escaped, so that a record is always one line. Doubts have no place in it.
/// </summary>
/// <param name="options">Ancestry and names.</param>
public sealed class CsvReport(ReportOptions options) : IReport
{
    const string Separator = "; ";

    static readonly SearchValues<char> Quoted = SearchValues.Create("\",\r\n");

    /// <summary>What begins a formula, the full-width signs included, or is dropped from before one.</summary>
    static readonly SearchValues<char> Dangerous = SearchValues.Create("=+-@\t\r\n\0＝＋－＠");

    static readonly (string Name, Func<Finding, FindingNames, string> Value)[] Table =
    [
        ("id", (finding, _) => finding.Id),
        ("category", (finding, _) => finding.Category),
        ("rule", (finding, _) => finding.Rule),
        ("severity", (finding, _) => finding.Severity.Word),
        ("certainty", (finding, _) => Words.Value(finding.Match.Certainty)),
        ("kind", (finding, _) => Words.Value(finding.Match.Kind)),
        ("resourceKind", (_, names) => names.Resource.Kind.Word),
        ("resourceName", (_, names) => names.Resource.Name),
        ("project", (_, names) => names.ProjectId),
        ("projectNumber", (_, names) => names.ProjectNumber),
        ("location", (_, names) => names.Resource.Location),
        ("image", (finding, _) => Joined(finding.Containers.Select(container => container.Uri))),
        ("ran", (finding, _) => Joined(finding.Containers.Select(FindingText.Ran))),
        ("indicator", (finding, _) => finding.Match.Indicator),
        ("list", (finding, _) => finding.Match.List),
        ("family", (finding, _) => finding.Match.Family),
        ("firstReported", (finding, _) => finding.Match.FirstReported),
        ("reporters", (finding, _) => Joined(finding.Match.Sources.Select(source => source.Title))),
        ("transformation", (finding, _) => finding.Match.Transformation),
        ("whyPossible", (finding, _) => finding.Match.WhyPossible),
        ("evidence", (finding, _) => Joined(finding.Match.Evidence.Select(part => part.Text))),
        ("principal", (finding, _) => finding.Actor?.Principal ?? ""),
        ("callerIp", (finding, _) => finding.Actor?.CallerIp ?? ""),
        ("userAgent", (finding, _) => finding.Actor?.UserAgent ?? ""),
        ("actorBasis", (finding, _) => finding.Actor is { } actor ? Words.Value(actor.Basis) : ""),
        ("whyNoActor", (finding, _) => FindingText.WhyNoActor(finding)),
        ("firstSeen", (finding, _) => FindingText.FirstSeen(finding)?.ToString() ?? ""),
        ("lastSeen", (finding, _) => FindingText.LastSeen(finding)?.ToString() ?? ""),
        ("deployments", (finding, _) => finding.OccurrenceCount.ToString(CultureInfo.InvariantCulture)),
        ("resourceDeleted", (finding, _) => finding.ResourceDeleted ? "true" : "false"),
        ("previousImage", (finding, _) => finding.History?.PreviousImage ?? ""),
        ("logsExplorer", (_, names) => names.LogsExplorer),
        ("inspection", (finding, _) => InspectionText.Values(finding)),
    ];

    /// <summary>The names of the columns, in order.</summary>
    public static IReadOnlyList<string> Columns { get; } = [.. Table.Select(column => column.Name)];

    /// <inheritdoc/>
    public void Write(IReadOnlyList<Finding> findings, IReadOnlyList<Doubt> doubts, Stream output)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\r\n" };
        writer.WriteLine(string.Join(',', Columns));
        foreach (var finding in findings.InOrder())
        {
            var names = new FindingNames(finding, options);
            writer.WriteLine(string.Join(',', Table.Select(column => Cell(column.Value(finding, names)))));
        }
    }

    /// <summary>One cell: made safe to show, never a formula, in quotes where it must be.</summary>
    /// <param name="value">Any text.</param>
    /// <returns>The cell as it is written.</returns>
    public static string Cell(string value)
    {
        // Nothing is cut: a program may read this.
        var shown = TextSanitizer.Clean(value, int.MaxValue);
        if (value.AsSpan().TrimStart(' ') is [var first, ..] && Dangerous.Contains(first)) shown = "'" + shown;
        return shown.AsSpan().ContainsAny(Quoted) ? $"\"{shown.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : shown;
    }

    static string Joined(IEnumerable<string> values) => string.Join(Separator, values.Where(value => value != "").Distinct(StringComparer.Ordinal));
}
