namespace Davy.Findings;

/// <summary>Where findings come from (https://cloud.google.com/security-command-center/docs/reference/rest/v2/organizations.sources).</summary>
public sealed record Source
{
    /// <summary>The id, unique among all that is kept.</summary>
    public required string SourceId { get; init; }

    /// <summary>The node that it belongs to: <c>organizations/1</c>; empty where no organisation is known, then each finding's name has its project.</summary>
    public required string Parent { get; init; }

    /// <summary>For people, 1 to 64 characters, unique below its parent.</summary>
    public required string DisplayName { get; init; }

    /// <summary>For people, at most 1,024 characters.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whether a name of the source may begin with a node: folders and projects see the sources of their organisation, another organisation does not.</summary>
    /// <param name="node">The node.</param>
    /// <returns>False for an organisation that is not the source's.</returns>
    public bool MayBeBelow(string node) => node == Parent || !SourceName.IsOrganization(node) || !SourceName.IsOrganization(Parent);
}

/// <summary>The IAM policy of a source, kept and given back (https://cloud.google.com/iam/docs/reference/rest/v1/Policy).</summary>
/// <param name="Document">The policy, a JSON object without its etag; empty where none was set.</param>
/// <param name="Etag">Changes with every change.</param>
public sealed record SourcePolicy(string Document, string Etag);
