using System.Globalization;
using System.Text.Json;

namespace Davy.Findings;

/// <summary>
/// A place in an ordered list: the values by which the last finding (or group) of a page is sorted. The next page holds what sorts after it, so what is added or
/// removed meanwhile moves nothing else. Its text is not signed: whoever hands it out signs it.
/// </summary>
/// <param name="Values">The values: texts and whole numbers.</param>
public sealed record FindingCursor(IReadOnlyList<object> Values)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The place.</returns>
    /// <exception cref="FormatException">It is no such text.</exception>
    public static FindingCursor Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text, new() { MaxDepth = 2 });
            return new([.. json.RootElement.EnumerateArray().Select(value => value.ValueKind is JsonValueKind.Number ? (object)value.GetInt64() : value.GetString() ?? "")]);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            throw new FormatException("The page token's place cannot be read.");
        }
    }

    /// <summary>A JSON array of the values.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var value in Values)
            {
                if (value is long number) json.WriteNumberValue(number);
                else json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
            }

            json.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <inheritdoc/>
    public bool Equals(FindingCursor? other) => other is not null && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Count;
}
