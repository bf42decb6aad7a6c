using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Davy.Logs;

/// <summary>An entry that came out of an envelope, or needed none.</summary>
/// <param name="Json">The entry.</param>
/// <param name="Rejected">Why it could not be had; null where it could.</param>
public readonly record struct UnwrappedEntry(ReadOnlyMemory<byte> Json, EntryRejectedException? Rejected);

/// <summary>
/// Takes entries out of what carries them: Pub/Sub messages pushed or pulled (https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage), CloudEvents in structured mode
/// (https://github.com/cloudevents/spec/blob/main/cloudevents/formats/json-format.md), answers of <c>entries:list</c>, and lists of Cloud Run objects.
/// </summary>
public static class Envelopes
{
    const int MostNested = 3;

    /// <summary>Unwraps a record.</summary>
    /// <param name="record">A JSON object.</param>
    /// <param name="limits">What an entry may be.</param>
    /// <returns>The entries in it, in order: the record itself where it is no envelope, none where the envelope is empty.</returns>
    public static IEnumerable<UnwrappedEntry> Unwrap(ReadOnlyMemory<byte> record, ReadLimits limits) => Unwrap(record, limits, 0);

    static IEnumerable<UnwrappedEntry> Unwrap(ReadOnlyMemory<byte> record, ReadLimits limits, int nested)
    {
        var parts = EnvelopeParts.Of(record, limits.Depth);
        if (parts.IsEnvelope && nested >= MostNested) return [Bad($"It is an envelope within {MostNested} envelopes.")];
        if (parts.Messages is { } messages) return Elements(messages, limits).SelectMany(message => Unwrap(message, limits, nested + 1));
        if (parts.Message is { } single) return Unwrap(single, limits, nested + 1);
        if (parts.Base64 is { } encoded) return Decode(encoded) is { } inner ? Unwrap(inner, limits, nested + 1) : [Bad("The data of its message is not base64.")];
        if (parts.Data is { } data) return Unwrap(data, limits, nested + 1);

        return record.Length <= limits.EntryBytes
            ? [new(record, null)]
            : [new(default, new(RejectReason.TooLarge, $"It has {record.Length} bytes; the limit for an entry is {limits.EntryBytes}."))];
    }

    static UnwrappedEntry Bad(string detail) => new(default, new(RejectReason.BadEnvelope, detail));

    static List<ReadOnlyMemory<byte>> Elements(ReadOnlyMemory<byte> array, ReadLimits limits)
    {
        List<ReadOnlyMemory<byte>> elements = [];
        var reader = new Utf8JsonReader(array.Span, new() { MaxDepth = limits.Depth });
        reader.Read();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            elements.Add(array[start..(int)reader.BytesConsumed]);
        }

        return elements;
    }

    /// <summary>Standard or URL-safe base64, with or without padding; null where it is neither.</summary>
    static ReadOnlyMemory<byte>? Decode(ReadOnlyMemory<byte> token)
    {
        var reader = new Utf8JsonReader(token.Span);
        reader.Read();
        try
        {
            var text = reader.GetString()!.TrimEnd('=').Replace('+', '-').Replace('/', '_');
            var decoded = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
            return Base64Url.TryDecodeFromChars(text, decoded, out var written) && LooksLikeObject(decoded.AsSpan(0, written)) ? decoded.AsMemory(0, written) : null;
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or DecoderFallbackException)
        {
            return null;
        }
    }

    static bool LooksLikeObject(ReadOnlySpan<byte> json) => json.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
}
