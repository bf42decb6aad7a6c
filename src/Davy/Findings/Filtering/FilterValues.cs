using System.Buffers;
using System.Globalization;
using Davy.Logs;

namespace Davy.Findings.Filtering;

/// <summary>Reads the value that a field is compared with, and holds operator and value to the field's kind.</summary>
static class FilterValues
{
    static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.eE+-");

    /// <summary>Reads the value after an operator.</summary>
    /// <param name="field">The field.</param>
    /// <param name="comparison">The operator.</param>
    /// <param name="scanner">It stands after the operator.</param>
    /// <param name="column">Where the field stands.</param>
    /// <param name="sign">Where the operator stands.</param>
    public static FilterNode Compare(FieldPath field, FilterOperator comparison, FilterScanner scanner, int column, int sign)
    {
        var at = scanner.Column;
        if (comparison is FilterOperator.Has && scanner.Takes('*')) return new FilterNode.Presence(field);

        var text = scanner.Next is '"' or '\'' ? scanner.String() : null;
        if (comparison is FilterOperator.Has && text is "") return new FilterNode.Presence(field);

        if (field.Last is { IsMap: true }) throw new FilterException(column, $"{field.Shown} is a map; add a key, as in {field.Shown}.{(field.Kind is FieldKind.Message ? "key.field" : "key")}");
        if (field.Kind is FieldKind.Message) throw new FilterException(column, Object(field));

        return new FilterNode.Comparison(field, comparison, field.Kind switch
        {
            FieldKind.Text or FieldKind.Name => Text(field, comparison, text, scanner, at, sign),
            FieldKind.Enum => Enum(field, comparison, text, scanner, at, sign),
            FieldKind.Whole => Whole(comparison, text, scanner, at, sign),
            FieldKind.Real => new FilterValue.Real(Ordered(comparison, sign, "a number") ? Number(text, scanner, at) : 0),
            FieldKind.Flag => Flag(comparison, text, scanner, at, sign),
            FieldKind.Time => Time(comparison, text, scanner, at, sign),
            _ => Any(comparison, text, scanner, at, sign),
        });
    }

    static string Object(FieldPath field) => field.IsMany && field.Last is { IsList: true }
        ? $"{field.Shown} is a list of objects; name one of their fields, as in {field.Shown}.{field.Message!.Fields[0].Name}"
        : $"{field.Shown} is an object; name one of its fields, as in {field.Shown}.{field.Message!.Fields[0].Name}";

    static FilterValue.Text Text(FieldPath field, FilterOperator comparison, string? text, FilterScanner scanner, int at, int sign)
    {
        if (comparison is not (FilterOperator.Equal or FilterOperator.Has)) throw new FilterException(sign, $"{field.Shown} is text, which takes =, != and :");
        if (text is null) throw Expected("a text between quotes", scanner, at);
        return new(field.Kind is FieldKind.Name ? Location.Without(text) : field.IgnoresCase ? AsciiCase.Lower(text) : text);
    }

    static FilterValue.Text Enum(FieldPath field, FilterOperator comparison, string? text, FilterScanner scanner, int at, int sign)
    {
        var value = Text(field, comparison, text, scanner, at, sign);
        if (comparison is FilterOperator.Equal && field.Values.Count > 0 && !field.Values.Contains(value.Value))
        {
            throw new FilterException(at, $"{field.Shown} has no such value; expected {string.Join(", ", field.Values.Select(name => $"\"{name}\""))}");
        }

        return value;
    }

    static FilterValue.Whole Whole(FilterOperator comparison, string? text, FilterScanner scanner, int at, int sign)
    {
        Ordered(comparison, sign, "a whole number");
        var number = text is null ? scanner.Number() : default;
        return long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? new(whole)
            : throw (number.IsEmpty ? Expected("a whole number without quotes", scanner, at) : new(at, "expected a whole number of at most 64 bits"));
    }

    static double Number(string? text, FilterScanner scanner, int at)
    {
        var number = text is null ? scanner.Number() : default;
        if (number.IsEmpty) throw Expected("a number without quotes", scanner, at);
        return IsNumber(number) && double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)
            ? real + 0.0
            : throw new FilterException(at, "expected a finite number, as in 7, -2.5 or 1e6");
    }

    static FilterValue.Flag Flag(FilterOperator comparison, string? text, FilterScanner scanner, int at, int sign)
    {
        if (comparison is not FilterOperator.Equal) throw new FilterException(sign, "the field is true or false, which takes = and !=");
        return text is null && scanner.TakesWord("true") ? new(true)
            : text is null && scanner.TakesWord("false") ? new(false)
            : throw Expected("true or false without quotes", scanner, at);
    }

    static FilterValue.Time Time(FilterOperator comparison, string? text, FilterScanner scanner, int at, int sign)
    {
        const string Form = "a time: RFC 3339 between quotes, as in \"2026-01-31T12:00:00Z\", or milliseconds since 1970 without";
        Ordered(comparison, sign, "a time");
        if (text is not null) return Timestamp.TryParse(text, out var moment) ? FilterValue.Time.Of(moment) : throw new FilterException(at, $"expected {Form}");

        var number = scanner.Number();
        if (number.IsEmpty) throw Expected(Form, scanner, at);
        if (!long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)) throw new FilterException(at, $"expected {Form}");

        var (seconds, rest) = (Math.DivRem(milliseconds, 1_000).Quotient, (int)(milliseconds % 1_000));
        return FilterValue.Time.Of(rest < 0 ? new(seconds - 1, (rest + 1_000) * 1_000_000) : new(seconds, rest * 1_000_000));
    }

    /// <summary>A value below <c>source_properties</c> is compared as what the filter gives: text, number or truth.</summary>
    static FilterValue Any(FilterOperator comparison, string? text, FilterScanner scanner, int at, int sign)
    {
        if (text is not null)
        {
            return comparison is FilterOperator.Equal or FilterOperator.Has
                ? new FilterValue.Text(text)
                : throw new FilterException(sign, "text takes =, != and :; <, <=, > and >= take a number");
        }

        if (comparison is FilterOperator.Has) throw Expected("a text between quotes after ':'", scanner, at);
        if (scanner.Word() is "true" or "false") return Flag(comparison, text, scanner, at, sign);
        if (scanner.Next != '-' && !char.IsAsciiDigit(scanner.Next)) throw Expected("a text between quotes, a number, true or false", scanner, at);
        return new FilterValue.Real(Number(text, scanner, at));
    }

    static bool Ordered(FilterOperator comparison, int sign, string what) =>
        comparison is not FilterOperator.Has ? true : throw new FilterException(sign, $"':' is for text; the field is {what}, which takes =, !=, <, <=, > and >=");

    /// <summary>Digits, a fraction, an exponent: less than .NET reads.</summary>
    static bool IsNumber(ReadOnlySpan<char> number) =>
        !number.ContainsAnyExcept(NumberCharacters) && char.IsAsciiDigit(number[^1]);

    static FilterException Expected(string what, FilterScanner scanner, int at) => new(at, $"expected {what}{(scanner.Column == at ? $", found {scanner.Shown}" : "")}");
}

/// <summary>The location in a resource's name, which may be left out where it is <c>global</c>.</summary>
static class Location
{
    /// <summary>What may be left out.</summary>
    public const string Global = "/locations/global";

    /// <summary>The name without it.</summary>
    public static string Without(string name) => name.Replace(Global, "", StringComparison.Ordinal);
}
