namespace Davy.Logs;

/// <summary>
/// Sees on the raw bytes whether an entry can concern Cloud Run at all. It may let too much through, never too little: JSON can hide the letters of these words only as
/// <c>\u00XX</c>, and a Pub/Sub message or CloudEvent can hide everything in base64.
/// </summary>
public static class Prefilter
{
    /// <summary>Whether an entry must be parsed.</summary>
    /// <param name="json">The entry, in an envelope or out of it.</param>
    /// <returns>False only where it cannot be of Cloud Run.</returns>
    public static bool MayConcernCloudRun(ReadOnlySpan<byte> json) =>
        json.IndexOf("run.googleapis.com"u8) >= 0
        || json.IndexOf("serving.knative.dev"u8) >= 0
        || json.IndexOf("\"data"u8) >= 0
        || HidesALetter(json);

    /// <summary>An escape that spells an ASCII letter, a dot or an underscore; the escapes that ordinary logs hold (<c>\u003c</c>, <c>\u0026</c>) do not.</summary>
    static bool HidesALetter(ReadOnlySpan<byte> json)
    {
        while (json.IndexOf("\\u00"u8) is var at and >= 0)
        {
            json = json[(at + 4)..];
            if (json.Length < 2) return false;
            if (json[0] is >= (byte)'4' and <= (byte)'7' || (json[0] is (byte)'2' && (json[1] | 0x20) is 'e')) return true;
        }

        return false;
    }
}
