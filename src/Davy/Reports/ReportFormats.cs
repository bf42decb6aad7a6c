namespace Davy.Reports;

/// <summary>The reports by the names that <c>--format</c> knows.</summary>
public static class ReportFormats
{
    /// <summary>The names, the default first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["table", "scc", "json", "csv", "sarif", "ocsf"];

    /// <summary>The report of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="options">What the report is told.</param>
    /// <returns>Null for a name that is none.</returns>
    public static IReport? Of(string name, ReportOptions options) => name switch
    {
        "table" => new TableReport(options),
        "scc" => new PublishedForm(options),
        "json" => new JsonReport(options),
        "csv" => new CsvReport(options),
        "sarif" => new SarifReport(options),
        "ocsf" => new OcsfReport(options),
        _ => null,
    };
}
