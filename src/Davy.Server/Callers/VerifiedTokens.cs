using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Caching.Memory;

namespace Davy.Server.Callers;

/// <summary>
/// Tokens of issuers that were found good a short while ago. Pub/Sub sends the same one with thousands of messages, and checking a signature takes longer than taking a message.
/// Only what is the same to the letter is good again, and only until the token ends. What is kept is its hash, not the token.
/// </summary>
/// <param name="clock">The clock.</param>
sealed class VerifiedTokens(TimeProvider clock) : IDisposable
{
    const int Most = 1_000;

    /// <summary>How long a token is taken without another look: a key that its issuer takes back may be used for so long.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = Most });

    /// <summary>Who bears a token; null where it has to be checked.</summary>
    /// <param name="token">Its text.</param>
    public AuthenticationTicket? Find(string token) => _kept.TryGetValue(Hash(token), out Verified? found) && clock.GetUtcNow() < found!.Until ? found.Ticket : null;

    /// <summary>Keeps a token that was found good.</summary>
    /// <param name="token">Its text.</param>
    /// <param name="ticket">Who bears it, and when it ends; one that does not say when is not kept.</param>
    public void Keep(string token, AuthenticationTicket ticket)
    {
        if (ticket.Properties.ExpiresUtc is not { } ends) return;
        var until = clock.GetUtcNow() + Longest;
        _kept.Set(Hash(token), new Verified(ticket, ends < until ? ends : until), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Longest });
    }

    /// <inheritdoc/>
    public void Dispose() => _kept.Dispose();

    static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    sealed record Verified(AuthenticationTicket Ticket, DateTimeOffset Until);
}
