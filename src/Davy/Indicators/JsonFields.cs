using System.Text.Json;

namespace Davy.Indicators;

/// <summary>How fields of the files are read that come with Davy.</summary>
static class JsonFields
{
    extension(JsonElement json)
    {
        /// <summary>The field, where this is an object that has it; undefined where there is none.</summary>
        public JsonElement Field(ReadOnlySpan<byte> name) => json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var field) ? field : default;

        /// <summary>The field's text; empty where it is absent or no string.</summary>
        public string Text(ReadOnlySpan<byte> name) => json.Field(name).TextOrEmpty;

        /// <summary>This value's text; empty where it is no string.</summary>
        public string TextOrEmpty => json.ValueKind is JsonValueKind.String ? json.GetString() ?? "" : "";

        /// <summary>The field's whole number; null where it is absent or none.</summary>
        public int? Number(ReadOnlySpan<byte> name) => json.Field(name) is { ValueKind: JsonValueKind.Number } field && field.TryGetInt32(out var whole) ? whole : null;

        /// <summary>Whether the field is true.</summary>
        public bool IsTrue(ReadOnlySpan<byte> name) => json.Field(name).ValueKind is JsonValueKind.True;
    }
}
