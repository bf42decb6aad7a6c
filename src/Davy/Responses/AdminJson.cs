using System.Globalization;
using System.Text.Json;

namespace Davy.Responses;

/// <summary>Reads what the Admin API answers, where anything may be missing or of another kind.</summary>
static class AdminJson
{
    /// <summary>A member; undefined where there is none.</summary>
    public static JsonElement Member(this JsonElement json, string name) => json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    /// <summary>A member's text; empty where there is none.</summary>
    public static string Text(this JsonElement json, string name) => json.Member(name).Text();

    /// <summary>This text; empty where it is none. Whole numbers of 64 bits are texts in Google's JSON.</summary>
    public static string Text(this JsonElement json)
    {
        if (json.ValueKind is JsonValueKind.Number) return json.GetRawText();
        if (json.ValueKind is not JsonValueKind.String) return "";
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: a text that no name or image can be.
            return "\uFFFD";
        }
    }

    /// <summary>Whether a member is true.</summary>
    public static bool Flag(this JsonElement json, string name) => json.Member(name).ValueKind is JsonValueKind.True;

    /// <summary>A member's whole number; 0 where there is none.</summary>
    public static int Count(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var count) ? count : 0;

    /// <summary>A member's elements; none where there is no list.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>A member's moment; null where there is none.</summary>
    public static DateTimeOffset? Moment(this JsonElement json, string name) =>
        DateTimeOffset.TryParse(json.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;

    /// <summary>What follows the last slash.</summary>
    public static string LastPart(string name) => name[(name.LastIndexOf('/') + 1)..];
}
