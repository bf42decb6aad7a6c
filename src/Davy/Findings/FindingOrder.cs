using System.Text;
using Davy.Findings.Filtering;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>
/// The order of a list. What is not said is added: the latest event first, as the indexes have it, and last the key, so that the order is total and paging by values exact.
/// </summary>
public sealed record FindingOrder
{
    static readonly Dictionary<string, FindingColumn[]> Fields = new(StringComparer.Ordinal)
    {
        // The index of names has the source and the id apart.
        ["name"] = [FindingColumns.SourceId, new("finding_id")],
        ["parent"] = [FindingColumns.ByPath["parent"]],
        ["state"] = [FindingColumns.ByPath["state"]],
        ["category"] = [FindingColumns.ByPath["category"]],
        ["severity"] = [FindingColumns.ByPath["severity"]],
        ["resource_name"] = [FindingColumns.ByPath["resource_name"]],
        ["event_time"] = [FindingColumns.ByPath["event_time"]],
        ["create_time"] = [FindingColumns.ByPath["create_time"]],
        ["security_marks.marks"] = [FindingColumns.Marks],
    };

    static readonly FindingColumn Time = FindingColumns.ByPath["event_time"];

    readonly (FindingColumn Column, bool Falls)[] _columns;

    FindingOrder(List<(FindingColumn Column, bool Falls)> columns)
    {
        // All that is added goes the way of the last column, so that one index can be walked one way.
        var falls = columns is not [.., (_, false)];
        var isTotal = columns.Any(each => each.Column == FindingColumns.SourceId) || columns.Any(each => each.Column == Time);
        _columns = isTotal ? [.. columns] : [.. columns, (Time, falls)];
    }

    /// <summary>The latest event comes first; so what is added while somebody pages mostly stands before the first page.</summary>
    public static FindingOrder Newest { get; } = new([]);

    /// <summary>The fields that can be ordered by, in snake case.</summary>
    public static IReadOnlyCollection<string> Names => Fields.Keys;

    /// <summary>How many values a cursor of this order has.</summary>
    public int ValueCount => _columns.Length + 1;

    /// <summary>Reads an <c>order_by</c>: fields separated by commas, each with <c>desc</c> behind it where it falls; surplus blanks count for nothing.</summary>
    /// <param name="text">The text; empty for <see cref="Newest"/>.</param>
    /// <param name="order">The order.</param>
    /// <param name="fault">What is wrong, for a person; empty where nothing is.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool TryParse(string text, out FindingOrder order, out string fault)
    {
        order = Newest;
        fault = "";
        if (string.IsNullOrWhiteSpace(text)) return true;

        List<(FindingColumn, bool)> columns = [];
        foreach (var part in text.Split(','))
        {
            var words = part.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words is not [var name, .. var direction] || direction is not ([] or ["desc" or "asc" or "DESC" or "ASC"]) || !Fields.TryGetValue(InSnakeCase(name), out var field))
            {
                fault = $"'{part.Trim()}' cannot be ordered by; possible are {string.Join(", ", Fields.Keys)}, each with ' desc' where it should fall.";
                return false;
            }

            var falls = direction is ["desc" or "DESC"];
            foreach (var column in field)
            {
                if (columns.Any(known => known.Item1 == column))
                {
                    fault = $"'{name}' stands twice.";
                    return false;
                }

                columns.Add((column, falls));
            }
        }

        order = new(columns);
        return true;
    }

    static string InSnakeCase(string name)
    {
        try
        {
            return FindingFields.Find(name).Text;
        }
        catch (FilterException)
        {
            return name;
        }
    }

    /// <summary>The columns that a cursor is made of, for the list of a SELECT.</summary>
    internal string Selected => string.Concat(_columns.Select(each => $", {each.Column.Sql}"));

    /// <summary>For <c>ORDER BY</c>.</summary>
    internal string Sql => string.Join(", ", All.Select(each => $"{each.Sql}{(each.Falls ? " DESC" : "")}"));

    IEnumerable<(string Sql, bool Falls)> All => [.. _columns.Select(each => (each.Column.Sql, each.Falls)), ("f.key", _columns is [.., (_, true)])];

    /// <summary>What sorts after a place, as a condition.</summary>
    internal string AfterSql(FindingCursor after, SqlParameters values)
    {
        (string Sql, bool Falls)[] all = [.. All];
        if (after.Values.Count != all.Length) throw new FormatException("The page token is of another order.");

        string[] names = [.. after.Values.Select(values.Add)];
        if (all.All(each => each.Falls == all[0].Falls))
        {
            return $"({string.Join(", ", all.Select(each => each.Sql))}) {(all[0].Falls ? "<" : ">")} ({string.Join(", ", names)})";
        }

        // Where directions differ: the first bound for the index, then column by column.
        var text = new StringBuilder($"{all[0].Sql} {(all[0].Falls ? "<=" : ">=")} {names[0]} AND (");
        for (var last = 0; last < all.Length; last++)
        {
            if (last > 0) text.Append(" OR ");
            text.Append('(');
            for (var place = 0; place < last; place++) text.Append($"{all[place].Sql} = {names[place]} AND ");
            text.Append($"{all[last].Sql} {(all[last].Falls ? "<" : ">")} {names[last]})");
        }

        return text.Append(')').ToString();
    }
}
