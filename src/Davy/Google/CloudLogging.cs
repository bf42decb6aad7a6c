using System.Buffers;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Davy.Google;

/// <summary>
/// Reads Cloud Run's audit logs from Cloud Logging (https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list), page by page and within its quota of 60 calls a minute
/// (https://cloud.google.com/logging/quotas). Where it is busy, it is given time.
/// </summary>
/// <param name="api">Who calls; asked for when there is something to call.</param>
/// <param name="services">Where the services are.</param>
/// <param name="time">The clock.</param>
public sealed class CloudLogging(Func<GoogleApi> api, GoogleEndpoints services, TimeProvider time)
{
    /// <summary>The most entries that a page may have; more is refused.</summary>
    public const int MostOnAPage = 1_000;

    const int MostAttempts = 8;
    const int MostBytes = 64 * 1024 * 1024;

    static readonly TimeSpan AtMost = TimeSpan.FromMinutes(2);
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    Pace Quota { get; init; } = new(TimeSpan.FromSeconds(1), time);

    /// <summary>The same service at another address, within the same quota.</summary>
    /// <param name="endpoint">Where it is, with a slash at the end.</param>
    /// <param name="caller">Who calls it there.</param>
    public CloudLogging At(Uri endpoint, Func<GoogleApi> caller) => new(caller, services with { Logging = endpoint }, time) { Quota = Quota };

    /// <summary>
    /// The entries of Cloud Run in a project's <c>system_event</c> and <c>activity</c> logs, from the oldest on. An entry may come twice: where a page was too large to take, the
    /// log is asked again from the last entry on, for fewer at a time.
    /// </summary>
    /// <param name="project">The project's id or number.</param>
    /// <param name="since">The earliest time of an entry, RFC 3339 in UTC.</param>
    /// <param name="until">The time before which an entry must be, RFC 3339 in UTC; empty for no end.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The pages, of which any may be empty.</returns>
    /// <exception cref="GoogleApiException">The project may not be read, or Cloud Logging does not answer.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public async IAsyncEnumerable<EntryPage> PagesAsync(string project, string since, string until, [EnumeratorCancellation] CancellationToken cancel)
    {
        // A token goes with the very query that gave it.
        var (size, from, last, token) = (MostOnAPage, since, since, "");
        while (true)
        {
            EntryPage page;
            try
            {
                page = await PageAsync(Request(project, Filter(from, until), size, token), cancel);
            }
            catch (GoogleApiException fault) when (fault.IsTooLong && size > 1)
            {
                (size, from, token) = (Math.Max(size / 8, 1), last, "");
                continue;
            }

            yield return page;
            last = page.Entries.LastOrDefault(entry => entry.Timestamp != "").Timestamp ?? last;
            token = page.NextToken;
            if (token == "") yield break;
        }
    }

    /// <summary>What is asked for, in the language of https://cloud.google.com/logging/docs/view/logging-query-language.</summary>
    static string Filter(string since, string until) => $"""
        (log_id("cloudaudit.googleapis.com/system_event") OR log_id("cloudaudit.googleapis.com/activity")) AND protoPayload.serviceName="run.googleapis.com" AND timestamp>="{since}"{(until == "" ? "" : $" AND timestamp<\"{until}\"")}
        """;

    static ReadOnlyMemory<byte> Request(string project, string filter, int size, string token)
    {
        ArrayBufferWriter<byte> body = new();
        using Utf8JsonWriter json = new(body);
        json.WriteStartObject();
        json.WriteStartArray("resourceNames");
        json.WriteStringValue($"projects/{project}");
        json.WriteEndArray();
        json.WriteString("filter", filter);
        json.WriteString("orderBy", "timestamp asc");
        json.WriteNumber("pageSize", size);
        if (token != "") json.WriteString("pageToken", token);
        json.WriteEndObject();
        json.Flush();
        return body.WrittenMemory;
    }

    async Task<EntryPage> PageAsync(ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            await Quota.WaitAsync(cancel);
            try
            {
                return EntryPage.Read(await api().SendAsync(HttpMethod.Post, new(services.Logging, "v2/entries:list"), request, new(MostBytes, AtMost), cancel));
            }
            catch (GoogleApiException fault) when (fault.MayPass && attempt < MostAttempts && !(fault.RetryAfter > LongestWait))
            {
                // The quota is one of a minute, so that the later waits reach over one.
                await Task.Delay(fault.RetryAfter ?? TimeSpan.FromSeconds(Math.Min(Math.Pow(2, attempt - 1), 40) * (0.5 + Random.Shared.NextDouble())), time, cancel);
            }
            catch (JsonException fault)
            {
                throw new GoogleApiException($"{services.Logging.Authority} answered something that is no page of log entries.", fault) { Code = HttpStatusCode.BadGateway };
            }
        }
    }
}
