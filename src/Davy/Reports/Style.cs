namespace Davy.Reports;

/// <summary>How a table looks.</summary>
/// <param name="Colour">With ANSI colours (ECMA-48 SGR).</param>
/// <param name="Width">How many columns the terminal has; null never wraps, as is right for a pipe.</param>
public sealed record Style(bool Colour, int? Width)
{
    /// <summary>For a pipe or file: no colour, no wrapping.</summary>
    public static Style Plain { get; } = new(false, null);
}
