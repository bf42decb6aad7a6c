using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Davy.Cli.Output;

/// <summary>A field of a result: a path such as <c>finding.severity</c>, in snake or camel case.</summary>
/// <param name="path">The path. What begins with neither <c>finding</c> nor <c>resource</c> is looked for in the finding, too.</param>
sealed class ResultField(string path)
{
    static readonly JsonWriterOptions Ascii = new() { Encoder = JavaScriptEncoder.Default };

    readonly string[] _parts = path.Split('.');

    /// <summary>The path as it was said.</summary>
    public string Path => path;

    /// <summary>The value as text: nothing where it is not there, lists joined, objects as JSON. It is not safe to show yet.</summary>
    /// <param name="result">The result.</param>
    public string Of(JsonElement result)
    {
        if (_parts[0] is not ("finding" or "resource") && result.TryGetProperty("finding", out var finding) && finding.ValueKind is JsonValueKind.Object && Text(finding, 0) is { Length: > 0 } text) return text;
        return Text(result, 0);
    }

    /// <summary>The text of a value.</summary>
    /// <param name="value">Any JSON.</param>
    public static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => "",
        JsonValueKind.String => String(value),
        JsonValueKind.Array when value.EnumerateArray().All(each => each.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)) => string.Join("; ", value.EnumerateArray().Select(TextOf)),
        JsonValueKind.Object or JsonValueKind.Array => Json(value),
        _ => value.GetRawText(),
    };

    string Text(JsonElement value, int at)
    {
        if (at == _parts.Length) return TextOf(value);
        if (value.ValueKind is JsonValueKind.Array) return string.Join("; ", value.EnumerateArray().Select(each => Text(each, at)).Where(text => text != ""));
        if (value.ValueKind is not JsonValueKind.Object) return "";

        // Keys of maps may hold dots of their own.
        var rest = string.Join('.', _parts[at..]);
        if (value.TryGetProperty(rest, out var whole)) return TextOf(whole);
        return value.TryGetProperty(_parts[at], out var member) || value.TryGetProperty(Camel(_parts[at]), out member) ? Text(member, at + 1) : "";
    }

    static string String(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair has no text.
            return "\uFFFD";
        }
    }

    static string Json(JsonElement value)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text, Ascii)) ResultWriting.Write(json, value);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    static string Camel(string snake)
    {
        StringBuilder camel = new(snake.Length);
        for (var at = 0; at < snake.Length; at++)
        {
            if (snake[at] == '_' && at + 1 < snake.Length) camel.Append(char.ToUpperInvariant(snake[++at]));
            else camel.Append(snake[at]);
        }

        return camel.ToString();
    }
}
