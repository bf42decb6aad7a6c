namespace Davy;

/// <summary>What came of a dead letter that was run through the watch again.</summary>
/// <param name="Result">What.</param>
/// <param name="Detail">One sentence for a person where it was not kept; empty where it was.</param>
/// <param name="Findings">The names of the findings that it gave.</param>
public sealed record Replay(ReplayResult Result, string Detail, IReadOnlyList<string> Findings);

/// <summary>What can come of a dead letter that is run through the watch again.</summary>
public enum ReplayResult
{
    /// <summary>All that follows from it is kept, and it is removed.</summary>
    Kept,

    /// <summary>It failed again; it stays, and the attempt is counted.</summary>
    Failed,

    /// <summary>Its bytes were not kept.</summary>
    NoContent,

    /// <summary>Its bytes are not what came in.</summary>
    Damaged,
}
