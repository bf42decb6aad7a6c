using System.Text.Json;
using Davy.Google;

namespace Davy.Notifications;

/// <summary>
/// Publishes notifications to a Pub/Sub topic, over REST (https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish). The data is the
/// <c>NotificationMessage</c>; the ordering key is the finding's id, for subscriptions that keep an order.
/// </summary>
/// <param name="topic">The topic: <c>projects/P/topics/T</c>.</param>
/// <param name="api">Who calls.</param>
/// <param name="service">Where Pub/Sub is, with a slash at the end.</param>
public sealed class PubsubSender(string topic, GoogleApi api, Uri service) : TargetSender
{
    /// <inheritdoc/>
    public override async Task SendAsync(Notification notification, CancellationToken cancel)
    {
        var path = string.Join('/', topic.Split('/').Select(Uri.EscapeDataString));
        try
        {
            await api.SendAsync(HttpMethod.Post, new(service, $"v1/{path}:publish"), Body(notification), cancel);
        }
        catch (GoogleApiException fault)
        {
            throw new SendException(fault.Message, fault) { RetryAfter = fault.RetryAfter };
        }
        catch (CredentialException fault)
        {
            throw new SendException(fault.Message, fault);
        }
    }

    static byte[] Body(Notification notification)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteStartArray("messages");
            json.WriteStartObject();
            json.WriteBase64String("data", notification.Bytes());
            json.WriteString("orderingKey", notification.FindingId);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
