using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Davy.Images;

namespace Davy.Findings;

/// <summary>A node of an ancestry file as it is written: an organisation, a folder or a project.</summary>
sealed record AncestryNode(string Kind, string Number, string Id, string DisplayName, string Parent, IReadOnlyList<string> Contacts, int Line)
{
    /// <summary><c>folders/123</c>.</summary>
    public string Name => $"{Kind}/{Number}";
}

/// <summary>Reads the nodes of an ancestry file token by token, so that every fault has its line.</summary>
ref struct AncestryNodes
{
    readonly ReadOnlySpan<byte> _json;
    readonly string _file;
    Utf8JsonReader _reader;

    public AncestryNodes(ReadOnlySpan<byte> json, string file)
    {
        _json = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        _file = file;
        _reader = new(_json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8 });
    }

    public List<AncestryNode> Read()
    {
        try
        {
            return Document();
        }
        catch (JsonException fault)
        {
            throw new UnreadableFileException(_file, (int)(fault.LineNumber ?? 0) + 1, "this is not JSON.");
        }
    }

    List<AncestryNode> Document()
    {
        var nodes = new List<AncestryNode>();
        var seen = new HashSet<string>(StringComparer.Ordinal);

        Next(JsonTokenType.StartObject, "an object");
        while (Key(seen) is { } key)
        {
            switch (key)
            {
                case "version":
                    Next(JsonTokenType.Number, "a number");
                    if (!_reader.TryGetInt32(out var version) || version != AncestryFile.Version) Fail($"only version {AncestryFile.Version} is known.");
                    break;
                case "organizations" or "folders" or "projects":
                    Nodes(key, nodes);
                    break;
                default:
                    Fail($"'{key}' is not known here: version, organizations, folders, projects.");
                    break;
            }
        }

        if (!seen.Contains("version")) Fail($"\"version\": {AncestryFile.Version} is missing.");
        _reader.Read(); // Throws where anything follows the object.
        return nodes;
    }

    void Nodes(string kind, List<AncestryNode> nodes)
    {
        Next(JsonTokenType.StartArray, "an array");
        while (_reader.Read() && _reader.TokenType is not JsonTokenType.EndArray)
        {
            if (_reader.TokenType is not JsonTokenType.StartObject) Fail($"each of {kind} is an object.");
            nodes.Add(Node(kind));
        }
    }

    AncestryNode Node(string kind)
    {
        var line = Line();
        var (number, id, displayName, parent) = ("", "", "", "");
        List<string> contacts = [];
        var seen = new HashSet<string>(StringComparer.Ordinal);

        while (Key(seen) is { } key)
        {
            switch (key)
            {
                case "number": number = Text(); break;
                case "id" when kind is "projects": id = Text(); break;
                case "displayName": displayName = Text(); break;
                case "parent" when kind is not "organizations": parent = Text(); break;
                case "securityContacts": contacts = Texts(); break;
                default: Fail($"'{key}' is not known in {kind}."); break;
            }
        }

        return new(kind, number, id, displayName, parent, contacts, line);
    }

    /// <summary>The next key of an object; null at its end.</summary>
    string? Key(HashSet<string> seen)
    {
        _reader.Read();
        if (_reader.TokenType is JsonTokenType.EndObject) return null;

        var key = Current();
        if (!seen.Add(key)) Fail($"'{key}' stands twice.");
        return key;
    }

    string Text()
    {
        Next(JsonTokenType.String, "a text");
        return Current();
    }

    List<string> Texts()
    {
        var texts = new List<string>();
        Next(JsonTokenType.StartArray, "an array of texts");
        while (_reader.Read() && _reader.TokenType is not JsonTokenType.EndArray)
        {
            if (_reader.TokenType is not JsonTokenType.String) Fail("each of them is a text.");
            texts.Add(Current());
        }

        return texts;
    }

    string Current()
    {
        try
        {
            return _reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            // What the reader throws for invalid UTF-8 and half a surrogate pair.
            throw new UnreadableFileException(_file, Line(), "this text is not valid Unicode.");
        }
    }

    void Next(JsonTokenType type, string what)
    {
        _reader.Read();
        if (_reader.TokenType != type) Fail($"{what} is expected here.");
    }

    [DoesNotReturn]
    readonly void Fail(string fault) => throw new UnreadableFileException(_file, Line(), fault);

    readonly int Line() => _json[..(int)Math.Min(_reader.TokenStartIndex, _json.Length)].Count((byte)'\n') + 1;
}
