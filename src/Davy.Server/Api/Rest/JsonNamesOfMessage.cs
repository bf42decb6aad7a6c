using System.Text.Json;
using Davy.Server.Api.Requests;
using Google.Protobuf.Reflection;

namespace Davy.Server.Api.Rest;

/// <summary>The names in a JSON body: each is a field of its message, in either spelling, and stands once. https://protobuf.dev/programming-guides/json/</summary>
static class JsonNamesOfMessage
{
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Checks the names.</summary>
    /// <param name="json">The body.</param>
    /// <param name="message">What it should be.</param>
    /// <param name="at">The path of that in the request; empty for the request itself.</param>
    /// <exception cref="JsonException">It is no JSON, or a name stands twice.</exception>
    /// <exception cref="Grpc.Core.RpcException">A name is unknown, or stands in both spellings.</exception>
    public static void Check(string json, MessageDescriptor message, string at)
    {
        using var document = JsonDocument.Parse(json, Strict);
        Message(document.RootElement, message, at);
    }

    static void Message(JsonElement json, MessageDescriptor message, string at)
    {
        // Well-known types have a JSON of their own; what is no object is found out by the parser, which says more.
        if (message.File.Package == "google.protobuf" || json.ValueKind != JsonValueKind.Object) return;

        HashSet<int> seen = [];
        foreach (var property in json.EnumerateObject())
        {
            var path = at.Length == 0 ? property.Name : $"{at}.{property.Name}";
            var field = message.Fields.InDeclarationOrder().FirstOrDefault(each => each.JsonName == property.Name || each.Name == property.Name)
                ?? throw Faults.Invalid(path, "UNKNOWN_NAME", $"{message.Name} has no such field.");
            if (!seen.Add(field.FieldNumber)) throw Faults.Invalid(path, "DUPLICATE_NAME", "the body gives this field in both spellings.");
            Value(property.Value, field, path);
        }
    }

    static void Value(JsonElement json, FieldDescriptor field, string at)
    {
        if (field.FieldType != FieldType.Message) return;
        if (field.IsMap)
        {
            var value = field.MessageType.FindFieldByNumber(2);
            if (json.ValueKind != JsonValueKind.Object || value.FieldType != FieldType.Message) return;
            foreach (var entry in json.EnumerateObject()) Message(entry.Value, value.MessageType, $"{at}.{entry.Name}");
        }
        else if (!field.IsRepeated)
        {
            Message(json, field.MessageType, at);
        }
        else if (json.ValueKind == JsonValueKind.Array)
        {
            var place = 0;
            foreach (var each in json.EnumerateArray()) Message(each, field.MessageType, $"{at}[{place++}]");
        }
    }
}
