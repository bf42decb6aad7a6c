using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Davy.Google;

/// <summary>A service account that another account may speak for (https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken).</summary>
/// <param name="source">Who speaks for it.</param>
/// <param name="place">The file, for people.</param>
/// <param name="url">The method's URL, with the account in it.</param>
/// <param name="delegates">The accounts between the two.</param>
sealed partial class Impersonation(TokenSource source, string place, Uri url, IReadOnlyList<string> delegates) : TokenSource(place)
{
    /// <inheritdoc/>
    public override string Who => Account().Match(url.AbsolutePath) is { Success: true } account ? Uri.UnescapeDataString(account.Groups[1].Value) : "the service account";

    /// <inheritdoc/>
    public override async Task<AccessToken> FetchAsync(HttpClient http, TimeProvider time, CancellationToken cancel)
    {
        var mine = await source.FetchAsync(http, time, cancel);
        HttpRequestMessage request = new(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(Body()) { Headers = { ContentType = new("application/json") } },
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", mine.Value) },
        };

        var answer = await AskAsync(http, request, [mine.Value], cancel);
        return DateTimeOffset.TryParse(answer.Text("expireTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            ? new(answer.Token("accessToken"), until)
            : throw answer.Fault("expireTime", "it is no time");
    }

    byte[] Body()
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("scope");
            writer.WriteStringValue(Scope);
            writer.WriteEndArray();
            writer.WriteStartArray("delegates");
            foreach (var between in delegates) writer.WriteStringValue(between);
            writer.WriteEndArray();
            writer.WriteString("lifetime", "3600s");
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }

    [GeneratedRegex("/serviceAccounts/([^/:]+):generateAccessToken$")]
    private static partial Regex Account();
}
