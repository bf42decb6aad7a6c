using System.Text;
using System.Text.Json;

namespace Davy.Images;

/// <summary>
/// A value of a JSON file that a person wrote, with the line where it stands, so that a fault can be told as <c>file:line</c>. Comments and trailing commas are
/// allowed; members that nobody reads are refused, for they are most often misspelt.
/// </summary>
sealed class LocatedJson
{
    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    readonly string _file;
    readonly JsonTokenType _kind;
    readonly string _text;
    readonly List<LocatedJson> _items = [];
    readonly Dictionary<string, LocatedJson> _members = new(StringComparer.Ordinal);

    LocatedJson(string file, int line, JsonTokenType kind, string text) => (_file, Line, _kind, _text) = (file, line, kind, text);

    /// <summary>The line, counted from 1.</summary>
    public int Line { get; }

    /// <summary>Reads a file's content.</summary>
    /// <exception cref="UnreadableFileException">It is no JSON.</exception>
    public static LocatedJson Parse(string file, ReadOnlySpan<byte> utf8)
    {
        if (utf8.StartsWith(ByteOrderMark)) utf8 = utf8[ByteOrderMark.Length..];
        var reader = new Utf8JsonReader(utf8, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var place = new Place(file, utf8);

        try
        {
            reader.Read();
            var root = Value(ref reader, ref place);
            reader.Read();
            return root;
        }
        catch (JsonException fault)
        {
            throw new UnreadableFileException(file, (int)(fault.LineNumber ?? 0) + 1, "this is no JSON: " + Reason(fault));
        }
        catch (InvalidOperationException)
        {
            // Utf8JsonReader.GetString tells of bad UTF-8 and of half a surrogate pair in this way.
            throw new UnreadableFileException(file, place.Line, "a text is no Unicode");
        }
    }

    /// <summary>Checks that this is an object of the version that this program reads, and has no other members than those named.</summary>
    public void ExpectVersion(int version, params ReadOnlySpan<string> members)
    {
        Expect(["version", .. members]);
        var given = Member("version") ?? throw Fault($"\"version\" is missing; write \"version\": {version}");
        if (given._kind != JsonTokenType.Number || given._text != $"{version}") throw given.Fault($"\"version\" is not {version}, the one that this program reads");
    }

    /// <summary>Checks that this is an object and has no other members than those named.</summary>
    public void Expect(params ReadOnlySpan<string> members)
    {
        if (_kind != JsonTokenType.StartObject) throw Fault("an object, {…}, is expected here");

        foreach (var (name, value) in _members)
        {
            if (!members.Contains(name)) throw value.Fault($"the member \"{name}\" is not known here; those known are {string.Join(", ", members)}");
        }
    }

    /// <summary>A member; null where it is not given.</summary>
    public LocatedJson? Member(string name) => _members.GetValueOrDefault(name);

    /// <summary>The members of this value, which must be an object, whatever their names.</summary>
    public IReadOnlyDictionary<string, LocatedJson> Members() => _kind == JsonTokenType.StartObject ? _members : throw Fault("an object, {…}, is expected here");

    /// <summary>A member that must be a text with something in it.</summary>
    public string Text(string name) => Member(name) is { } value ? value.Text() : throw Fault($"\"{name}\" is missing");

    /// <summary>A member that may be a text; empty where it is not given.</summary>
    public string OptionalText(string name) => Member(name) is not { } value ? "" : value._kind == JsonTokenType.String ? value._text : value.Text();

    /// <summary>A member that must be a list.</summary>
    public IReadOnlyList<LocatedJson> List(string name)
    {
        var value = Member(name) ?? throw Fault($"\"{name}\" is missing");
        return value._kind == JsonTokenType.StartArray ? value._items : throw value.Fault($"\"{name}\" is not a list, […]");
    }

    /// <summary>This value, which must be a text with something in it.</summary>
    public string Text() =>
        _kind != JsonTokenType.String ? throw Fault("a text, \"…\", is expected here")
        : string.IsNullOrWhiteSpace(_text) ? throw Fault("the text is empty")
        : _text;

    /// <summary>The exception for what is wrong here.</summary>
    public UnreadableFileException Fault(string fault) => new(_file, Line, fault);

    static LocatedJson Value(ref Utf8JsonReader reader, ref Place place)
    {
        var value = new LocatedJson(place.File, place.At(reader.TokenStartIndex), reader.TokenType, reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString() ?? "",
            JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
            _ => "",
        });

        if (value._kind == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) value._items.Add(Value(ref reader, ref place));
        }
        else if (value._kind == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var name = reader.GetString() ?? "";
                reader.Read();
                var member = Value(ref reader, ref place);
                if (!value._members.TryAdd(name, member)) throw member.Fault($"the member \"{name}\" is given twice");
            }
        }

        return value;
    }

    // The reader's sentence ends with its own count of lines and bytes, which begins at 0.
    static string Reason(JsonException fault) => fault.Message.Split(" LineNumber:")[0].Split(" Path:")[0];

    /// <summary>Counts lines up to a place, each line once.</summary>
    ref struct Place(string file, ReadOnlySpan<byte> utf8)
    {
        readonly ReadOnlySpan<byte> _utf8 = utf8;
        int _counted;

        public string File { get; } = file;

        public int Line { get; private set; } = 1;

        public int At(long index)
        {
            Line += _utf8[_counted..(int)index].Count((byte)'\n');
            _counted = (int)index;
            return Line;
        }
    }
}
