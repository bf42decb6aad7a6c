using System.Buffers;
using System.Net;
using System.Text.Json;

namespace Davy.Google;

/// <summary>A subscription of Pub/Sub that messages are pulled from, over REST (https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions).</summary>
/// <param name="name">Its name: <c>projects/P/subscriptions/S</c>.</param>
/// <param name="api">Who calls; asked for when there is something to call.</param>
/// <param name="service">Where Pub/Sub is, with a slash at the end.</param>
public sealed class PubsubSubscription(string name, Func<GoogleApi> api, Uri service)
{
    /// <summary>The longest answer to a pull that is read, in bytes. A message has 10 MB at most (https://cloud.google.com/pubsub/quotas), and a third more in base64.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    // A request has 512 KiB at most (https://cloud.google.com/pubsub/quotas), and an id some 200 bytes.
    const int MostIds = 1_000;
    const int ShortAnswer = 1024 * 1024;

    // Pub/Sub waits for a message for about 90 seconds (https://github.com/googleapis/google-cloud-node/issues/980). To leave before it answers is to leave what it answers.
    static readonly TimeSpan LongestPull = TimeSpan.FromMinutes(2);
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    readonly string _url = $"v1/{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}";

    /// <summary>Waits until there are messages, and takes some.</summary>
    /// <param name="most">The most messages to take.</param>
    /// <param name="cancel">Stops it; what Pub/Sub sends at that moment comes again when its deadline is over.</param>
    /// <returns>The messages; none where none came for a while.</returns>
    /// <exception cref="GoogleApiException">It was refused, or not answered; where its answer was too long, the messages come again when their deadline is over.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public async Task<PulledMessages> PullAsync(int most, CancellationToken cancel)
    {
        try
        {
            return PulledMessages.Read(await api().SendAsync(HttpMethod.Post, new(service, $"{_url}:pull"), Body(json => json.WriteNumber("maxMessages", most)), new(MostBytes, LongestPull), cancel));
        }
        catch (GoogleApiException fault) when (fault.Code is HttpStatusCode.GatewayTimeout || (fault.Code is 0 && fault.InnerException is OperationCanceledException))
        {
            // That is how it is told that none came.
            return PulledMessages.None;
        }
        catch (JsonException fault)
        {
            throw new GoogleApiException($"{service.Authority} answered something that is no list of messages.", fault) { Code = HttpStatusCode.BadGateway };
        }
    }

    /// <summary>Acknowledges messages: they do not come again, save by chance.</summary>
    /// <param name="ackIds">What they are acknowledged by.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    /// <exception cref="GoogleApiException">It was refused, or not answered.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public Task AcknowledgeAsync(IReadOnlyList<string> ackIds, CancellationToken cancel) => SendAsync("acknowledge", ackIds, null, cancel);

    /// <summary>Says by when messages are acknowledged or come again.</summary>
    /// <param name="ackIds">What they are acknowledged by.</param>
    /// <param name="seconds">The seconds from now on; 0 gives them back at once, and 600 are the most.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    /// <exception cref="GoogleApiException">It was refused, or not answered.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public Task ModifyDeadlineAsync(IReadOnlyList<string> ackIds, int seconds, CancellationToken cancel) => SendAsync("modifyAckDeadline", ackIds, seconds, cancel);

    /// <summary>Asks how long a message may be in work before it comes again.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The seconds, 1 to 600.</returns>
    /// <exception cref="GoogleApiException">It was refused, or not answered.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public async Task<int> DeadlineAsync(CancellationToken cancel)
    {
        var told = await api().GetAsync(new(service, _url), cancel);
        return told.TryGetProperty("ackDeadlineSeconds", out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var seconds) && seconds is >= 1 and <= 600
            ? seconds
            : throw new GoogleApiException($"{service.Authority} tells no deadline of {name}.") { Code = HttpStatusCode.BadGateway };
    }

    async Task SendAsync(string method, IReadOnlyList<string> ackIds, int? seconds, CancellationToken cancel)
    {
        for (int from = 0, to; from < ackIds.Count; from = to)
        {
            to = Math.Min(from + MostIds, ackIds.Count);
            var some = ackIds.Skip(from).Take(to - from);
            var body = Body(json =>
            {
                json.WriteStartArray("ackIds");
                foreach (var id in some) json.WriteStringValue(id);
                json.WriteEndArray();
                if (seconds is { } number) json.WriteNumber("ackDeadlineSeconds", number);
            });
            await api().SendAsync(HttpMethod.Post, new(service, $"{_url}:{method}"), body, new(ShortAnswer, Soon), cancel);
        }
    }

    static ReadOnlyMemory<byte> Body(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> body = new();
        using Utf8JsonWriter json = new(body);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return body.WrittenMemory;
    }
}
