using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Davy.Logs;

/// <summary>
/// A value of hostile JSON: a field of another type than expected counts as absent (logs hold <c>"..."</c> where an object belongs), and text that is not valid Unicode rejects
/// the entry, once it is looked at. It is a view of its <see cref="JsonTree"/> and lives no longer than that.
/// </summary>
public readonly struct JsonValue
{
    readonly JsonTree? _tree;
    readonly int _row;

    internal JsonValue(JsonTree tree, int row) => (_tree, _row) = (tree, row);

    /// <summary>The tree that it is in; null where there is no value.</summary>
    internal JsonTree? Tree => _tree;

    /// <summary>Its row in the tree.</summary>
    internal int Row => _row;

    /// <summary>Its kind; <see cref="JsonValueKind.Undefined"/> where there is no value.</summary>
    public JsonValueKind ValueKind => _tree is null ? JsonValueKind.Undefined : _tree[_row].Type switch
    {
        JsonTokenType.StartObject => JsonValueKind.Object,
        JsonTokenType.StartArray => JsonValueKind.Array,
        JsonTokenType.String => JsonValueKind.String,
        JsonTokenType.Number => JsonValueKind.Number,
        JsonTokenType.True => JsonValueKind.True,
        JsonTokenType.False => JsonValueKind.False,
        _ => JsonValueKind.Null,
    };

    /// <summary>The first item of an array; undefined where it is no array or has none.</summary>
    public JsonValue First
    {
        get
        {
            foreach (var item in Items) return item;
            return default;
        }
    }

    /// <summary>The items of an array; none where it is no array.</summary>
    public JsonItems Items => ValueKind is JsonValueKind.Array ? new(_tree!, _row + 1, _tree![_row].Next) : default;

    /// <summary>The members of an object; none where it is no object.</summary>
    public JsonMembers Members => ValueKind is JsonValueKind.Object ? new(_tree!, _row + 1, _tree![_row].Next) : default;

    /// <summary>This value's text; empty where it is no string.</summary>
    /// <exception cref="EntryRejectedException">The text is not valid Unicode.</exception>
    public string TextOrEmpty => ValueKind is JsonValueKind.String ? JsonTexts.Decode(_tree!, _tree![_row]) : "";

    /// <summary>The JSON of it as it stands in the text; empty where there is no value.</summary>
    public ReadOnlySpan<byte> Json => _tree is null ? default : ValueKind is JsonValueKind.String ? _tree.TokenOf(_tree[_row]) : _tree.TextOf(_tree[_row]);

    /// <summary>The field, where this is an object that has it; of repeated names the last.</summary>
    /// <param name="name">The field's name.</param>
    /// <returns>The field; undefined where there is none.</returns>
    /// <exception cref="EntryRejectedException">A name beside it is not valid Unicode.</exception>
    public JsonValue Field(ReadOnlySpan<byte> name)
    {
        if (ValueKind is not JsonValueKind.Object) return default;
        return _tree!.Find(_row, name) is var found and >= 0 ? new(_tree, found) : default;
    }

    /// <summary>The field, where it is an object.</summary>
    /// <param name="name">The field's name.</param>
    /// <returns>The object; undefined where there is none.</returns>
    /// <exception cref="EntryRejectedException">A name beside it is not valid Unicode.</exception>
    public JsonValue Object(ReadOnlySpan<byte> name) => Field(name) is { ValueKind: JsonValueKind.Object } field ? field : default;

    /// <summary>The field's text; empty where it is absent or no string.</summary>
    /// <param name="name">The field's name.</param>
    /// <returns>The text.</returns>
    /// <exception cref="EntryRejectedException">The text, or a name beside it, is not valid Unicode.</exception>
    public string Text(ReadOnlySpan<byte> name) => Field(name).TextOrEmpty;

    /// <summary>The field's moment; null where it is absent or none.</summary>
    /// <param name="name">The field's name.</param>
    /// <returns>The moment.</returns>
    /// <exception cref="EntryRejectedException">The text, or a name beside it, is not valid Unicode.</exception>
    public Timestamp? Time(ReadOnlySpan<byte> name)
    {
        var field = Field(name);
        if (field.ValueKind is not JsonValueKind.String) return null;

        ref readonly var row = ref field._tree![field._row];
        if (row.IsEscaped || !row.IsAscii || row.Length > Timestamp.LongestText) return Timestamp.TryParse(field.TextOrEmpty, out var time) ? time : null;

        // No text is made of it: most moments of an entry are only compared.
        Span<char> text = stackalloc char[Timestamp.LongestText];
        return Timestamp.TryParse(text[..Encoding.Latin1.GetChars(field._tree.TextOf(row), text)], out var moment) ? moment : null;
    }

    /// <summary>The field's whole number, written as a number or as a string; null where it is neither.</summary>
    /// <param name="name">The field's name.</param>
    /// <returns>The number.</returns>
    /// <exception cref="EntryRejectedException">The text, or a name beside it, is not valid Unicode.</exception>
    public long? Number(ReadOnlySpan<byte> name) => Field(name) switch
    {
        { ValueKind: JsonValueKind.Number } field => field.Whole(),
        { ValueKind: JsonValueKind.String } field => long.TryParse(field.TextOrEmpty, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole) ? whole : null,
        _ => null,
    };

    /// <summary>Whether the field is <c>true</c>, as a literal or as a string.</summary>
    /// <param name="name">The field's name.</param>
    /// <returns>False where it is absent.</returns>
    /// <exception cref="EntryRejectedException">The text, or a name beside it, is not valid Unicode.</exception>
    public bool IsTrue(ReadOnlySpan<byte> name) => Field(name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.String } field => field.TextOrEmpty.Equals("true", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    long? Whole()
    {
        var digits = _tree!.TextOf(_tree[_row]);
        return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
            : double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) && Math.Abs(real) < 1e15 ? (long)real : null;
    }
}
