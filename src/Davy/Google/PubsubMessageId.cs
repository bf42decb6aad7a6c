using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Davy.Google;

/// <summary>What tells a message of Pub/Sub from others, the same each time that it is delivered, and fit to stand in a place.</summary>
public static partial class PubsubMessageId
{
    /// <summary>The message's own id where it looks like one; else what its bytes come to.</summary>
    /// <param name="told">The id that the message says it has; null for none.</param>
    /// <param name="bytes">What is the same each time that it is delivered.</param>
    /// <returns>Letters, digits, - and _, 64 of them at most.</returns>
    public static string Of(string? told, ReadOnlySpan<byte> bytes) => told is not null && Plain().IsMatch(told) ? told : Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16));

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex Plain();
}
