using System.Text.Json;

namespace Davy.Images.Content;

/// <summary>
/// JSON of an image, which an attacker may have written. What two readers could read differently is refused: a name given twice, and a name in other case than the
/// format's, which Go's reader takes for the same and others do not.
/// </summary>
readonly struct HostileJson
{
    static readonly JsonDocumentOptions Options = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    readonly JsonElement _json;
    readonly string _what;

    HostileJson(JsonElement json, string what) => (_json, _what) = (json, what);

    /// <summary>Reads a document.</summary>
    /// <param name="utf8">Its bytes.</param>
    /// <param name="what">What it is, for messages: <c>the manifest</c>.</param>
    /// <exception cref="UnreadableImageException">It is no JSON object.</exception>
    public static HostileJson Parse(ReadOnlyMemory<byte> utf8, string what)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            return document.RootElement.ValueKind is JsonValueKind.Object
                ? new(document.RootElement.Clone(), what)
                : throw Fault($"{what} is no JSON object");
        }
        catch (JsonException)
        {
            throw Fault($"{what} is no JSON, is nested deeper than {Options.MaxDepth}, or names a member twice");
        }
    }

    /// <summary>Reads a document that is a list of objects.</summary>
    /// <param name="utf8">Its bytes.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <exception cref="UnreadableImageException">It is no such list.</exception>
    public static IReadOnlyList<HostileJson> ParseList(ReadOnlyMemory<byte> utf8, string what)
    {
        byte[] wrapped = [.. """{"list":"""u8, .. utf8.Span, (byte)'}'];
        return Parse(wrapped, what).List("list");
    }

    /// <summary>Whether there is such a value at all.</summary>
    public bool Exists => _json.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public bool IsText => _json.ValueKind is JsonValueKind.String;

    /// <summary>A member; one that does not exist where there is none.</summary>
    public HostileJson Member(string name)
    {
        if (_json.ValueKind is not JsonValueKind.Object) return new(default, $"{_what}.{name}");

        JsonElement found = default;
        foreach (var member in _json.EnumerateObject())
        {
            if (member.NameEquals(name)) found = member.Value;
            else if (IsNamed(member, name)) throw Fault($"{_what} has the member '{name}' in another case, which some programs read and others do not");
        }

        return new(found, $"{_what}.{name}");
    }

    /// <summary>A member that is an object; one that does not exist where there is none.</summary>
    public HostileJson Object(string name) => Member(name) is var member && (!member.Exists || member._json.ValueKind is JsonValueKind.Object)
        ? member
        : throw Fault($"{_what}.{name} is no object");

    /// <summary>A member's text; empty where there is none.</summary>
    public string Text(string name) => Member(name) is { Exists: true } member ? member.Text() : "";

    /// <summary>This text.</summary>
    public string Text()
    {
        if (!IsText) throw Fault($"{_what} is no text");
        try
        {
            return _json.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            throw Fault($"{_what} is a text that is no Unicode");
        }
    }

    /// <summary>A member's whole number; null where there is none.</summary>
    public long? Number(string name) => Member(name) is not { Exists: true } member ? null
        : member._json.ValueKind is JsonValueKind.Number && member._json.TryGetInt64(out var number) ? number
        : throw Fault($"{_what}.{name} is no whole number");

    /// <summary>The elements of a member; empty where there is none.</summary>
    public IReadOnlyList<HostileJson> List(string name)
    {
        var member = Member(name);
        if (!member.Exists) return [];
        if (member._json.ValueKind is not JsonValueKind.Array) throw Fault($"{_what}.{name} is no list");
        return [.. member._json.EnumerateArray().Select((item, index) => new HostileJson(item, $"{member._what}[{index}]"))];
    }

    /// <summary>The members that are texts; others are left out.</summary>
    public IReadOnlyList<(string Name, string Value)> Texts()
    {
        if (_json.ValueKind is not JsonValueKind.Object) return [];
        var what = _what;
        return [.. _json.EnumerateObject().Where(member => member.Value.ValueKind is JsonValueKind.String)
            .Select(member => (NameOf(member, what), new HostileJson(member.Value, what).Text()))];
    }

    /// <summary>The exception for what is wrong here.</summary>
    public UnreadableImageException Fault(string name, string fault) => Fault($"{_what}.{name} {fault}");

    static UnreadableImageException Fault(string fault) => new(UnreadableReason.Format, $"{fault}.");

    static bool IsNamed(JsonProperty member, string name)
    {
        try
        {
            return member.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    static string NameOf(JsonProperty member, string what)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw Fault($"{what} has a member whose name is no Unicode");
        }
    }
}
