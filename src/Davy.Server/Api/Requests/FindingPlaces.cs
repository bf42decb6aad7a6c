using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Davy.Findings;

namespace Davy.Server.Api.Requests;

/// <summary>
/// Places in a list of findings as page tokens hold them. The values that a list is sorted by may be long (marks, names of resources), and a token stands in an address:
/// of long ones it holds the finding's key and a hash, and they are looked up again.
/// </summary>
/// <param name="lists">The lists.</param>
sealed class FindingPlaces(FindingLists lists)
{
    const int Longest = 2_000;
    const char Mark = '@';

    /// <summary>Writes a place.</summary>
    /// <param name="place">The place.</param>
    public static string Write(FindingCursor place)
    {
        var text = place.ToString();
        return text.Length <= Longest ? text : string.Create(CultureInfo.InvariantCulture, $"{Mark}{place.Values[^1]}:{Hash(text)}");
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="text">The text, of a token that was signed.</param>
    /// <param name="order">The order of the list.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="Grpc.Core.RpcException">The finding at the place has changed, or is gone.</exception>
    public async Task<FindingCursor> ReadAsync(string text, FindingOrder order, CancellationToken cancel)
    {
        if (text[0] != Mark) return FindingCursor.Parse(text);

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var place = await lists.PlaceAsync(order, long.Parse(text.AsSpan(1, colon - 1), CultureInfo.InvariantCulture), cancel);
        return place is not null && Hash(place.ToString()) == text[(colon + 1)..]
            ? place
            : throw Faults.Invalid("page_token", "INVALID_PAGE_TOKEN", "the finding that the page before ended with has changed or is gone; begin with the first page again.");
    }

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
