namespace Davy.Findings.Filtering;

/// <summary>
/// A filter as a tree. Each node is either true or false of a finding, never unknown: a comparison with a field that is not there is false, and so its
/// negation is true, as the documented filter <c>NOT security_marks.marks.key_a="value_a"</c> finds the findings without that mark.
/// </summary>
public abstract record FilterNode
{
    FilterNode() { }

    /// <summary>Both hold.</summary>
    public sealed record Both(FilterNode Left, FilterNode Right) : FilterNode;

    /// <summary>One of the two holds.</summary>
    public sealed record Either(FilterNode Left, FilterNode Right) : FilterNode;

    /// <summary>It does not hold.</summary>
    public sealed record Negation(FilterNode Operand) : FilterNode;

    /// <summary>A field, or one value of many, compares so with a value.</summary>
    public sealed record Comparison(FieldPath Field, FilterOperator Operator, FilterValue Value) : FilterNode;

    /// <summary>A field is set, which is written <c>field:""</c>.</summary>
    public sealed record Presence(FieldPath Field) : FilterNode;

    /// <summary>A list has an element of which a filter holds.</summary>
    public sealed record Contains(FieldPath List, FilterNode Element) : FilterNode;

    /// <summary>A field is an IPv4 address of a network.</summary>
    public sealed record InIpRange(FieldPath Field, Ipv4Network Network) : FilterNode;

    /// <summary>The node as a filter.</summary>
    /// <returns>A text that parses to an equal node.</returns>
    public sealed override string ToString() => FilterText.Write(this);
}

/// <summary>How a field is compared.</summary>
public enum FilterOperator
{
    /// <summary><c>=</c></summary>
    Equal,

    /// <summary><c>:</c>, the text contains the value.</summary>
    Has,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,
}
