namespace Davy.Findings.Filtering;

/// <summary>What a field has that is not set, in an object that is there (https://protobuf.dev/programming-guides/proto3/#default).</summary>
static class FilterDefaults
{
    /// <summary>Security Command Center's "never", in the canonical JSON form.</summary>
    public const string Never = "1970-01-01T00:00:00Z";

    /// <summary>The default of a text or enum.</summary>
    public static string Text(FieldPath field) => field.Values is [var first, ..] ? first : "";

    /// <summary>Whether a comparison holds for the default.</summary>
    public static bool Hold(FilterNode.Comparison comparison) => comparison.Field.Last is { IsList: false, IsMap: false } && comparison.Value switch
    {
        FilterValue.Text(var text) => comparison.Operator is FilterOperator.Has
            ? Text(comparison.Field).Contains(text, StringComparison.Ordinal)
            : Text(comparison.Field) == text,
        FilterValue.Whole(var number) => FilterEvaluation.Orders(comparison.Operator, 0L.CompareTo(number)),
        FilterValue.Real(var number) => FilterEvaluation.Orders(comparison.Operator, 0.0.CompareTo(number)),
        FilterValue.Flag(var flag) => !flag,
        _ => false,
    };
}
