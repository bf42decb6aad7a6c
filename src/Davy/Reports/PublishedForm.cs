using System.Text.Json;
using Davy.Findings;

namespace Davy.Reports;

/// <summary>
/// The published form of Security Command Center (https://cloud.google.com/security-command-center/docs/how-to-investigate-threats): one object of <c>finding</c>, <c>resource</c> and
/// <c>sourceProperties</c> a line. Keys stand where the published example has them, empty objects and zero times included; what is not known is left out.
/// </summary>
/// <param name="options">Ancestry, source, times and names.</param>
public sealed class PublishedForm(ReportOptions options) : IReport
{
    /// <inheritdoc/>
    public void Write(IReadOnlyList<Finding> findings, IReadOnlyList<Doubt> doubts, Stream output)
    {
        using var json = JsonWriting.Line(output);
        foreach (var finding in findings.InOrder())
        {
            Write(json, finding, options);
            json.EndLine(output);
        }
    }

    /// <summary>Writes one finding as one object.</summary>
    /// <param name="json">Where to; its encoder decides what stands escaped.</param>
    /// <param name="finding">The finding.</param>
    /// <param name="options">Ancestry, source, times and names.</param>
    public static void Write(Utf8JsonWriter json, Finding finding, ReportOptions options)
    {
        var names = new FindingNames(finding, options);

        json.WriteStartObject();
        PublishedFinding.Write(json, finding, names, options);
        PublishedResource.Write(json, names);
        PublishedSourceProperties.Write(json, finding, names, options);
        json.WriteEndObject();
    }
}
