namespace Davy.Findings;

/// <summary>All findings of a scan, merged by id.</summary>
public sealed class FindingSet
{
    /// <summary>How many entries a finding keeps as evidence.</summary>
    public const int EvidenceKept = 20;

    /// <summary>How many deployments a finding keeps.</summary>
    public const int OccurrencesKept = 20;
}
