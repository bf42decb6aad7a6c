using System.Buffers;

namespace Davy.Findings;

/// <summary>
/// A finding's name. Six forms mean the same finding: below an organisation, a folder or a project, with or without <c>/locations/global</c>
/// (https://cloud.google.com/security-command-center/docs/reference/rest/v2/organizations.sources.locations.findings). What tells findings apart is the
/// source and the finding's id.
/// </summary>
/// <param name="Node">What the name begins with: <c>organizations/123</c>, <c>folders/456</c>, <c>projects/789</c> or <c>projects/an-id</c>.</param>
/// <param name="SourceId">The source's id.</param>
/// <param name="FindingId">The finding's id, 1 to 32 letters and digits.</param>
public readonly record struct FindingName(string Node, string SourceId, string FindingId)
{
    /// <summary>The source's name: <c>organizations/123/sources/S/locations/global</c>.</summary>
    public string Parent => $"{Node}/sources/{SourceId}/locations/global";

    /// <summary>Reads any of the six forms.</summary>
    /// <param name="text">The name.</param>
    /// <param name="name">What it says.</param>
    /// <returns>False where it is no such name, or its location is not <c>global</c>.</returns>
    public static bool TryParse(string text, out FindingName name)
    {
        name = default;
        if (text.Split('/') is not [var kind, var node, "sources", var source, .. var rest]) return false;
        if (rest is ["locations", "global", ..]) rest = rest[2..];
        if (rest is not ["findings", var id]) return false;
        if (!NodeName.IsNode(kind, node) || !NodeName.IsSourceId(source) || !NodeName.IsFindingId(id)) return false;

        name = new($"{kind}/{node}", source, id);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Parent}/findings/{FindingId}";
}

/// <summary>A source's name, or all sources of a node: <c>organizations/123/sources/S</c>, <c>folders/456/sources/-/locations/global</c>.</summary>
/// <param name="Node">What the name begins with.</param>
/// <param name="SourceId">The source's id; <c>-</c> for all.</param>
public readonly record struct SourceName(string Node, string SourceId)
{
    /// <summary>The source's id where all are meant.</summary>
    public const string All = "-";

    /// <summary>Whether a node is an organisation.</summary>
    /// <param name="node">The node.</param>
    /// <returns>False for a folder or project.</returns>
    public static bool IsOrganization(string node) => node.StartsWith("organizations/", StringComparison.Ordinal);

    /// <summary>Reads a name, with or without <c>/locations/global</c>.</summary>
    /// <param name="text">The name.</param>
    /// <param name="name">What it says.</param>
    /// <returns>False where it is no such name.</returns>
    public static bool TryParse(string text, out SourceName name)
    {
        name = default;
        if (text.Split('/') is not [var kind, var node, "sources", var source, .. var rest] || rest is not ([] or ["locations", "global"])) return false;
        if (!NodeName.IsNode(kind, node) || (source != All && !NodeName.IsSourceId(source))) return false;

        name = new($"{kind}/{node}", source);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Node}/sources/{SourceId}";
}

/// <summary>The grammar of the parts of names (https://cloud.google.com/apis/design/resource_names).</summary>
static class NodeName
{
    static readonly SearchValues<char> Alphanumeric = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    static readonly SearchValues<char> IdLetters = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_");
    static readonly SearchValues<char> ProjectLetters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz-.:");

    public static bool IsNode(string kind, string id) => kind switch
    {
        "organizations" or "folders" => id.Length is > 0 and <= 64 && !id.AsSpan().ContainsAnyExcept(IdLetters),
        "projects" => id.Length is > 0 and <= 100 && (IsProjectId(id) || !id.AsSpan().ContainsAnyExcept(IdLetters)),
        _ => false,
    };

    public static bool IsProjectId(string id) => id.Length is > 0 and <= 100 && !id.AsSpan().ContainsAnyExcept(ProjectLetters);

    public static bool IsSourceId(string id) => id.Length is > 0 and <= 64 && !id.AsSpan().ContainsAnyExcept(IdLetters) && id != SourceName.All;

    public static bool IsFindingId(string id) => id.Length is > 0 and <= 32 && !id.AsSpan().ContainsAnyExcept(Alphanumeric);
}
