namespace Davy.Findings;

/// <summary>A finding to be merged, its row made ahead where that was possible, so that the one who writes need not do it while all others wait.</summary>
/// <param name="Finding">What was found.</param>
/// <param name="Row">The row, should the finding be new; null where it is not made yet.</param>
/// <param name="Rules">The rules that the row follows; it counts for nothing under others.</param>
sealed record PreparedFinding(NewFinding Finding, FindingRow? Row, WriteRules? Rules)
{
    /// <summary>The finding's name.</summary>
    public FindingName Name => Finding.Name;
}
