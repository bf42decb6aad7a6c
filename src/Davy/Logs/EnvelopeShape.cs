using System.Text.Json;

namespace Davy.Logs;

/// <summary>What a record carries, read off its own keys. A record that is no envelope costs a look at its first keys and no allocation.</summary>
/// <param name="Form">What kind of envelope it is.</param>
/// <param name="Content">Where its content stands in it; empty where it has none.</param>
readonly record struct EnvelopeShape(EnvelopeShape.Kind Form, Range Content)
{
    /// <summary>Looks at a record. What is not valid JSON is no envelope; its parser says what is wrong with it.</summary>
    /// <param name="record">A JSON object.</param>
    /// <param name="depth">How deep it may be nested.</param>
    public static EnvelopeShape Of(ReadOnlySpan<byte> record, int depth)
    {
        try
        {
            return Read(record, depth);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    static EnvelopeShape Read(ReadOnlySpan<byte> record, int depth)
    {
        var reader = new Utf8JsonReader(record, new() { MaxDepth = depth });
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject) return default;

        var keys = new Keys();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (IsOfEntry(ref reader)) return default;
            keys.Take(ref reader);
        }

        return keys.ToShape(record, depth);
    }

    /// <summary>Keys of a log entry, or of an object of Cloud Run, that no envelope has.</summary>
    static bool IsOfEntry(ref Utf8JsonReader reader) =>
        Names(ref reader, "protoPayload"u8) || Names(ref reader, "insertId"u8) || Names(ref reader, "logName"u8)
        || Names(ref reader, "jsonPayload"u8) || Names(ref reader, "textPayload"u8) || Names(ref reader, "spec"u8) || Names(ref reader, "status"u8);

    /// <summary>Whether the reader stands at a text, all of ASCII. One with an escaped surrogate is none, and comparing half of a pair would throw.</summary>
    internal static bool Names(ref Utf8JsonReader reader, ReadOnlySpan<byte> text) =>
        !(reader.ValueIsEscaped && (reader.ValueSpan.IndexOf("\\ud"u8) >= 0 || reader.ValueSpan.IndexOf("\\uD"u8) >= 0)) && reader.ValueTextEquals(text);

    /// <summary>The kinds of envelope.</summary>
    public enum Kind
    {
        /// <summary>It is none.</summary>
        None,

        /// <summary>An array of entries, or of envelopes.</summary>
        List,

        /// <summary>An array of received Pub/Sub messages.</summary>
        Received,

        /// <summary>A Pub/Sub message.</summary>
        Message,

        /// <summary>JSON.</summary>
        Json,

        /// <summary>A string that holds JSON in base64.</summary>
        Base64,

        /// <summary>An envelope whose content is missing or of the wrong type.</summary>
        Empty,
    }

    /// <summary>What of the keys tells; of repeated ones the last counts, as everywhere in logs.</summary>
    ref struct Keys
    {
        Range? _list;
        Range? _received;
        Range? _message;
        Range? _json;
        Range? _base64;
        bool _isMessage;
        bool _isReceived;
        bool _isEvent;
        bool _isKnownEvent;
        bool _isItems;
        bool _isApiList;

        /// <summary>Takes a key and its value.</summary>
        public void Take(ref Utf8JsonReader reader)
        {
            var key = reader;
            reader.Read();
            var type = reader.TokenType;
            var value = reader;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            Range? place = start..(int)reader.BytesConsumed;

            if (Names(ref key, "message"u8)) _message = type is JsonTokenType.StartObject ? place : null;
            else if (Names(ref key, "receivedMessages"u8)) _received = type is JsonTokenType.StartArray ? place : null;
            else if (Names(ref key, "entries"u8) || Names(ref key, "items"u8)) (_list, _isItems) = (type is JsonTokenType.StartArray ? place : null, Names(ref key, "items"u8));
            else if (IsListOfObjects(ref key)) (_list, _isItems) = (type is JsonTokenType.StartArray ? place : _list, false);
            else if (Names(ref key, "data"u8)) (_json, _base64) = (type is JsonTokenType.StartObject ? place : null, type is JsonTokenType.String ? place : _base64);
            else if (Names(ref key, "data_base64"u8)) _base64 = type is JsonTokenType.String ? place : null;
            else if (Names(ref key, "ackId"u8) || Names(ref key, "subscription"u8)) _isReceived = true;
            else if (Names(ref key, "messageId"u8) || Names(ref key, "message_id"u8) || Names(ref key, "publishTime"u8)) _isMessage = true;
            else if (Names(ref key, "specversion"u8)) _isEvent = true;
            else if (Names(ref key, "kind"u8) || Names(ref key, "apiVersion"u8)) _isApiList = true;
            else if (Names(ref key, "type"u8)) _isKnownEvent = type is JsonTokenType.String && IsKnownEvent(ref value);
        }

        /// <summary>Answers of the Cloud Run Admin API v2: a page of services, jobs or whatever was asked for (https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/list).</summary>
        static bool IsListOfObjects(ref Utf8JsonReader key) =>
            Names(ref key, "services"u8) || Names(ref key, "jobs"u8) || Names(ref key, "workerPools"u8) || Names(ref key, "revisions"u8) || Names(ref key, "executions"u8);

        /// <summary>Puts together what the keys say.</summary>
        public readonly EnvelopeShape ToShape(ReadOnlySpan<byte> record, int depth) => this switch
        {
            { _isEvent: true, _isKnownEvent: false } => default,
            { _isEvent: true, _json: { } json } => new(Kind.Json, json),
            { _isEvent: true } or { _isMessage: true } => _base64 is { } base64 ? new(Kind.Base64, base64) : _isEvent ? new(Kind.Empty, default) : default,
            { _received: { } received } => new(Kind.Received, received),
            { _message: { } message } when _isReceived || IsMessage(record[message], depth) => new(Kind.Message, message),
            { _list: { } list } when !_isItems || _isApiList => new(Kind.List, list),
            _ => default,
        };

        /// <summary>Whether the events of this type carry entries: audit logs by Eventarc, of now and before, and what a sink sent to a Pub/Sub topic.</summary>
        static bool IsKnownEvent(ref Utf8JsonReader type) =>
            Names(ref type, "google.cloud.audit.log.v1.written"u8) || Names(ref type, "com.google.cloud.auditlog.event"u8)
            || Names(ref type, "google.cloud.pubsub.topic.v1.messagePublished"u8);

        static bool IsMessage(ReadOnlySpan<byte> message, int depth)
        {
            var reader = new Utf8JsonReader(message, new() { MaxDepth = depth });
            reader.Read();
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                if (Names(ref reader, "data"u8) || Names(ref reader, "messageId"u8) || Names(ref reader, "message_id"u8)) return true;
                reader.Skip();
            }

            return false;
        }
    }
}
