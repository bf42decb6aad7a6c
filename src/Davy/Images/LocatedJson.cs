using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Davy.Images;

/// <summary>
/// A value of a JSON file that a person wrote, with the line where it stands, so that a fault can be told as <c>file:line</c>. Comments and trailing commas are
/// allowed; members that nobody reads are refused, for they are most often misspelt.
/// </summary>
public sealed class LocatedJson
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

    /// <summary>The file, as faults name it.</summary>
    public string File => _file;

    /// <summary>Reads a file's content.</summary>
    /// <param name="file">The file, for faults.</param>
    /// <param name="utf8">Its content: JSON in UTF-8 (https://www.rfc-editor.org/rfc/rfc8259), with comments and trailing commas.</param>
    /// <returns>The value.</returns>
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
    /// <param name="version">The version.</param>
    /// <param name="members">The members that are known.</param>
    /// <exception cref="UnreadableFileException">It is not.</exception>
    public void ExpectVersion(int version, params ReadOnlySpan<string> members)
    {
        Expect(["version", .. members]);
        var given = Member("version") ?? throw Fault($"\"version\" is missing; write \"version\": {version}");
        if (given._kind != JsonTokenType.Number || given._text != $"{version}") throw given.Fault($"\"version\" is not {version}, the one that this program reads");
    }

    /// <summary>Checks that this is an object and has no other members than those named.</summary>
    /// <param name="members">The members that are known.</param>
    /// <exception cref="UnreadableFileException">It is not.</exception>
    public void Expect(params ReadOnlySpan<string> members)
    {
        if (_kind != JsonTokenType.StartObject) throw Fault("an object, {…}, is expected here");

        foreach (var (name, value) in _members)
        {
            if (!members.Contains(name)) throw value.Fault($"the member \"{name}\" is not known here; those known are {string.Join(", ", members)}");
        }
    }

    /// <summary>A member; null where it is not given.</summary>
    /// <param name="name">Its name.</param>
    public LocatedJson? Member(string name) => _members.GetValueOrDefault(name);

    /// <summary>The members of this value, which must be an object, whatever their names.</summary>
    /// <returns>Each by its name.</returns>
    /// <exception cref="UnreadableFileException">It is no object.</exception>
    public IReadOnlyDictionary<string, LocatedJson> Members() => _kind == JsonTokenType.StartObject ? _members : throw Fault("an object, {…}, is expected here");

    /// <summary>A member that must be a text with something in it.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The text.</returns>
    /// <exception cref="UnreadableFileException">It is missing or no such text.</exception>
    public string Text(string name) => Member(name) is { } value ? value.Text() : throw Fault($"\"{name}\" is missing");

    /// <summary>A member that may be a text; empty where it is not given.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The text.</returns>
    /// <exception cref="UnreadableFileException">It is no text.</exception>
    public string OptionalText(string name) => Member(name) is not { } value ? "" : value._kind == JsonTokenType.String ? value._text : value.Text();

    /// <summary>A member that may be a whole number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="otherwise">The number where it is not given.</param>
    /// <param name="least">The least that it may be.</param>
    /// <param name="most">The most.</param>
    /// <returns>The number.</returns>
    /// <exception cref="UnreadableFileException">It is no whole number, or another than it may be.</exception>
    public int OptionalNumber(string name, int otherwise, int least, int most)
    {
        if (Member(name) is not { } value) return otherwise;
        return value._kind == JsonTokenType.Number && int.TryParse(value._text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw value.Fault($"\"{name}\" must be a whole number from {least} to {most}");
    }

    /// <summary>A member that may be <c>true</c> or <c>false</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>False where it is not given.</returns>
    /// <exception cref="UnreadableFileException">It is neither.</exception>
    public bool OptionalSwitch(string name) => Member(name) is { } value && value._kind switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw value.Fault($"\"{name}\" must be true or false"),
    };

    /// <summary>A member that may be a list of texts.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The texts; none where it is not given.</returns>
    /// <exception cref="UnreadableFileException">It is no such list.</exception>
    public IReadOnlyList<string> OptionalTexts(string name) => Member(name) is null ? [] : [.. List(name).Select(item => item.Text())];

    /// <summary>What this value says as words of a command line: a text, a number, <c>true</c> or <c>false</c>, or a list of those.</summary>
    /// <returns>The words; none for <c>null</c>.</returns>
    /// <exception cref="UnreadableFileException">It is an object, or a list of others.</exception>
    public IReadOnlyList<string> Words() => _kind switch
    {
        JsonTokenType.Null => [],
        JsonTokenType.StartArray => [.. _items.Select(item => item.Word())],
        _ => [Word()],
    };

    /// <summary>A member that must be a list.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>What is in it.</returns>
    /// <exception cref="UnreadableFileException">It is missing or no list.</exception>
    public IReadOnlyList<LocatedJson> List(string name)
    {
        var value = Member(name) ?? throw Fault($"\"{name}\" is missing");
        return value._kind == JsonTokenType.StartArray ? value._items : throw value.Fault($"\"{name}\" is not a list, […]");
    }

    /// <summary>This value, which must be a text with something in it.</summary>
    /// <returns>The text.</returns>
    /// <exception cref="UnreadableFileException">It is no such text.</exception>
    public string Text() =>
        _kind != JsonTokenType.String ? throw Fault("a text, \"…\", is expected here")
        : string.IsNullOrWhiteSpace(_text) ? throw Fault("the text is empty")
        : _text;

    /// <summary>The exception for what is wrong here.</summary>
    /// <param name="fault">What is wrong; a clause without a full stop.</param>
    /// <returns>The exception; its message begins with <c>file:line</c>.</returns>
    public UnreadableFileException Fault(string fault) => new(_file, Line, fault);

    string Word() => _kind switch
    {
        JsonTokenType.String or JsonTokenType.Number => _text,
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => throw Fault("a text, a number, true or false is expected here"),
    };

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
