using System.Globalization;
using System.Text;

namespace Davy.Findings.Filtering;

/// <summary>Writes a filter's tree as a filter again, in one spelling.</summary>
static class FilterText
{
    /// <summary>The filter's text; parentheses stand wherever AND and OR meet, for few readers know which binds tighter.</summary>
    public static string Write(FilterNode node)
    {
        var text = new StringBuilder();
        Write(text, node);
        return text.ToString();
    }

    /// <summary>A text as a filter's string: printable ASCII and what is not ASCII as it is, the rest escaped.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var character in value)
        {
            if (character is '"' or '\\') text.Append('\\').Append(character);
            else if (char.IsControl(character)) text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            else text.Append(character);
        }

        return text.Append('"').ToString();
    }

    /// <summary>The sign of an operator.</summary>
    public static string Sign(FilterOperator comparison) => comparison switch
    {
        FilterOperator.Equal => "=",
        FilterOperator.Has => ":",
        FilterOperator.Less => "<",
        FilterOperator.LessOrEqual => "<=",
        FilterOperator.Greater => ">",
        _ => ">=",
    };

    static void Write(StringBuilder text, FilterNode node)
    {
        switch (node)
        {
            case FilterNode.Both(var left, var right):
                Operand(text, left, left is FilterNode.Either);
                text.Append(" AND ");
                Operand(text, right, right is FilterNode.Either or FilterNode.Both);
                break;

            case FilterNode.Either(var left, var right):
                Operand(text, left, left is FilterNode.Both);
                text.Append(" OR ");
                Operand(text, right, right is FilterNode.Either or FilterNode.Both);
                break;

            case FilterNode.Negation(var operand):
                text.Append('-');
                Operand(text, operand, operand is FilterNode.Both or FilterNode.Either or FilterNode.Negation);
                break;

            case FilterNode.Comparison(var field, var comparison, var value):
                text.Append(field).Append(Sign(comparison)).Append(Literal(value));
                break;

            case FilterNode.Presence(var field):
                text.Append(field).Append(":\"\"");
                break;

            case FilterNode.Contains(var list, var element):
                text.Append("contains(").Append(list).Append(", ");
                Operand(text, element, parentheses: false);
                text.Append(')');
                break;

            case FilterNode.InIpRange(var field, var network):
                text.Append(CultureInfo.InvariantCulture, $"inIpRange({field}, \"{network}\")");
                break;
        }
    }

    static void Operand(StringBuilder text, FilterNode node, bool parentheses)
    {
        if (parentheses) text.Append('(');
        Write(text, node);
        if (parentheses) text.Append(')');
    }

    static string Literal(FilterValue value) => value switch
    {
        FilterValue.Text(var text) => Quote(text),
        FilterValue.Whole(var number) => number.ToString(CultureInfo.InvariantCulture),
        FilterValue.Real(var number) => number.ToString("R", CultureInfo.InvariantCulture),
        FilterValue.Flag(var flag) => flag ? "true" : "false",
        FilterValue.Time(var time) => Quote(time.ToString()),
        _ => throw new InvalidOperationException($"There is no literal for {value.GetType().Name}."),
    };
}
