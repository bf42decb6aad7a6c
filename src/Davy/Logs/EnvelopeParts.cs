using System.Text.Json;

namespace Davy.Logs;

/// <summary>What of a record makes it an envelope, as slices of it. A record that is none costs no allocation.</summary>
readonly struct EnvelopeParts
{
    /// <summary>A list of messages, entries or objects.</summary>
    public ReadOnlyMemory<byte>? Messages { get; private init; }

    /// <summary>One Pub/Sub message.</summary>
    public ReadOnlyMemory<byte>? Message { get; private init; }

    /// <summary>The content as a JSON string of base64.</summary>
    public ReadOnlyMemory<byte>? Base64 { get; private init; }

    /// <summary>The content as JSON.</summary>
    public ReadOnlyMemory<byte>? Data { get; private init; }

    /// <summary>Whether the record is an envelope at all.</summary>
    public bool IsEnvelope => Messages is not null || Message is not null || Base64 is not null || Data is not null;

    /// <summary>Looks at the record's own keys; of repeated ones the last counts, as everywhere in logs.</summary>
    public static EnvelopeParts Of(ReadOnlyMemory<byte> record, int depth)
    {
        try
        {
            return OfValid(record, depth);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // What is not valid JSON, or not valid Unicode, is no envelope; the examiner says what is wrong with it.
            return default;
        }
    }

    static EnvelopeParts OfValid(ReadOnlyMemory<byte> record, int depth)
    {
        var reader = new Utf8JsonReader(record.Span, new() { MaxDepth = depth });
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject) return default;

        ReadOnlyMemory<byte>? message = null, list = null, data = null, base64 = null;
        bool isCloudEvent = false, isPubsub = false, isLog = false, isAudit = false, isListed = false;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var key = KeyOf(ref reader);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var type = reader.TokenType;
            if (key is Key.Type) isAudit = type is JsonTokenType.String && (reader.ValueTextEquals("google.cloud.audit.log.v1.written"u8) || reader.ValueTextEquals("com.google.cloud.auditlog.event"u8));
            reader.Skip();
            var value = record[start..(int)reader.BytesConsumed];

            switch (key)
            {
                case Key.Message when type is JsonTokenType.StartObject:
                    message = value;
                    break;
                case Key.List when type is JsonTokenType.StartArray:
                    list = value;
                    break;
                case Key.Items when type is JsonTokenType.StartArray:
                    (list, isListed) = (value, true);
                    break;
                case Key.Data:
                    data = type is JsonTokenType.StartObject ? value : (ReadOnlyMemory<byte>?)null;
                    if (type is JsonTokenType.String) base64 = value;
                    break;
                case Key.Base64 when type is JsonTokenType.String:
                    base64 = value;
                    break;
                case Key.SpecVersion:
                    isCloudEvent = true;
                    break;
                case Key.Pubsub:
                    isPubsub = true;
                    break;
                case Key.Log:
                    isLog = true;
                    break;
            }
        }

        if (isLog) return default;
        if (list is not null && (!isListed || message is null)) return new() { Messages = list };
        if (message is not null) return new() { Message = message };
        if (isCloudEvent) return isAudit ? new() { Data = data, Base64 = data is null ? base64 : null } : default;
        return base64 is not null && (isPubsub || data is null) ? new() { Base64 = base64 } : default;
    }

    static Key KeyOf(ref Utf8JsonReader reader) => reader switch
    {
        _ when reader.ValueTextEquals("message"u8) => Key.Message,
        _ when reader.ValueTextEquals("receivedMessages"u8) || reader.ValueTextEquals("entries"u8) => Key.List,
        _ when reader.ValueTextEquals("items"u8) => Key.Items,
        _ when reader.ValueTextEquals("data"u8) => Key.Data,
        _ when reader.ValueTextEquals("data_base64"u8) => Key.Base64,
        _ when reader.ValueTextEquals("specversion"u8) => Key.SpecVersion,
        _ when reader.ValueTextEquals("type"u8) => Key.Type,
        _ when reader.ValueTextEquals("messageId"u8) || reader.ValueTextEquals("message_id"u8) || reader.ValueTextEquals("publishTime"u8) => Key.Pubsub,
        _ when reader.ValueTextEquals("protoPayload"u8) || reader.ValueTextEquals("jsonPayload"u8) || reader.ValueTextEquals("textPayload"u8) => Key.Log,
        _ => Key.Other,
    };

    enum Key
    {
        Other,
        Message,
        List,
        Items,
        Data,
        Base64,
        SpecVersion,
        Type,
        Pubsub,
        Log,
    }
}
