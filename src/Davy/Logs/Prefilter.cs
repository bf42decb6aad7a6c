namespace Davy.Logs;

/// <summary>
/// Sees on the raw bytes whether an entry can concern Cloud Run at all. It may let too much through, never too little: what tells is plain text of letters, dots, an underscore
/// and two digits, which JSON can hide only as <c>\u00XX</c>, and an envelope only as base64 in a field named <c>data</c> or <c>data_base64</c>. Objects of API v2 need not name
/// Cloud Run at all; each has a <c>launchStage</c>.
/// </summary>
public static class Prefilter
{
    /// <summary>Whether an entry must be parsed.</summary>
    /// <param name="json">The entry, in an envelope or out of it; it need not be valid.</param>
    /// <returns>False only where it cannot be of Cloud Run.</returns>
    public static bool MayConcernCloudRun(ReadOnlySpan<byte> json)
    {
        for (var at = 0; ; at++)
        {
            if (Landmarks.Next(json, ref at) is (Landmark.None or Landmark.Hint) and var found) return found is Landmark.Hint;
        }
    }
}
