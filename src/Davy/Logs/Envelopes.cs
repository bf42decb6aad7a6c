using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Davy.Logs;

/// <summary>
/// Takes entries out of what carries them: Pub/Sub messages pushed or pulled (https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage), CloudEvents in structured mode
/// (https://github.com/cloudevents/spec/blob/main/cloudevents/formats/json-format.md), answers of <c>entries:list</c>, and lists of Cloud Run objects. A bad message costs no other.
/// </summary>
public static class Envelopes
{
    /// <summary>How many levels of nesting an envelope may add to those of an entry.</summary>
    internal const int Levels = 4;

    const int MostNested = 3;

    /// <summary>Unwraps a record.</summary>
    /// <param name="record">A JSON object; it need not be valid.</param>
    /// <param name="limits">What an entry may be.</param>
    /// <returns>The entries in it, in order: the record itself where it is no envelope, none where the envelope is empty.</returns>
    public static UnwrappedEntries Unwrap(ReadOnlyMemory<byte> record, ReadLimits limits)
    {
        var shape = EnvelopeShape.Of(record.Span, limits.Depth + Levels);
        if (shape.Form is EnvelopeShape.Kind.None) return new(Entry(record, limits));

        var found = new Contents(limits);
        found.Open(record, shape, nested: 1);
        return new(found.Entries);
    }

    static UnwrappedEntry Entry(ReadOnlyMemory<byte> json, ReadLimits limits) => json.Length <= limits.EntryBytes
        ? new(json, null)
        : Bad(RejectReason.TooLarge, $"It has {json.Length} bytes; the limit for an entry is {limits.EntryBytes}.");

    static UnwrappedEntry Bad(RejectReason reason, string detail) => new(default, new(reason, detail));

    /// <summary>Standard or URL-safe base64, with or without padding, as a JSON string; null where it is neither.</summary>
    static ReadOnlyMemory<byte>? Decode(ReadOnlySpan<byte> token)
    {
        var reader = new Utf8JsonReader(token);
        reader.Read();
        var text = new byte[token.Length + 2];
        int length;
        try
        {
            length = reader.CopyString(text);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, or no UTF-8.
            return null;
        }

        var digits = text.AsSpan(0, length).TrimEnd((byte)'=').Length;
        text.AsSpan(0, digits).Replace((byte)'-', (byte)'+');
        text.AsSpan(0, digits).Replace((byte)'_', (byte)'/');
        var padded = (digits + 3) / 4 * 4;
        text.AsSpan(digits, padded - digits).Fill((byte)'=');
        return Base64.DecodeFromUtf8InPlace(text.AsSpan(0, padded), out var written) is OperationStatus.Done ? text.AsMemory(0, written) : null;
    }

    /// <summary>Collects what an envelope carries.</summary>
    readonly struct Contents(ReadLimits limits)
    {
        public List<UnwrappedEntry> Entries { get; } = [];

        public void Open(ReadOnlyMemory<byte> envelope, EnvelopeShape shape, int nested)
        {
            var content = envelope[shape.Content];
            switch (shape.Form)
            {
                case EnvelopeShape.Kind.List:
                    foreach (var element in Elements(content)) Add(element, nested);
                    break;
                case EnvelopeShape.Kind.Received:
                    foreach (var element in Elements(content)) AddReceived(element, nested);
                    break;
                case EnvelopeShape.Kind.Message:
                    AddMessage(content, nested);
                    break;
                case EnvelopeShape.Kind.Json:
                    Add(content, nested);
                    break;
                case EnvelopeShape.Kind.Base64:
                    AddDecoded(content, nested);
                    break;
                default:
                    Entries.Add(Bad(RejectReason.BadEnvelope, "The event carries no data."));
                    break;
            }
        }

        void Add(ReadOnlyMemory<byte> json, int nested)
        {
            if (json.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..])
            {
                Entries.Add(Bad(RejectReason.NotAnObject, "What the envelope carries is no JSON object; a log entry is one."));
                return;
            }

            var shape = EnvelopeShape.Of(json.Span, limits.Depth + Levels);
            if (shape.Form is EnvelopeShape.Kind.None) Entries.Add(Entry(json, limits));
            else if (nested < MostNested) Open(json, shape, nested + 1);
            else Entries.Add(Bad(RejectReason.BadEnvelope, $"It is an envelope within {MostNested} envelopes."));
        }

        void AddReceived(ReadOnlyMemory<byte> received, int nested)
        {
            var shape = EnvelopeShape.Of(received.Span, limits.Depth + Levels);
            if (shape.Form is EnvelopeShape.Kind.Message) AddMessage(received[shape.Content], nested);
            else Entries.Add(Bad(RejectReason.BadEnvelope, "What was received holds no message."));
        }

        void AddMessage(ReadOnlyMemory<byte> message, int nested)
        {
            ReadOnlyMemory<byte>? data = null;
            var reader = new Utf8JsonReader(message.Span, new() { MaxDepth = limits.Depth + Levels });
            reader.Read();
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var isData = EnvelopeShape.Names(ref reader, "data"u8);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                if (isData && reader.TokenType is not JsonTokenType.String) data = null;
                else if (isData) data = message[start..(int)reader.BytesConsumed];
                reader.Skip();
            }

            if (data is { } text) AddDecoded(text, nested);
            else Entries.Add(Bad(RejectReason.BadEnvelope, "The message carries no data."));
        }

        void AddDecoded(ReadOnlyMemory<byte> base64, int nested)
        {
            if (Decode(base64.Span) is not { } json) Entries.Add(Bad(RejectReason.BadEnvelope, "The data of the message is not base64."));
            else if (json.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..]) Entries.Add(Bad(RejectReason.BadEnvelope, "The data of the message is no JSON object."));
            else Add(json, nested);
        }

        List<ReadOnlyMemory<byte>> Elements(ReadOnlyMemory<byte> array)
        {
            List<ReadOnlyMemory<byte>> elements = [];
            var reader = new Utf8JsonReader(array.Span, new() { MaxDepth = limits.Depth + Levels });
            reader.Read();
            while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                elements.Add(array[start..(int)reader.BytesConsumed]);
            }

            return elements;
        }
    }
}
