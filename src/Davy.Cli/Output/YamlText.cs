using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Davy.Cli.Output;

/// <summary>
/// Writes JSON as YAML 1.2 in block style. Every name and every text is quoted, as JSON quotes them, so that nothing a log holds can be taken for syntax, for a date or for a
/// truth value (<see href="https://yaml.org/spec/1.2.2/#732-double-quoted-style"/>).
/// </summary>
static class YamlText
{
    /// <summary>Readers look no further than this for the colon behind a name (YAML 1.2.2, 7.4.3).</summary>
    const int MostImplicitName = 1_000;

    /// <summary>Writes a value as a document of its own, without the marker before it.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Lines in ASCII, each with its end.</returns>
    public static string Of(JsonElement value)
    {
        StringBuilder text = new();
        if (IsBlock(value)) Block(text, value, 0);
        else text.Append(Scalar(value)).Append('\n');
        return text.ToString();
    }

    /// <summary>Writes members or items; the cursor stands where the first of them begins.</summary>
    static void Block(StringBuilder text, JsonElement value, int indent)
    {
        var isFirst = true;
        if (value.ValueKind is JsonValueKind.Array)
        {
            foreach (var each in value.EnumerateArray())
            {
                Begin();
                text.Append("- ");
                if (IsBlock(each)) Block(text, each, indent + 2);
                else text.Append(Scalar(each)).Append('\n');
            }

            return;
        }

        foreach (var member in value.EnumerateObject())
        {
            Begin();
            var name = Quoted(ResultWriting.Name(member));
            if (name.Length > MostImplicitName) text.Append("? ").Append(name).Append('\n').Append(' ', indent).Append(':');
            else text.Append(name).Append(':');

            if (IsBlock(member.Value))
            {
                text.Append('\n').Append(' ', indent + 2);
                Block(text, member.Value, indent + 2);
            }
            else
            {
                text.Append(' ').Append(Scalar(member.Value)).Append('\n');
            }
        }

        void Begin()
        {
            if (!isFirst) text.Append(' ', indent);
            isFirst = false;
        }
    }

    static bool IsBlock(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => false,
    };

    static string Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{}",
        JsonValueKind.Array => "[]",
        JsonValueKind.String => Quoted(ResultField.TextOf(value)),
        JsonValueKind.Undefined => "null",
        _ => value.GetRawText(),
    };

    /// <summary>JSON's own escapes would not do: it writes a character beyond U+FFFF as two halves, which readers of YAML do not join.</summary>
    static string Quoted(string said)
    {
        StringBuilder text = new("\"");
        foreach (var rune in said.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\') text.Append('\\').Append((char)rune.Value);
            else if (rune.Value is >= ' ' and <= '~') text.Append((char)rune.Value);
            else if (rune.Value == '\n') text.Append("\\n");
            else text.Append(CultureInfo.InvariantCulture, $"{(rune.IsBmp ? "\\u" : "\\U")}{rune.Value.ToString(rune.IsBmp ? "x4" : "x8", CultureInfo.InvariantCulture)}");
        }

        return text.Append('"').ToString();
    }
}
