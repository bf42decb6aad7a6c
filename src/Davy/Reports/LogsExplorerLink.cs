using Davy.CloudRun;

namespace Davy.Reports;

/// <summary>
/// The address of one entry in the Logs Explorer: a query over timestamp, insert id and project (https://cloud.google.com/logging/docs/view/logging-query-language), percent-encoded whole,
/// in the form that Event Threat Detection's own links have.
/// </summary>
static class LogsExplorerLink
{
    /// <summary>The link; empty where the entry is no log entry or tells nothing to find it by.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="projectId">The project's id; empty where it is not known.</param>
    /// <param name="projectNumber">The project's number, for the page where no id is known: no entry bears it as a label.</param>
    public static string To(EntryIdentity entry, string projectId, string projectNumber)
    {
        if (entry.Log is AuditLogKind.Inventory || (entry.InsertId == "" && entry.Timestamp is null)) return "";

        var conditions = new List<string>(3);
        if (entry.Timestamp is { } moment) conditions.Add($"timestamp={Quoted(moment.ToString())}");
        if (entry.InsertId != "") conditions.Add($"insertId={Quoted(entry.InsertId)}");
        if (projectId != "") conditions.Add($"resource.labels.project_id={Quoted(projectId)}");

        var project = projectId != "" ? projectId : projectNumber;
        var query = Uri.EscapeDataString(string.Join('\n', conditions));
        var within = project != "" ? $"?project={Uri.EscapeDataString(project)}" : "";
        return $"https://console.cloud.google.com/logs/query;query={query}{within}";
    }

    static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
