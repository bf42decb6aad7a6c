namespace Davy.Indicators;

/// <summary>One reason to call an image bad.</summary>
public sealed record Indicator
{
    /// <summary>The normalised reference or digest: <c>docker.io/metal3d/xmrig</c>, <c>docker.io/azurenql/*</c>, <c>docker.io/cokkokotre1/update*</c>, <c>docker.io/a/b:tag</c>, <c>sha256:…</c>.</summary>
    public required string Reference { get; init; }

    /// <summary>What the reference covers.</summary>
    public required IndicatorScope Scope { get; init; }

    /// <summary>Reported in an incident, or published as a miner.</summary>
    public required IndicatorKind Kind { get; init; }

    /// <summary>How far the source can be trusted; a low one makes a match possible only.</summary>
    public Confidence Confidence { get; init; } = Confidence.High;

    /// <summary>The miner's family; empty where it is not known.</summary>
    public string Family { get; init; } = "";

    /// <summary>When it was first reported, as exactly as the source says: <c>2021</c>, <c>2021-11</c> or <c>2021-11-04</c>; empty where it is not known.</summary>
    public string FirstReported { get; init; } = "";

    /// <summary>Who reported it; never empty.</summary>
    public required IReadOnlyList<IndicatorSource> Sources { get; init; }

    /// <summary>What a person should know of it; may be empty.</summary>
    public string Note { get; init; } = "";

    /// <summary>The list that holds it, and its version.</summary>
    public required string List { get; init; }
}

/// <summary>Who reported an indicator.</summary>
/// <param name="Title">The report.</param>
/// <param name="Where">Its address, or where it can be found.</param>
public sealed record IndicatorSource(string Title, string Where);

/// <summary>What an indicator's reference covers.</summary>
public enum IndicatorScope
{
    /// <summary>A repository, whatever the tag or digest.</summary>
    Repository,

    /// <summary>Every repository below a path: <c>docker.io/azurenql/*</c>.</summary>
    Namespace,

    /// <summary>Every repository whose name begins so: <c>docker.io/cokkokotre1/update*</c>.</summary>
    Prefix,

    /// <summary>One tag of a repository.</summary>
    Tag,

    /// <summary>An image by its digest, whatever it is called.</summary>
    Digest,
}

/// <summary>Why an image is listed.</summary>
public enum IndicatorKind
{
    /// <summary>Reported in an incident or by researchers.</summary>
    Malicious,

    /// <summary>Published as a miner: dual use.</summary>
    Miner,
}

/// <summary>How far a source can be trusted.</summary>
public enum Confidence
{
    /// <summary>Known by a trace only.</summary>
    Low,

    /// <summary>Reported, not shown.</summary>
    Medium,

    /// <summary>Shown.</summary>
    High,
}

/// <summary>How sure a match is.</summary>
public enum Certainty
{
    /// <summary>It may be; the match says why.</summary>
    Possible,

    /// <summary>It is.</summary>
    Certain,
}
