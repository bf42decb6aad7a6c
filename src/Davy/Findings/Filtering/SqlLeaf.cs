using Davy.Storage;

namespace Davy.Findings.Filtering;

/// <summary>The conditions on one value, in SQL.</summary>
static class SqlLeaf
{
    /// <summary>A comparison; false where the value is not set and has no default that passes.</summary>
    public static string Compares(FilterNode.Comparison comparison, SqlPlace place, SqlParameters parameters)
    {
        var condition = comparison.Field.Kind is FieldKind.Value ? OfAny(comparison, place, parameters) : Of(comparison, place, parameters);
        if (place.IsRow) return condition;
        if (!FilterDefaults.Hold(comparison)) return $"coalesce({condition}, FALSE)";
        return place.Object.Length == 0 ? $"coalesce({condition}, TRUE)" : $"{place.Object} IS NOT NULL AND coalesce({condition}, TRUE)";
    }

    /// <summary>Whether the value is set.</summary>
    public static string IsSet(FieldPath field, SqlPlace place) => field switch
    {
        { Last: { IsMap: true } } => $"EXISTS (SELECT 1 FROM json_each({place.Text}) AS m)",
        { Kind: FieldKind.Value } => $"{place.Type} <> 'null'",
        { Kind: FieldKind.Message } => place.IsRow ? "TRUE" : $"{place.Json} IS NOT NULL",
        { Kind: FieldKind.Time } => $"coalesce({place.Text} <> '{FilterDefaults.Never}', FALSE)",
        { Kind: FieldKind.Text or FieldKind.Name } => $"coalesce({place.Text} <> '', FALSE)",
        _ => $"{place.Text} IS NOT NULL",
    };

    static string Of(FilterNode.Comparison comparison, SqlPlace place, SqlParameters parameters)
    {
        var sign = FilterText.Sign(comparison.Operator);
        switch (comparison.Value)
        {
            case FilterValue.Text(var value):
                return Text(comparison, place.Text, parameters.Add(value));
            case FilterValue.Whole(var value):
                return $"CAST({place.Text} AS bigint) {sign} {parameters.Add(value)}";
            case FilterValue.Real(var value):
                return $"CASE WHEN {place.Text} IN ('NaN', 'Infinity', '-Infinity') THEN FALSE ELSE CAST({place.Text} AS double precision) {sign} {parameters.Add(value)} END";
            case FilterValue.Flag(var value):
                return $"{place.Json} {(value ? "=" : "<>")} 'true'";
            case FilterValue.Time(var value):
                // In the canonical form, texts without their Z sort as the moments do.
                return $"{place.Text} <> '{FilterDefaults.Never}' AND replace({place.Text}, 'Z', '') COLLATE \"binary\" {sign} {parameters.Add(value.ToString()[..^1])}";
            default:
                throw new InvalidOperationException($"There is no SQL for {comparison.Value.GetType().Name}.");
        }
    }

    /// <summary>A value below <c>source_properties</c> must have the type of what it is compared with.</summary>
    static string OfAny(FilterNode.Comparison comparison, SqlPlace place, SqlParameters parameters) => comparison.Value switch
    {
        FilterValue.Text(var value) => $"{place.Type} = 'text' AND {Text(comparison, place.Text, parameters.Add(value))}",
        FilterValue.Real(var value) =>
            $"CASE WHEN {place.Type} IN ('integer', 'real') THEN CAST({place.Text} AS double precision) {FilterText.Sign(comparison.Operator)} {parameters.Add(value)} ELSE FALSE END",
        FilterValue.Flag(var value) => $"{place.Type} = '{(value ? "true" : "false")}'",
        _ => throw new InvalidOperationException($"There is no SQL for {comparison.Value.GetType().Name}."),
    };

    static string Text(FilterNode.Comparison comparison, string text, string value)
    {
        var folded = comparison.Field.Kind is FieldKind.Name ? $"replace({text}, '{Location.Global}', '')"
            : comparison.Field.Kind is FieldKind.Enum ? $"CAST({text} AS text)"
            : comparison.Field.IgnoresCase ? $"lower({text})"
            : text;
        return comparison.Operator is FilterOperator.Has ? $"instr({folded}, {value}) > 0" : $"{folded} = {value}";
    }
}
