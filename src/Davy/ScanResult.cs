using Davy.Findings;

namespace Davy;

/// <summary>What a scan found.</summary>
/// <param name="Findings">The findings, in order of resource and category.</param>
/// <param name="Doubts">What could not be judged; at most <see cref="DoubtSet.Kept"/>.</param>
/// <param name="Summary">How it went.</param>
public sealed record ScanResult(IReadOnlyList<Finding> Findings, IReadOnlyList<Doubt> Doubts, ScanSummary Summary);
