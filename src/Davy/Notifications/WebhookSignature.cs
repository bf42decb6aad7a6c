using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Davy.Notifications;

/// <summary>
/// What proves to the receiver of a webhook that Davy sent it: <c>v1=</c> and HMAC-SHA256, in lower-case hex, over the time in seconds, a full stop and the body. The receiver
/// refuses times more than five minutes away, so that nobody can send an old one again.
/// </summary>
public static class WebhookSignature
{
    /// <summary>The header with the seconds since 1970.</summary>
    public const string TimestampHeader = "Davy-Timestamp";

    /// <summary>The header with the signatures, separated by commas: one a secret, so that a secret can be exchanged without a gap.</summary>
    public const string SignatureHeader = "Davy-Signature";

    /// <summary>The header with the notification's id, the same at each attempt.</summary>
    public const string IdHeader = "Davy-Notification-Id";

    /// <summary>Signs a body.</summary>
    /// <param name="secrets">The secrets that hold now.</param>
    /// <param name="time">When it is sent.</param>
    /// <param name="body">The body.</param>
    /// <returns>The values of the two headers.</returns>
    public static (string Timestamp, string Signature) Of(IReadOnlyList<string> secrets, DateTimeOffset time, ReadOnlySpan<byte> body)
    {
        var seconds = time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(seconds), (byte)'.', .. body];
        return (seconds, string.Join(",", secrets.Select(secret => "v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)))));
    }
}
