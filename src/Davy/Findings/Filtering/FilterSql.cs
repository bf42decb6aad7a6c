using System.Globalization;
using System.Text;
using Davy.Storage;

namespace Davy.Findings.Filtering;

/// <summary>
/// Says a filter to a database, in the SQL that SQLite and PostgreSQL both speak, as <see cref="FilterEvaluation"/> says it in memory. The text is made of
/// this class's words, of names from <see cref="FindingMessages"/> and of columns' names; whatever came with the filter is a parameter.
/// </summary>
/// <remarks>
/// Every part is true or false, never NULL, for SQL's third value does not survive a NOT. A migration gives PostgreSQL <c>json_each</c> of text
/// (with the path <c>$</c> for lists), <c>json_type</c>, <c>instr</c> and the collation <c>"binary"</c>, which SQLite has from birth.
/// </remarks>
sealed class FilterSql(SqlParameters parameters)
{
    readonly StringBuilder _sql = new();
    int _aliases;

    /// <summary>The condition over the table of findings, under the alias <c>f</c>.</summary>
    public static string Write(FilterNode node, SqlParameters parameters)
    {
        var writer = new FilterSql(parameters);
        writer.Condition(node, null);
        return writer._sql.ToString();
    }

    void Condition(FilterNode node, string? element)
    {
        switch (node)
        {
            case FilterNode.Both(var left, var right):
                Joined(left, " AND ", right, element);
                break;
            case FilterNode.Either(var left, var right):
                Joined(left, " OR ", right, element);
                break;
            case FilterNode.Negation(var operand):
                _sql.Append("NOT ");
                Condition(operand, element);
                break;
            case FilterNode.Comparison comparison when SqlColumns.Condition(comparison, parameters) is { } column:
                _sql.Append(column);
                break;
            case FilterNode.Comparison comparison:
                Any(comparison.Field, element, place => _sql.Append(SqlLeaf.Compares(comparison, place, parameters)));
                break;
            case FilterNode.Presence(var field):
                Any(field, element, place => _sql.Append(SqlLeaf.IsSet(field, place)));
                break;
            case FilterNode.Contains(var list, var inner):
                Any(list, element, place => Condition(inner, place.Alias));
                break;
            case FilterNode.InIpRange(var field, var network):
                Any(field, element, place => _sql.Append(SqlNetwork.Contains(place, network, parameters)));
                break;
        }
    }

    void Joined(FilterNode left, string word, FilterNode right, string? element)
    {
        _sql.Append('(');
        Condition(left, element);
        _sql.Append(word);
        Condition(right, element);
        _sql.Append(')');
    }

    void Any(FieldPath path, string? element, Action<SqlPlace> leaf)
    {
        if (path.Steps.Count == 0)
        {
            _sql.Append('(');
            leaf(SqlPlace.OfRow(element!));
            _sql.Append(')');
            return;
        }

        var root = path.Root switch
        {
            FieldRoot.Finding => "f.document",
            FieldRoot.Resource => "f.resource",
            _ => $"json({element}.value)",
        };
        Any(path, 0, root, isThere: true, leaf);
    }

    /// <summary>Walks on from an object.</summary>
    /// <param name="path">The path.</param>
    /// <param name="at">The next step.</param>
    /// <param name="json">The object, as an expression of type json.</param>
    /// <param name="isThere">Whether the object is there in any case.</param>
    /// <param name="leaf">Writes the condition on what is at the end.</param>
    void Any(FieldPath path, int at, string json, bool isThere, Action<SqlPlace> leaf)
    {
        var step = path.Steps[at];
        var isLast = at + 1 == path.Steps.Count;
        if (step.Field is not { } field)
        {
            Key(path, at, $"CAST({json} AS text)", leaf);
        }
        else if (field.IsList)
        {
            Rows($"{json} ->> '{field.JsonName}', '$'", row => Go(path, at + 1, row, leaf));
        }
        else if (isLast)
        {
            _sql.Append('(');
            leaf(SqlPlace.OfMember(json, field.JsonName, isThere));
            _sql.Append(')');
        }
        else if (path.Steps[at + 1].Field is null)
        {
            Key(path, at + 1, $"{json} ->> '{field.JsonName}'", leaf);
        }
        else
        {
            Any(path, at + 1, $"{json} -> '{field.JsonName}'", isThere: false, leaf);
        }
    }

    /// <summary>Walks on from the value of a key: keys come from outside, so they are compared, and never a part of a JSON path.</summary>
    void Key(FieldPath path, int at, string map, Action<SqlPlace> leaf)
    {
        var step = path.Steps[at];
        var name = parameters.Add(step.Name);
        Rows(map, row =>
        {
            _sql.Append(step.IgnoresCase ? $"lower({row}.key) = {name} AND " : $"{row}.key = {name} AND ");
            Go(path, at + 1, row, leaf);
        });
    }

    /// <summary>Walks on from a row of a list or map.</summary>
    void Go(FieldPath path, int at, string row, Action<SqlPlace> leaf)
    {
        if (at < path.Steps.Count)
        {
            // Only an object may become one: a row's value that is text is no JSON.
            if (path.Steps[at].Field is null) Key(path, at, $"CASE WHEN {row}.type = 'object' THEN {row}.value END", leaf);
            else Any(path, at, $"json({row}.value)", isThere: true, leaf);
        }
        else if (path.Kind is FieldKind.Value)
        {
            _sql.Append('(');
            leaf(SqlPlace.OfRow(row));
            _sql.Append(" OR ");
            Rows($"CASE WHEN {row}.type = 'array' THEN {row}.value END, '$'", inner => leaf(SqlPlace.OfRow(inner)));
            _sql.Append(')');
        }
        else
        {
            _sql.Append('(');
            leaf(SqlPlace.OfRow(row));
            _sql.Append(')');
        }
    }

    void Rows(string json, Action<string> condition)
    {
        var row = string.Create(CultureInfo.InvariantCulture, $"e{_aliases++}");
        _sql.Append(CultureInfo.InvariantCulture, $"EXISTS (SELECT 1 FROM json_each({json}) AS {row} WHERE ");
        condition(row);
        _sql.Append(')');
    }
}
