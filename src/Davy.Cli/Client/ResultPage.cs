using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Davy.Cli.Client;

/// <summary>A page.</summary>
/// <param name="Results">What is on it, JSON objects.</param>
/// <param name="Next">The token of the next page; empty where there is none.</param>
sealed record ResultPage(IReadOnlyList<JsonElement> Results, string Next)
{
    // A token of groups holds the values of the last group, such as names of resources; it goes in a body.
    const int MostToken = 65_536;

    /// <summary>Reads page by page, until there are no more or enough.</summary>
    /// <param name="limit">How many in all; null for all.</param>
    /// <param name="pageSize">How many a page has.</param>
    /// <param name="token">Where to begin; empty for the first page.</param>
    /// <param name="member">The member of an answer that holds the list.</param>
    /// <param name="get">Asks for a page of a size, from a token on.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ServerException">The server does not answer, refuses, or answers what is no page.</exception>
    public static async IAsyncEnumerable<ResultPage> ReadAsync(
        long? limit, int pageSize, string token, string member, Func<string, string, Task<JsonElement>> get, [EnumeratorCancellation] CancellationToken cancel)
    {
        var left = limit ?? long.MaxValue;
        while (left > 0)
        {
            cancel.ThrowIfCancellationRequested();
            var size = (int)Math.Min(left, pageSize);
            var page = await get(size.ToString(CultureInfo.InvariantCulture), token);
            List<JsonElement> results = page.TryGetProperty(member, out var list) && list.ValueKind is JsonValueKind.Array ? [.. list.EnumerateArray().Take(size)] : [];
            var next = page.TryGetProperty("nextPageToken", out var after) && after.ValueKind is JsonValueKind.String ? after.GetString()! : "";
            if (results.Exists(result => result.ValueKind is not JsonValueKind.Object) || next.Length > MostToken || (next != "" && (results.Count == 0 || next == token)))
            {
                throw new ServerException("the server's pages do not end, or are none; it is no davyd.");
            }

            left -= results.Count;
            yield return new(results, next);
            if (next == "") yield break;
            token = next;
        }
    }
}
