using System.Text.Encodings.Web;
using System.Text.Json;
using Davy.Logs;

namespace Davy.Reports;

/// <summary>How all JSON of ours is written: what is unknown is left out, and nothing but printable ASCII stands raw in it.</summary>
static class JsonWriting
{
    /// <summary>One record on one line.</summary>
    public static Utf8JsonWriter Line(Stream output) => new(output, Options(indented: false));

    /// <summary>A document for people too.</summary>
    public static Utf8JsonWriter Document(Stream output) => new(output, Options(indented: true));

    /// <summary>Ends a line, and makes the writer ready for the next.</summary>
    public static void EndLine(this Utf8JsonWriter json, Stream output)
    {
        json.Flush();
        output.WriteByte((byte)'\n');
        json.Reset();
    }

    /// <summary>Writes a text where it is known.</summary>
    public static void Known(this Utf8JsonWriter json, string key, string text)
    {
        if (text != "") json.WriteString(key, text);
    }

    /// <summary>Writes a moment where it is known.</summary>
    public static void Known(this Utf8JsonWriter json, string key, Timestamp? moment)
    {
        if (moment is { } known) json.WriteString(key, known.ToString());
    }

    /// <summary>Writes <c>{}</c>: there, and empty.</summary>
    public static void Empty(this Utf8JsonWriter json, string key)
    {
        json.WriteStartObject(key);
        json.WriteEndObject();
    }

    // The default encoder escapes all that is not printable ASCII, and with it every control, bidirectional and zero-width character.
    static JsonWriterOptions Options(bool indented) => new() { Encoder = JavaScriptEncoder.Default, Indented = indented, NewLine = "\n" };
}
