using System.Text.Json;

namespace Davy.Google;

/// <summary>A message as it was pulled (https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/pull#receivedmessage).</summary>
/// <param name="AckId">What it is acknowledged by, this time that it was delivered.</param>
/// <param name="Id">What tells it from others: see <see cref="PubsubMessageId"/>.</param>
/// <param name="Json">Its bytes, untouched, in the envelope that it was delivered in.</param>
public readonly record struct PulledMessage(string AckId, string Id, ReadOnlyMemory<byte> Json);

/// <summary>What one pull brought.</summary>
/// <param name="Messages">The messages.</param>
/// <param name="Bytes">How long the answer was; so much memory the messages hold.</param>
public sealed record PulledMessages(IReadOnlyList<PulledMessage> Messages, int Bytes)
{
    const int LongestAckId = 4_096;

    /// <summary>Nothing.</summary>
    public static PulledMessages None { get; } = new([], 0);

    /// <summary>Reads the answer to a pull. Whatever is in a message is for others to judge; one that cannot be acknowledged is left out, for it comes again in any case.</summary>
    /// <param name="utf8">The answer.</param>
    /// <returns>The messages.</returns>
    /// <exception cref="JsonException">It is no such answer, or no message in it can be acknowledged.</exception>
    public static PulledMessages Read(ReadOnlyMemory<byte> utf8)
    {
        List<PulledMessage> messages = [];
        var left = 0;
        Utf8JsonReader reader = new(utf8.Span);
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject) throw new JsonException("It is no JSON object.");
        while (Member(ref reader) is { } name)
        {
            if (name != "receivedMessages")
            {
                reader.Skip();
                continue;
            }

            if (reader.TokenType is not JsonTokenType.StartArray) throw new JsonException("receivedMessages is no list.");
            while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
            {
                if (Message(ref reader, utf8) is { } message) messages.Add(message);
                else left++;
            }
        }

        return messages.Count == 0 && left > 0 ? throw new JsonException("None of its messages can be acknowledged.") : new(messages, utf8.Length);
    }

    static PulledMessage? Message(ref Utf8JsonReader reader, ReadOnlyMemory<byte> utf8)
    {
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        var start = (int)reader.TokenStartIndex;
        var (acknowledged, id, content) = ((string?)null, (string?)null, default(ReadOnlyMemory<byte>));
        while (Member(ref reader) is { } name)
        {
            var began = (int)reader.TokenStartIndex;
            if (name == "ackId") acknowledged = Text(ref reader);
            else if (name == "message" && reader.TokenType is JsonTokenType.StartObject) id = IdOf(ref reader);
            else reader.Skip();
            if (name == "message") content = utf8[began..(int)reader.BytesConsumed];
        }

        return acknowledged is { Length: > 0 and <= LongestAckId } ? new(acknowledged, PubsubMessageId.Of(id, content.Span), utf8[start..(int)reader.BytesConsumed]) : null;
    }

    static string? IdOf(ref Utf8JsonReader reader)
    {
        string? id = null;
        while (Member(ref reader) is { } name)
        {
            if (name == "messageId") id = Text(ref reader);
            else reader.Skip();
        }

        return id;
    }

    /// <summary>Goes to the value of the next member; null at the end of the object.</summary>
    static string? Member(ref Utf8JsonReader reader)
    {
        if (!reader.Read()) throw new JsonException("It ends too early.");
        if (reader.TokenType is JsonTokenType.EndObject) return null;

        // Half of a surrogate pair can stand in any other name, and must not be looked at as a text.
        var name = reader.ValueTextEquals("receivedMessages"u8) ? "receivedMessages" : reader.ValueTextEquals("ackId"u8) ? "ackId"
            : reader.ValueTextEquals("message"u8) ? "message" : reader.ValueTextEquals("messageId"u8) ? "messageId" : "";
        if (!reader.Read()) throw new JsonException("It ends too early.");
        return name;
    }

    static string? Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not JsonTokenType.String)
        {
            reader.Skip();
            return null;
        }

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, or no UTF-8.
            return null;
        }
    }
}
