using System.Text.Json;

namespace Davy.Google;

/// <summary>A JSON object of credentials. It names the place of what is wrong, and never shows a value.</summary>
/// <param name="place">The file, for people.</param>
/// <param name="json">The object.</param>
/// <param name="path">Where it stands in the file; empty for the file's own object.</param>
sealed class CredentialJson(string place, JsonElement json, string path = "")
{
    const int MostBytes = 64 * 1024;

    /// <summary>The file, for people.</summary>
    public string Place => place;

    /// <summary>Reads a file.</summary>
    /// <exception cref="CredentialException">It cannot be read, or is no JSON object.</exception>
    public static CredentialJson Read(string file)
    {
        try
        {
            return Parse(file, BoundedFile.Read(file, MostBytes));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CredentialException($"{file}: the credentials cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Reads the content of a file, or an answer.</summary>
    /// <exception cref="CredentialException">It is no JSON object.</exception>
    public static CredentialJson Parse(string place, ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            if (document.RootElement.ValueKind is JsonValueKind.Object) return new(place, document.RootElement.Clone());
        }
        catch (JsonException)
        {
            // The parser's message may show a part of the content.
        }

        throw new CredentialException($"{place}: it is no JSON object.");
    }

    /// <summary>Whether a field is there.</summary>
    public bool Has(string name) => json.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null;

    /// <summary>A text that must be there.</summary>
    /// <exception cref="CredentialException">It is not, or is empty.</exception>
    public string Text(string name) => Optional(name) is { Length: > 0 } text ? text : throw Fault(name, "it is missing");

    /// <summary>A text, or null where it is not there.</summary>
    /// <exception cref="CredentialException">It is something else than a text.</exception>
    public string? Optional(string name)
    {
        if (!Has(name)) return null;
        return json.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : throw Fault(name, "it must be a text");
    }

    /// <summary>An absolute URL that must be there.</summary>
    /// <exception cref="CredentialException">It is not.</exception>
    public Uri Url(string name, string? otherwise = null) =>
        Uri.TryCreate(otherwise is null ? Text(name) : Optional(name) ?? otherwise, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : throw Fault(name, "it must be a URL");

    /// <summary>A list of texts; empty where it is not there.</summary>
    /// <exception cref="CredentialException">It is something else.</exception>
    public IReadOnlyList<string> Texts(string name)
    {
        if (!Has(name)) return [];
        var list = json.GetProperty(name);
        return list.ValueKind is JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
            : throw Fault(name, "it must be a list of texts");
    }

    /// <summary>The texts of an object, by name; empty where it is not there.</summary>
    /// <exception cref="CredentialException">It is something else.</exception>
    public IReadOnlyDictionary<string, string> TextsByName(string name)
    {
        if (!Has(name)) return new Dictionary<string, string>();
        var map = json.GetProperty(name);
        return map.ValueKind is JsonValueKind.Object && map.EnumerateObject().All(item => item.Value.ValueKind is JsonValueKind.String)
            ? map.EnumerateObject().DistinctBy(item => item.Name).ToDictionary(item => item.Name, item => item.Value.GetString()!)
            : throw Fault(name, "it must be an object of texts");
    }

    /// <summary>A number of seconds that must be there.</summary>
    /// <exception cref="CredentialException">It is not.</exception>
    public TimeSpan Seconds(string name) =>
        Has(name) && json.GetProperty(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var seconds) && seconds is >= 0 and <= 86_400
            ? TimeSpan.FromSeconds(seconds)
            : throw Fault(name, "it must be a number of seconds");

    /// <summary>A token that must be there, fit for a header.</summary>
    /// <exception cref="CredentialException">It is not.</exception>
    public string Token(string name) => Text(name) is var token && token.All(letter => letter is > ' ' and < '\x7f') ? token : throw Fault(name, "it is no token");

    /// <summary>An object that must be there.</summary>
    /// <exception cref="CredentialException">It is not.</exception>
    public CredentialJson Object(string name) =>
        Has(name) && json.GetProperty(name) is { ValueKind: JsonValueKind.Object } value ? new(place, value, path + name + ".") : throw Fault(name, "it is missing, or no object");

    /// <summary>What is wrong with a field.</summary>
    public CredentialException Fault(string name, string what) => new($"{place}: {path}{name}: {what}.");
}
