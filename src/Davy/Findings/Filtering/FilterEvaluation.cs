using System.Globalization;
using System.Text.Json;
using Davy.Logs;

namespace Davy.Findings.Filtering;

/// <summary>
/// Evaluates a filter over documents. <see cref="FilterSql"/> says the same to a database; whoever changes one changes the other, and a test compares
/// them over many filters.
/// </summary>
/// <remarks>
/// As in AIP-160, a way that leads through an object that is not set ends there, and the comparison is false. A field that is not set in an object
/// that is there has protobuf's default: "", 0, false or the enum's first value. A moment or the value of a key has no default.
/// </remarks>
static class FilterEvaluation
{
    /// <summary>Where paths start.</summary>
    /// <param name="Finding">The finding.</param>
    /// <param name="Resource">Its resource.</param>
    /// <param name="Element">The element of the list that the innermost <c>contains</c> looks at.</param>
    public readonly record struct Roots(JsonElement Finding, JsonElement Resource, JsonElement Element);

    /// <summary>Whether a filter holds.</summary>
    public static bool Holds(FilterNode node, Roots roots) => node switch
    {
        FilterNode.Both(var left, var right) => Holds(left, roots) && Holds(right, roots),
        FilterNode.Either(var left, var right) => Holds(left, roots) || Holds(right, roots),
        FilterNode.Negation(var operand) => !Holds(operand, roots),
        FilterNode.Comparison comparison => Any(comparison.Field, roots, value => Compares(comparison, value)),
        FilterNode.Presence(var field) => Any(field, roots, value => IsSet(field, value)),
        FilterNode.Contains(var list, var element) => Any(list, roots, value => Holds(element, roots with { Element = value })),
        FilterNode.InIpRange(var field, var network) => Any(field, roots, value => network.Contains(Text(value))),
        _ => throw new InvalidOperationException($"There is no evaluation of {node.GetType().Name}."),
    };

    /// <summary>Whether a value at the end of a path passes; undefined stands for the default of a field.</summary>
    static bool Any(FieldPath path, Roots roots, Func<JsonElement, bool> passes) => Any(path.Steps, 0, path.Root switch
    {
        FieldRoot.Finding => roots.Finding,
        FieldRoot.Resource => roots.Resource,
        _ => roots.Element,
    }, passes);

    static bool Any(IReadOnlyList<FieldStep> steps, int at, JsonElement here, Func<JsonElement, bool> passes)
    {
        if (at == steps.Count) return passes(here);
        if (here.ValueKind is not JsonValueKind.Object) return false;

        var step = steps[at];
        if (step.Field is not { } field) return Any(steps, at + 1, step, here, passes);

        var found = here.TryGetProperty(step.Name, out var value);
        if (!found) return at + 1 == steps.Count && !field.IsList && !field.IsMap && field.Kind is not FieldKind.Message && passes(default);
        if (!field.IsList) return Any(steps, at + 1, value, passes);
        if (value.ValueKind is not JsonValueKind.Array) return false;

        foreach (var element in value.EnumerateArray())
        {
            if (Any(steps, at + 1, element, passes)) return true;
        }

        return false;
    }

    static bool Any(IReadOnlyList<FieldStep> steps, int next, FieldStep key, JsonElement map, Func<JsonElement, bool> passes)
    {
        if (!key.IgnoresCase) return map.TryGetProperty(key.Name, out var value) && Any(steps, next, value, passes);

        foreach (var member in map.EnumerateObject())
        {
            if (AsciiCase.Lower(member.Name) == key.Name && Any(steps, next, member.Value, passes)) return true;
        }

        return false;
    }

    /// <summary>The finding that a comparison with <c>name</c> means: all six forms of a finding's name mean the same. Null where it means none.</summary>
    internal static FindingName? FindingNamed(FilterNode.Comparison comparison) =>
        comparison is { Operator: FilterOperator.Equal, Field: { Root: FieldRoot.Finding, Text: "name" }, Value: FilterValue.Text(var text) } && FindingName.TryParse(text, out var name)
            ? name
            : null;

    static bool IsNamed(FindingName name, JsonElement value) =>
        FindingName.TryParse(Location.Without(Text(value)), out var found) && (found.SourceId, found.FindingId) == (name.SourceId, name.FindingId);

    static bool Compares(FilterNode.Comparison comparison, JsonElement value) => comparison.Field.Kind switch
    {
        FieldKind.Value => ComparesAny(comparison, value),
        _ when FindingNamed(comparison) is { } name => IsNamed(name, value),
        _ => Compares(comparison.Field, comparison.Operator, comparison.Value, value),
    };

    /// <summary>Below <c>source_properties</c>, a list passes where one of its elements does.</summary>
    static bool ComparesAny(FilterNode.Comparison comparison, JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Array) return ComparesOne(comparison, value);

        foreach (var element in value.EnumerateArray())
        {
            if (ComparesOne(comparison, element)) return true;
        }

        return false;
    }

    static bool ComparesOne(FilterNode.Comparison comparison, JsonElement value) => comparison.Value switch
    {
        FilterValue.Text => value.ValueKind is JsonValueKind.String && Compares(comparison.Field, comparison.Operator, comparison.Value, value),
        FilterValue.Real => value.ValueKind is JsonValueKind.Number && Compares(comparison.Field, comparison.Operator, comparison.Value, value),
        FilterValue.Flag(var flag) => value.ValueKind == (flag ? JsonValueKind.True : JsonValueKind.False),
        _ => false,
    };

    static bool Compares(FieldPath field, FilterOperator comparison, FilterValue value, JsonElement found) => value switch
    {
        FilterValue.Text(var text) => ComparesText(comparison, Folded(field, found), text),
        FilterValue.Whole(var number) => Orders(comparison, Whole(found).CompareTo(number)),
        FilterValue.Real(var number) => Real(found) is { } real && Orders(comparison, real.CompareTo(number)),
        FilterValue.Flag(var flag) => found.ValueKind is JsonValueKind.True == flag,
        FilterValue.Time(var time) => Timestamp.TryParse(Text(found), out var moment) && moment != Timestamp.Epoch && Orders(comparison, moment.CompareTo(time)),
        _ => false,
    };

    /// <summary>A default has the text "", but of an enum its first name, as <see cref="FilterDefaults"/> has it for the database.</summary>
    static string Folded(FieldPath field, JsonElement found)
    {
        if (found.ValueKind is JsonValueKind.Undefined) return FilterDefaults.Text(field);

        var text = Text(found);
        return field.Kind is FieldKind.Name ? Location.Without(text) : field.IgnoresCase ? AsciiCase.Lower(text) : text;
    }

    static bool ComparesText(FilterOperator comparison, string text, string value) =>
        comparison is FilterOperator.Has ? text.Contains(value, StringComparison.Ordinal) : text == value;

    static bool IsSet(FieldPath field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => false,
        JsonValueKind.Object when field.Last is { IsMap: true } => value.EnumerateObject().MoveNext(),
        JsonValueKind.String when field.Kind is FieldKind.Time => Text(value) != FilterDefaults.Never,
        JsonValueKind.String when field.Kind is not FieldKind.Value => Text(value).Length > 0,
        _ => true,
    };

    static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() ?? "",
        JsonValueKind.Number => value.GetRawText(),
        _ => "",
    };

    static long Whole(JsonElement value) => long.TryParse(Text(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : 0;

    /// <summary>A number; null for the texts that stand for "not a number" and the infinities, which compare with nothing.</summary>
    static double? Real(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.Undefined => 0,
        _ => null,
    };

    /// <summary>Whether an order is what an operator wants.</summary>
    internal static bool Orders(FilterOperator comparison, int order) => comparison switch
    {
        FilterOperator.Less => order < 0,
        FilterOperator.LessOrEqual => order <= 0,
        FilterOperator.Greater => order > 0,
        FilterOperator.GreaterOrEqual => order >= 0,
        _ => order == 0,
    };
}
