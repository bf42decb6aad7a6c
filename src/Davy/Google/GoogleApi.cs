using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Davy.Outbound;

namespace Davy.Google;

/// <summary>Calls Google's APIs over REST.</summary>
/// <param name="http">A guarded client.</param>
/// <param name="credentials">Who calls; null for a local emulator, which asks nobody.</param>
/// <param name="time">The clock.</param>
public sealed class GoogleApi(HttpClient http, GoogleCredentials? credentials, TimeProvider time)
{
    const int MostBytes = 8 * 1024 * 1024;
    const int MostAttempts = 4;

    static readonly TimeSpan AtMost = TimeSpan.FromSeconds(30);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Reads something; where the service is busy, again after a while.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The answer, a JSON object.</returns>
    /// <exception cref="GoogleApiException">It was refused, or not answered.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public async Task<JsonElement> GetAsync(Uri url, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await SendAsync(HttpMethod.Get, url, null, cancel);
            }
            catch (GoogleApiException fault) when (fault.MayPass && attempt < MostAttempts && !(fault.RetryAfter > LongestWait))
            {
                await Task.Delay(fault.RetryAfter ?? TimeSpan.FromSeconds(Math.Pow(2, attempt - 1) * (0.5 + Random.Shared.NextDouble())), time, cancel);
            }
        }
    }

    /// <summary>Makes one call.</summary>
    /// <param name="method">The method.</param>
    /// <param name="url">The URL.</param>
    /// <param name="body">The body, JSON; null for none.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The answer, a JSON object.</returns>
    /// <exception cref="GoogleApiException">It was refused, or not answered.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, Uri url, ReadOnlyMemory<byte>? body, CancellationToken cancel) =>
        Parsed(await SendAsync(method, url, body, new(MostBytes, AtMost), cancel)) ?? throw new GoogleApiException($"{url.Authority} answered something that is no JSON object.") { Code = HttpStatusCode.BadGateway };

    /// <summary>Makes one call, and leaves it to the caller to read what is answered.</summary>
    /// <param name="method">The method.</param>
    /// <param name="url">The URL.</param>
    /// <param name="body">The body, JSON; null for none.</param>
    /// <param name="bounds">What the answer may be.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The bytes of the answer.</returns>
    /// <exception cref="GoogleApiException">It was refused, or not answered.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public async Task<byte[]> SendAsync(HttpMethod method, Uri url, ReadOnlyMemory<byte>? body, AnswerBounds bounds, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(bounds.Time);
        try
        {
            for (var again = false; ; again = true)
            {
                using HttpRequestMessage request = new(method, url);
                if (body is { } json) request.Content = new ReadOnlyMemoryContent(json) { Headers = { ContentType = new("application/json") } };

                // Without a body, .NET itself would send it again where a connection that was kept open ends meanwhile.
                else if (method != HttpMethod.Get) request.Content = new ByteArrayContent([]);
                if (credentials is not null) await credentials.AuthorizeAsync(request, limit.Token);

                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                var answer = await BoundedBody.ReadAsync(response.Content, bounds.Bytes, limit.Token);

                // A token can end before its time; then a new one is asked for, once.
                if (response.StatusCode is HttpStatusCode.Unauthorized && credentials is not null && !again)
                {
                    credentials.Forget(request);
                    continue;
                }

                return response.IsSuccessStatusCode ? answer : throw Refused(url, response, answer);
            }
        }
        catch (HttpRequestException fault)
        {
            throw new GoogleApiException($"{url.Authority} could not be asked: {fault.Message}", fault)
            {
                Code = fault is RefusedRequestException ? HttpStatusCode.Forbidden : 0,
                IsTooLong = fault.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded,
            };
        }
        catch (OperationCanceledException fault) when (!cancel.IsCancellationRequested)
        {
            throw new GoogleApiException($"{url.Authority} did not answer in time.", fault);
        }
    }

    GoogleApiException Refused(Uri url, HttpResponseMessage response, byte[] answer)
    {
        var error = Parsed(answer) is { } whole && whole.TryGetProperty("error", out var given) && given.ValueKind is JsonValueKind.Object ? given : default;
        var status = Text(error, "status");
        return new($"{url.Authority} answered {(int)response.StatusCode} {Excerpt.Of($"{status}: {Text(error, "message")}", 500).Trim(' ', ':', '.')}.")
        {
            Code = response.StatusCode,
            Status = Excerpt.Of(status, 50),
            RetryAfter = Wait(response.Headers.RetryAfter),
        };
    }

    TimeSpan? Wait(RetryConditionHeaderValue? asked) =>
        (asked?.Delta ?? asked?.Date - time.GetUtcNow()) is { } wait ? wait < TimeSpan.Zero ? TimeSpan.Zero : wait : null;

    static JsonElement? Parsed(byte[] utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return document.RootElement.ValueKind is JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string Text(JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";
}

/// <summary>What an answer may be.</summary>
/// <param name="Bytes">The most bytes.</param>
/// <param name="Time">The longest time until the last of them.</param>
public readonly record struct AnswerBounds(int Bytes, TimeSpan Time);
