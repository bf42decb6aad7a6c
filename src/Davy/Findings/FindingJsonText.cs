using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Davy.Findings;

/// <summary>How the kept documents are read and written: one form for both databases, and nothing in them that PostgreSQL's <c>json</c> cannot take apart again.</summary>
static class FindingJsonText
{
    static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    // Not for web pages: these texts are data, made safe wherever they are shown.
    static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a document.</summary>
    /// <exception cref="RefusedException">It is not a JSON object.</exception>
    public static JsonObject Parse(string text, string what)
    {
        try
        {
            return JsonNode.Parse(Mended(text), documentOptions: Strict) as JsonObject
                ?? throw new RefusedException(Refusal.InvalidArgument, $"The {what} is not a JSON object.");
        }
        catch (ArgumentException)
        {
            throw new RefusedException(Refusal.InvalidArgument, $"The {what} is not valid Unicode.");
        }
        catch (JsonException fault)
        {
            throw new RefusedException(Refusal.InvalidArgument, $"The {what} is not JSON (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine}).");
        }
    }

    public static string Write(JsonNode node)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Compact)) node.WriteTo(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The text below a path of object members; empty where there is none.</summary>
    public static string Text(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path) node = (node as JsonObject)?[name];
        return node is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : "";
    }

    /// <summary>The node below a path of object members; null where there is none.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path) node = (node as JsonObject)?[name];
        return node;
    }

    /// <summary>The objects of an array.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonNode? node) => node is JsonArray array ? array.OfType<JsonObject>() : [];

    /// <summary>The text with U+FFFD for each escaped NUL and each escaped half of a surrogate pair, which no text of PostgreSQL can hold.</summary>
    static string Mended(string text)
    {
        if (!text.Contains("\\u0000", StringComparison.Ordinal) && !text.Contains("\\ud", StringComparison.OrdinalIgnoreCase)) return text;

        var mended = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\' || at + 1 == text.Length)
            {
                mended.Append(text[at]);
                continue;
            }

            if (text[at + 1] != 'u' || !Unit(text, at, out var unit))
            {
                mended.Append(text[at]).Append(text[++at]);
                continue;
            }

            if (char.IsHighSurrogate(unit) && Unit(text, at + 6, out var low) && char.IsLowSurrogate(low))
            {
                mended.Append(text, at, 12);
                at += 11;
                continue;
            }

            if (unit == 0 || char.IsSurrogate(unit)) mended.Append('\uFFFD');
            else mended.Append(text, at, 6);
            at += 5;
        }

        return mended.ToString();
    }

    static bool Unit(string text, int at, out char unit)
    {
        unit = default;
        if (at + 6 > text.Length || text[at] != '\\' || text[at + 1] != 'u') return false;
        if (!ushort.TryParse(text.AsSpan(at + 2, 4), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var value)) return false;

        unit = (char)value;
        return true;
    }
}
