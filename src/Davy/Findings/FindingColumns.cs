using System.Collections.Frozen;

namespace Davy.Findings;

/// <summary>A column of the table of findings that holds a copy of one field.</summary>
/// <param name="Name">The column's name; under the alias <c>f</c> in conditions.</param>
/// <param name="IsTime">True where it holds nanoseconds since 1970 as a bigint, clamped to what that holds (years 1677 to 2262), 0 where not told; else text, <c>''</c> where not told.</param>
public readonly record struct FindingColumn(string Name, bool IsTime = false)
{
    /// <summary>The column in a statement: <c>f.category</c>.</summary>
    public string Sql => $"f.{Name}";
}

/// <summary>Which fields have a column of their own. All others are read from <c>f.document</c> and <c>f.resource</c>, of type <c>json</c>.</summary>
public static class FindingColumns
{
    /// <summary>Field path in snake case, from the finding, or below <c>resource.</c> from its resource, to column. Each column is an exact copy of the field.</summary>
    public static FrozenDictionary<string, FindingColumn> ByPath { get; } = new Dictionary<string, FindingColumn>
    {
        ["name"] = new("name"),
        ["parent"] = new("parent"),
        ["category"] = new("category"),
        ["state"] = new("state"),
        ["severity"] = new("severity"),
        ["mute"] = new("mute"),
        ["finding_class"] = new("finding_class"),
        ["resource_name"] = new("resource_name"),
        ["event_time"] = new("event_time", IsTime: true),
        ["create_time"] = new("create_time", IsTime: true),
        ["access.principal_email"] = new("actor"),
        ["source_properties.properties.resource.kind"] = new("kind"),
        ["resource.type"] = new("resource_type"),
        ["resource.gcp_metadata.project"] = new("project"),
        ["resource.gcp_metadata.project_display_name"] = new("project_display_name"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The security marks as one canonical JSON object, keys sorted; for sorting by <c>security_marks.marks</c>.</summary>
    public static FindingColumn Marks { get; } = new("marks");

    /// <summary>The source's id.</summary>
    public static FindingColumn SourceId { get; } = new("source_id");
}
