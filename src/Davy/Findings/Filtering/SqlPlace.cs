namespace Davy.Findings.Filtering;

/// <summary>Where a value stands in SQL: a member of a JSON object, or a row of <c>json_each</c>.</summary>
/// <param name="Text">The value as text; NULL where it is not set.</param>
/// <param name="Json">The value as JSON, of type text; NULL where it is not set.</param>
/// <param name="Type">Its type in SQLite's words (<c>text</c>, <c>integer</c>, <c>real</c>, <c>true</c>, <c>false</c>, <c>null</c>, <c>array</c>, <c>object</c>).</param>
/// <param name="Alias">The row; empty for a member.</param>
/// <param name="Object">The object that it is a member of, where that may be missing; empty where it is there in any case.</param>
readonly record struct SqlPlace(string Text, string Json, string Type, string Alias, string Object)
{
    /// <summary>A member of an object.</summary>
    /// <param name="json">The object, an expression of type json.</param>
    /// <param name="name">The member's name, from the table of fields.</param>
    /// <param name="isThere">Whether the object is there in any case.</param>
    public static SqlPlace OfMember(string json, string name, bool isThere) =>
        new($"({json} ->> '{name}')", $"CAST({json} -> '{name}' AS text)", $"json_type({json} -> '{name}')", "", isThere ? "" : $"({json})");

    /// <summary>A row.</summary>
    /// <param name="alias">Its alias.</param>
    public static SqlPlace OfRow(string alias) => new($"{alias}.atom", $"{alias}.value", $"{alias}.type", alias, "");

    /// <summary>Whether it is a row.</summary>
    public bool IsRow => Alias.Length > 0;
}
