using Davy.Findings;

namespace Davy.Reports;

/// <summary>A form that findings leave in. The same findings and doubts give the same bytes, in whatever order they come.</summary>
public interface IReport
{
    /// <summary>Writes the whole report in UTF-8, and leaves the output open.</summary>
    /// <param name="findings">The findings.</param>
    /// <param name="doubts">What could not be judged; forms without a place for it leave it out.</param>
    /// <param name="output">Where to.</param>
    void Write(IReadOnlyList<Finding> findings, IReadOnlyList<Doubt> doubts, Stream output);
}
