using System.Text.Json.Nodes;

namespace Davy.Findings;

/// <summary>A change of a finding that is kept, not written yet.</summary>
/// <param name="Before">The finding as it was read.</param>
/// <param name="Old">Its document.</param>
/// <param name="Finding">The document to keep.</param>
/// <param name="ResourceText">The resource's document to keep.</param>
/// <param name="Wire">The bytes to keep.</param>
sealed record FindingChange(KeptFinding Before, JsonObject Old, JsonObject Finding, string ResourceText, byte[]? Wire)
{
    /// <summary>The resource's document to keep.</summary>
    public JsonObject Resource { get; } = FindingJsonText.Parse(ResourceText, "resource");

    /// <summary>Whether anything of what is to be kept differs from what is kept.</summary>
    public bool IsAny =>
        !JsonNode.DeepEquals(Old, Finding)
        || !(Before.Content.Wire ?? []).AsSpan().SequenceEqual(Wire ?? [])
        || (ResourceText != Before.Content.Resource && !JsonNode.DeepEquals(FindingJsonText.Parse(Before.Content.Resource, "resource"), Resource));

    /// <summary>A finding, given new content.</summary>
    public static FindingChange To(KeptFinding before, FindingContent content) =>
        new(before, FindingJsonText.Parse(before.Content.Document, "finding"), FindingJsonText.Parse(content.Document, "finding"), content.Resource, content.Wire);

    /// <summary>A finding, its document edited.</summary>
    public static FindingChange By(KeptFinding before, Action<KeptFinding, JsonObject> edit)
    {
        var change = To(before, before.Content);
        edit(before, change.Finding);
        return change;
    }

    /// <summary>A finding, joined with what was found again.</summary>
    public static FindingChange Joining(KeptFinding before, FindingContent found)
    {
        var change = To(before, new(found.Document, found.Resource is "{}" ? before.Content.Resource : found.Resource, found.Wire ?? before.Content.Wire));
        FindingMerge.Join(change.Old, change.Finding);
        return change;
    }
}
