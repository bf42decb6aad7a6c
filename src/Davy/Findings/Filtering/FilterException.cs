namespace Davy.Findings.Filtering;

/// <summary>A filter, an order or a field mask that is none; the message says where and what was expected. Nothing of it was applied.</summary>
/// <param name="column">Where, counted from 1 in UTF-16 units.</param>
/// <param name="reason">What is wrong there, and what was expected.</param>
public sealed class FilterException(int column, string reason) : Exception($"column {column}: {reason}")
{
    /// <summary>Where, counted from 1 in UTF-16 units.</summary>
    public int Column { get; } = column;

    /// <summary>What is wrong there, and what was expected.</summary>
    public string Reason { get; } = reason;
}
