using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Davy.Storage;

namespace Davy.Server.Api.Requests;

/// <summary>
/// Pages: how large they are, and the tokens by which one follows the other. A token is signed together with the query that it belongs to, so that it cannot be made up
/// nor be used with another query; the key is kept in the database, so that every server of it can go on.
/// </summary>
/// <param name="settings">Where the key is kept.</param>
sealed class Paging(SettingStore settings)
{
    const int Default = 10;
    const int Most = 1_000;
    const int MacLength = HMACSHA256.HashSizeInBytes;

    byte[]? _key;

    /// <summary>The size of a page: 10 unless given, 1,000 at most.</summary>
    /// <param name="asked">What the request says; 0 where it says nothing.</param>
    public static int Size(int asked) => asked switch
    {
        < 0 => throw Faults.Invalid("page_size", "OUT_OF_RANGE", "it must be 1 to 1,000, or 0 for 10."),
        0 => Default,
        _ => Math.Min(asked, Most),
    };

    /// <summary>The place that a token tells.</summary>
    /// <param name="token">The token; empty for the first page.</param>
    /// <param name="query">What makes the query: the method and each parameter but the page size.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null for the first page.</returns>
    /// <exception cref="Grpc.Core.RpcException">The token is not of this query.</exception>
    public async Task<PagePlace?> ReadAsync(string token, IReadOnlyList<string> query, CancellationToken cancel)
    {
        if (token.Length == 0) return null;

        var key = await KeyAsync(cancel);
        byte[] bytes;
        try
        {
            bytes = Base64Url.DecodeFromChars(token);
        }
        catch (FormatException)
        {
            bytes = [];
        }

        if (bytes.Length <= MacLength || !CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, MacLength), Mac(key, query, bytes.AsSpan(MacLength))))
        {
            throw Faults.Invalid("page_token", "INVALID_PAGE_TOKEN", "it was not given out for this query; all parameters but page_size must be those of the first call.");
        }

        var text = Encoding.UTF8.GetString(bytes.AsSpan(MacLength));
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return new(text[(end + 1)..], long.Parse(text.AsSpan(0, end), CultureInfo.InvariantCulture));
    }

    /// <summary>Writes a token.</summary>
    /// <param name="place">Where the next page begins.</param>
    /// <param name="query">What makes the query.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<string> WriteAsync(PagePlace place, IReadOnlyList<string> query, CancellationToken cancel)
    {
        var key = await KeyAsync(cancel);
        var content = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{place.Total}\n{place.After}"));
        return Base64Url.EncodeToString([.. Mac(key, query, content), .. content]);
    }

    static byte[] Mac(byte[] key, IReadOnlyList<string> query, ReadOnlySpan<byte> content)
    {
        // Each part with its length, so that no two queries read alike.
        var text = string.Concat(query.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Length}:{part};")));
        byte[] signed = [.. Encoding.UTF8.GetBytes(text), .. content];
        return HMACSHA256.HashData(key, signed);
    }

    async Task<byte[]> KeyAsync(CancellationToken cancel) =>
        _key ??= await settings.GetOrAddAsync("page-token-key", () => RandomNumberGenerator.GetBytes(32), cancel);
}

/// <summary>Where a page begins.</summary>
/// <param name="After">The place, as the store tells it.</param>
/// <param name="Total">How many there are on all pages, counted for the first.</param>
sealed record PagePlace(string After, long Total);
