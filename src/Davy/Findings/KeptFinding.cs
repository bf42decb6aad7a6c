namespace Davy.Findings;

/// <summary>A finding as it is kept.</summary>
/// <param name="Key">Its place in the database; later ones are larger. It never changes.</param>
/// <param name="Name">Its name in the canonical form.</param>
/// <param name="Content">What is kept of it.</param>
/// <param name="Version">Grows with every change, from 1.</param>
public sealed record KeptFinding(long Key, FindingName Name, FindingContent Content, long Version)
{
    /// <summary>
    /// Whether a name of the finding may begin with a node. Of its folders and its project not all may be known, so any is taken; an organisation that is known is the only one.
    /// </summary>
    /// <param name="node">The node: <c>organizations/123</c>, <c>folders/456</c>, <c>projects/789</c>.</param>
    /// <returns>False for an organisation that is not the finding's.</returns>
    public bool MayBeBelow(string node)
    {
        if (node == Name.Node || !SourceName.IsOrganization(node)) return true;

        List<string> own = [.. FindingNodes.Of(Name, FindingJsonText.Parse(Content.Resource, "resource")).All.Where(SourceName.IsOrganization)];
        return own.Count == 0 || own.Contains(node);
    }
}

/// <summary>
/// What is kept of a finding: two documents in the JSON form of SCC v2's messages, lowerCamelCase
/// (https://cloud.google.com/security-command-center/docs/reference/rest/v2/organizations.sources.locations.findings), output-only fields included, and bytes that
/// go along. A NUL or half of a surrogate pair in a text becomes U+FFFD, for PostgreSQL can keep neither.
/// </summary>
/// <param name="Document">The <c>Finding</c>, a JSON object.</param>
/// <param name="Resource">The <c>Resource</c>, a JSON object; <c>{}</c> where nothing is known.</param>
/// <param name="Wire">Bytes that are kept beside and given back unchanged: the server keeps in them what its messages do not know. Null for none.</param>
public sealed record FindingContent(string Document, string Resource = "{}", byte[]? Wire = null)
{
    /// <summary>How long all of it is together: characters of the documents, and bytes beside.</summary>
    public int Length => Document.Length + Resource.Length + (Wire?.Length ?? 0);

    /// <inheritdoc/>
    public bool Equals(FindingContent? other) =>
        other is not null && Document == other.Document && Resource == other.Resource && (Wire ?? []).AsSpan().SequenceEqual(other.Wire ?? []);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Document, Resource);
}

/// <summary>A finding of a scan or of the live watch, to be merged with what is kept.</summary>
/// <param name="Name">Its name; where its source belongs to another node, the source's node counts.</param>
/// <param name="Content">What was found. State, mute and marks count only where the finding is new.</param>
public sealed record NewFinding(FindingName Name, FindingContent Content);

/// <summary>What a merge did.</summary>
/// <param name="Finding">The finding as it is kept now.</param>
/// <param name="Outcome">Whether it is new.</param>
public sealed record MergedFinding(KeptFinding Finding, MergeOutcome Outcome);

/// <summary>What a merge can do.</summary>
public enum MergeOutcome
{
    /// <summary>All of it was known.</summary>
    Unchanged,

    /// <summary>The finding was known, and something was added.</summary>
    Changed,

    /// <summary>The finding is new.</summary>
    Created,
}

/// <summary>A request that the stores refuse, for a reason that its sender can act on.</summary>
/// <param name="refusal">The kind of reason.</param>
/// <param name="message">One sentence: what, where, what to do.</param>
public sealed class RefusedException(Refusal refusal, string message) : Exception(message)
{
    /// <summary>The kind of reason.</summary>
    public Refusal Refusal { get; } = refusal;
}

/// <summary>Why a request is refused; the names are those of gRPC's status codes (https://grpc.io/docs/guides/status-codes/).</summary>
public enum Refusal
{
    /// <summary>It is not what it must be.</summary>
    InvalidArgument,

    /// <summary>What it is about does not exist.</summary>
    NotFound,

    /// <summary>What it would create exists.</summary>
    AlreadyExists,

    /// <summary>Something must be done first.</summary>
    FailedPrecondition,

    /// <summary>Another change came first; read again and try again.</summary>
    Aborted,
}
