using System.Data.Common;
using System.Text.Json.Nodes;
using Davy.Logs;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>A finding as a row of the table: its documents, and the columns that are copies of their fields.</summary>
sealed class FindingRow
{
    /// <summary>What is read of a finding, for <see cref="Read"/>.</summary>
    public const string Selected = "f.key, f.source_id, f.finding_id, f.name, f.version, f.document, f.resource, f.wire";

    const int SelectedCount = 8;

    FindingRow(FindingName name, FindingNodes nodes, FindingContent content, IReadOnlyList<SqlValue> values) =>
        (Name, Nodes, Content, Values) = (name, nodes, content, values);

    public FindingName Name { get; }

    public FindingNodes Nodes { get; }

    public FindingContent Content { get; }

    public IReadOnlyList<SqlValue> Values { get; }

    /// <summary>Makes the row of documents that are complete.</summary>
    public static FindingRow Of(FindingName name, JsonObject finding, JsonObject resource, byte[]? wire, long changedAt)
    {
        var nodes = FindingNodes.Of(name, resource);
        FindingContent content = new(FindingJsonText.Write(finding), FindingJsonText.Write(resource), wire);
        return new(name, nodes, content,
        [
            new("@source_id", name.SourceId),
            new("@finding_id", name.FindingId),
            new("@changed_at", changedAt),
            new("@event_time", Nanos(finding.Text("eventTime"))),
            new("@create_time", Nanos(finding.Text("createTime"))),
            new("@scope", nodes.Scope),
            new("@name", name.ToString()),
            new("@parent", finding.Text("parent")),
            new("@category", finding.Text("category")),
            new("@state", finding.Text("state")),
            new("@severity", finding.Text("severity")),
            new("@mute", finding.Text("mute")),
            new("@finding_class", finding.Text("findingClass")),
            new("@resource_name", finding.Text("resourceName")),
            new("@resource_type", resource.Text("type")),
            new("@project", resource.Text("gcpMetadata", "project")),
            new("@project_display_name", resource.Text("gcpMetadata", "projectDisplayName")),
            new("@kind", finding.Text("sourceProperties", "properties", "resource", "kind")),
            new("@actor", finding.Text("access", "principalEmail")),
            new("@marks", SecurityMarks.Canonical(finding)),
            new("@document", content.Document),
            new("@resource", content.Resource),
            new("@wire", wire),
        ]);
    }

    /// <summary>Reads the columns of <see cref="Selected"/>.</summary>
    public static KeptFinding Read(DbDataReader row) => new(
        row.Number(0),
        new(NodeOf(row.Text(3)), row.Text(1), row.Text(2)),
        new(row.Text(5), row.Text(6), row.IsDBNull(7) ? null : row.Bytes(7)),
        row.Number(4));

    /// <summary>Reads the columns behind those of <see cref="Selected"/>, by which the list is sorted, and the key.</summary>
    public static FindingCursor ReadCursor(DbDataReader row) =>
        new([.. Enumerable.Range(SelectedCount, row.FieldCount - SelectedCount).Select(row.GetValue), row.Number(0)]);

    /// <summary>Nanoseconds since 1970; 0 where the text is no moment.</summary>
    public static long Nanos(string text) => Timestamp.TryParse(text, out var moment) ? Moments.ToNanos(moment) : 0;

    static string NodeOf(string name) => name[..name.IndexOf("/sources/", StringComparison.Ordinal)];
}
