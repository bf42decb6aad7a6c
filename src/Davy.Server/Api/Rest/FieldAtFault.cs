using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Davy.Server.Api.Rest;

/// <summary>Which field of a body it is that cannot be read: the parser's message does not tell.</summary>
static class FieldAtFault
{
    // Each field is read by itself, once a level: a large body is not worth that.
    const int LongestBody = 256 * 1024;

    /// <summary>The path of the field, as in the proto file; that of the body where it cannot be told.</summary>
    /// <param name="body">The body.</param>
    /// <param name="message">What it should be.</param>
    /// <param name="at">The path of that in the request; empty for the request itself.</param>
    /// <param name="parser">What read the body.</param>
    public static string In(string body, MessageDescriptor message, string at, JsonParser parser)
    {
        if (body.Length > LongestBody) return at;
        try
        {
            using var json = JsonDocument.Parse(body);
            return In(json.RootElement, message, at, parser);
        }
        catch (JsonException)
        {
            return at;
        }
    }

    static string In(JsonElement json, MessageDescriptor message, string at, JsonParser parser)
    {
        if (json.ValueKind is not JsonValueKind.Object || message.File.Package == "google.protobuf") return at;
        foreach (var property in json.EnumerateObject())
        {
            var field = message.Fields.InDeclarationOrder().FirstOrDefault(each => each.JsonName == property.Name || each.Name == property.Name);
            if (field is null || IsRead($"{{{JsonSerializer.Serialize(property.Name)}:{property.Value.GetRawText()}}}", message, parser)) continue;

            var path = at.Length == 0 ? field.Name : $"{at}.{field.Name}";
            return field.FieldType is FieldType.Message && !field.IsRepeated ? In(property.Value, field.MessageType, path, parser) : path;
        }

        return at;
    }

    static bool IsRead(string json, MessageDescriptor message, JsonParser parser)
    {
        try
        {
            parser.Parse(json, message);
            return true;
        }
        catch (Exception fault) when (fault is InvalidProtocolBufferException or InvalidJsonException or FormatException or InvalidOperationException)
        {
            return false;
        }
    }
}
