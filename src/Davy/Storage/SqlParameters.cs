using System.Globalization;

namespace Davy.Storage;

/// <summary>The values of a statement while it is written: a value is never part of the text.</summary>
/// <param name="prefix">What the names begin with, so that two parts of one statement do not clash; letters only.</param>
public sealed class SqlParameters(string prefix = "p")
{
    readonly List<SqlValue> _values = [];

    /// <summary>The values, in the order in which they were added.</summary>
    public IReadOnlyList<SqlValue> Values => _values;

    /// <summary>Adds a value.</summary>
    /// <param name="value">A <see cref="string"/>, <see cref="long"/>, <see cref="double"/> or an array of <see cref="byte"/>.</param>
    /// <returns>The name to write in the text, for example <c>@p0</c>.</returns>
    public string Add(object value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"@{prefix}{_values.Count}");
        _values.Add(new(name, value));
        return name;
    }
}

/// <summary>One value of a statement.</summary>
/// <param name="Name">Its name in the text, with the <c>@</c>.</param>
/// <param name="Value">The value; null is SQL's NULL.</param>
public readonly record struct SqlValue(string Name, object? Value);

/// <summary>A condition over the table of findings, under the alias <c>f</c>, in the SQL that both databases speak.</summary>
/// <param name="Text">The condition, without <c>WHERE</c>.</param>
/// <param name="Values">Its values.</param>
public sealed record SqlCondition(string Text, IReadOnlyList<SqlValue> Values)
{
    /// <summary>Holds for every finding.</summary>
    public static SqlCondition Always { get; } = new("1 = 1", []);
}
