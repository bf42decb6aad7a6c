using Davy.Findings;

namespace Davy.Reports;

/// <summary>The one order of all reports: the gravest first, then the earliest; the id decides between equals.</summary>
static class ReportOrder
{
    public static IEnumerable<Finding> InOrder(this IEnumerable<Finding> findings) =>
        findings.OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.FirstSeen).ThenBy(finding => finding.Id, StringComparer.Ordinal);

    public static IEnumerable<Doubt> InOrder(this IEnumerable<Doubt> doubts) =>
        doubts.OrderBy(doubt => doubt.Kind)
            .ThenBy(doubt => doubt.Project, StringComparer.Ordinal)
            .ThenBy(doubt => doubt.Key, StringComparer.Ordinal)
            .ThenBy(doubt => doubt.Detail, StringComparer.Ordinal);
}
