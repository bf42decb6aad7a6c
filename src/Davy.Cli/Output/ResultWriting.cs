using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Davy.Reports;

namespace Davy.Cli.Output;

/// <summary>
/// Writes results of a server, page by page: for people every value made safe to show, for programs with nothing but printable ASCII raw in JSON. Lines are never wrapped nor cut.
/// </summary>
/// <param name="format">The format.</param>
/// <param name="usual">The columns where none were asked for.</param>
/// <param name="output">Where to.</param>
sealed class ResultWriting(ResultFormat format, IReadOnlyList<string> usual, Stream output) : IDisposable
{
    readonly IReadOnlyList<ResultField> _fields = [.. (format.Fields.Count > 0 ? format.Fields : usual).Select(path => new ResultField(path))];
    readonly StreamWriter _text = new(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = format.Name == "csv" ? "\r\n" : "\n" };
    int[] _widths = [];
    long _count;

    /// <summary>Writes JSON again; half of a surrogate pair, which no text can hold, becomes U+FFFD.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="value">The value.</param>
    public static void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    json.WritePropertyName(Name(member));
                    Write(json, member.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var each in value.EnumerateArray()) Write(json, each);
                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(ResultField.TextOf(value));
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    /// <summary>A member's name; what cannot be text becomes U+FFFD.</summary>
    /// <param name="member">The member.</param>
    public static string Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    /// <summary>Writes a page.</summary>
    /// <param name="results">What is on it.</param>
    public void Write(IReadOnlyList<JsonElement> results)
    {
        switch (format.Name)
        {
            case "json":
                foreach (var result in results)
                {
                    _text.Write(_count++ == 0 ? "[\n" : ",\n");
                    _text.Write(Json(result, isIndented: true));
                }

                break;
            case "jsonl":
                foreach (var result in results) _text.WriteLine(Json(result, isIndented: false));
                break;
            case "yaml":
                foreach (var result in results) _text.Write($"---\n{YamlText.Of(result)}");
                break;
            case "csv":
                if (_count == 0) _text.WriteLine(string.Join(',', _fields.Select(field => CsvReport.Cell(field.Heading))));
                foreach (var result in results) _text.WriteLine(string.Join(',', _fields.Select(field => CsvReport.Cell(field.Of(result)))));
                _count += Math.Max(1, results.Count);
                break;
            case "value":
                foreach (var result in results) _text.WriteLine(string.Join('\t', _fields.Select(field => TextSanitizer.Clean(field.Of(result), int.MaxValue))));
                break;
            default:
                WriteTable(results);
                break;
        }

        _text.Flush();
    }

    /// <summary>Writes one result by itself: an object instead of a list of one.</summary>
    /// <param name="result">The result.</param>
    public void WriteOne(JsonElement result)
    {
        switch (format.Name)
        {
            case "json":
                _text.Write(Json(result, isIndented: true) + '\n');
                break;
            case "yaml":
                _text.Write(YamlText.Of(result));
                break;
            default:
                Write([result]);
                break;
        }
    }

    /// <summary>Ends the list. One that broke off is not ended, so that nobody takes it for whole.</summary>
    public void End()
    {
        if (format.Name == "json") _text.Write(_count == 0 ? "[]\n" : "\n]\n");
        if (format.Name == "csv" && _count == 0) Write([]);
        _text.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _text.Dispose();

    void WriteTable(IReadOnlyList<JsonElement> results)
    {
        if (results.Count == 0) return;

        List<string[]> rows = [.. results.Select(result => _fields.Select(field => TextSanitizer.Clean(field.Of(result), int.MaxValue)).ToArray())];
        if (_widths.Length == 0) rows.Insert(0, [.. _fields.Select(field => Heading(field.Heading))]);

        // Pages that follow keep the columns of the first, unless they need wider ones.
        _widths = [.. _fields.Select((_, column) => Math.Max(column < _widths.Length ? _widths[column] : 0, rows.Max(row => Columns(row[column]))))];
        foreach (var row in rows)
        {
            _text.WriteLine(string.Join("  ", row.Select((cell, column) => column == row.Length - 1 ? cell : cell + new string(' ', _widths[column] - Columns(cell)))).TrimEnd());
        }
    }

    static string Heading(string path) => TextSanitizer.Clean(path[(path.LastIndexOf('.') + 1)..]).ToUpperInvariant();

    static string Json(JsonElement value, bool isIndented)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text, new() { Encoder = JavaScriptEncoder.Default, Indented = isIndented, NewLine = "\n" })) Write(json, value);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    static int Columns(string text) => text.EnumerateRunes().Sum(rune => rune.IsAscii ? 1 : 2);
}
