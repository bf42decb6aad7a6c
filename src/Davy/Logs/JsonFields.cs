using System.Text.Json;

namespace Davy.Logs;

/// <summary>
/// How fields of hostile JSON are read: a field of another type than expected counts as absent (logs hold <c>"..."</c> where an object belongs),
/// and text that is not valid Unicode rejects the entry, since <c>JsonElement.GetString</c> finds that out only now.
/// </summary>
public static class JsonFields
{
    extension(JsonElement json)
    {
        /// <summary>The field, where this is an object that has it; of repeated names the last.</summary>
        /// <param name="name">The field's name.</param>
        /// <returns>The field; undefined where there is none.</returns>
        /// <exception cref="EntryRejectedException">A name beside it is not valid Unicode.</exception>
        public JsonElement Field(ReadOnlySpan<byte> name)
        {
            try
            {
                return json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var field) ? field : default;
            }
            catch (InvalidOperationException)
            {
                throw JsonNames.Invalid();
            }
        }

        /// <summary>The field, where it is an object.</summary>
        /// <param name="name">The field's name.</param>
        /// <returns>The object; undefined where there is none.</returns>
        public JsonElement Object(ReadOnlySpan<byte> name) => json.Field(name) is { ValueKind: JsonValueKind.Object } field ? field : default;

        /// <summary>The field's text; empty where it is absent or no string.</summary>
        /// <param name="name">The field's name.</param>
        /// <returns>The text.</returns>
        /// <exception cref="EntryRejectedException">The text is not valid Unicode.</exception>
        public string Text(ReadOnlySpan<byte> name) => json.Field(name).TextOrEmpty;

        /// <summary>This value's text; empty where it is no string.</summary>
        /// <exception cref="EntryRejectedException">The text is not valid Unicode.</exception>
        public string TextOrEmpty
        {
            get
            {
                try
                {
                    return json.ValueKind is JsonValueKind.String ? json.GetString() ?? "" : "";
                }
                catch (InvalidOperationException)
                {
                    throw new EntryRejectedException(RejectReason.InvalidText, "A text in it is not valid Unicode (invalid UTF-8, or half of a surrogate pair).");
                }
            }
        }

        /// <summary>The field's moment; null where it is absent or none.</summary>
        /// <param name="name">The field's name.</param>
        /// <returns>The moment.</returns>
        /// <exception cref="EntryRejectedException">The text is not valid Unicode.</exception>
        public Timestamp? Time(ReadOnlySpan<byte> name) => Timestamp.TryParse(json.Text(name), out var time) ? time : null;

        /// <summary>The field's whole number, written as a number or as a string; null where it is neither.</summary>
        /// <param name="name">The field's name.</param>
        /// <returns>The number.</returns>
        /// <exception cref="EntryRejectedException">The text is not valid Unicode.</exception>
        public long? Number(ReadOnlySpan<byte> name) => json.Field(name) switch
        {
            { ValueKind: JsonValueKind.Number } field => field.TryGetInt64(out var whole) ? whole
                : field.TryGetDouble(out var real) && double.IsFinite(real) && Math.Abs(real) < 1e15 ? (long)real : null,
            { ValueKind: JsonValueKind.String } field => long.TryParse(field.TextOrEmpty, out var whole) ? whole : null,
            _ => null,
        };

        /// <summary>Whether the field is <c>true</c>, as a literal or as a string.</summary>
        /// <param name="name">The field's name.</param>
        /// <returns>False where it is absent.</returns>
        /// <exception cref="EntryRejectedException">The text is not valid Unicode.</exception>
        public bool IsTrue(ReadOnlySpan<byte> name) => json.Field(name) switch
        {
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.String } field => field.TextOrEmpty.Equals("true", StringComparison.OrdinalIgnoreCase),
            _ => false,
        };
    }
}
