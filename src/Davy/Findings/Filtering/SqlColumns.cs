using Davy.Storage;

namespace Davy.Findings.Filtering;

/// <summary>Conditions on the fields that have a column of their own, so that an index can serve them.</summary>
static class SqlColumns
{
    /// <summary>The condition on the field's column.</summary>
    /// <returns>The condition; null where the field has none, or the column does not tell "not set" from the field's default, and that matters.</returns>
    public static string? Condition(FilterNode.Comparison comparison, SqlParameters parameters)
    {
        var field = comparison.Field;
        if (field.Root is FieldRoot.Element || !FindingColumns.ByPath.TryGetValue(field.Text, out var column)) return null;

        switch (comparison.Value)
        {
            case FilterValue.Time(var time) when column.IsTime && Moments.FromNanos(Moments.ToNanos(time)) == time:
                var nanos = parameters.Add(Moments.ToNanos(time));
                return $"({column.Sql} <> 0 AND {column.Sql} {FilterText.Sign(comparison.Operator)} {nanos})";

            case FilterValue.Text when FilterEvaluation.FindingNamed(comparison) is { } name:
                return $"(f.source_id = {parameters.Add(name.SourceId)} AND f.finding_id = {parameters.Add(name.FindingId)})";

            case FilterValue.Text(var text) when !column.IsTime && text.Length > 0 && !FilterDefaults.Hold(comparison):
                var value = parameters.Add(text);
                var folded = field.Kind is FieldKind.Name ? $"replace({column.Sql}, '{Location.Global}', '')" : column.Sql;
                return comparison.Operator is FilterOperator.Has ? $"instr({folded}, {value}) > 0" : $"{folded} = {value}";

            default:
                return null;
        }
    }
}
