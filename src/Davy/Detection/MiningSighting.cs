using Davy.Indicators;

namespace Davy.Detection;

/// <summary>A signal, seen somewhere.</summary>
/// <param name="Signal">The id of the signal.</param>
/// <param name="Weight">How much it says here.</param>
/// <param name="Group">What it is a sign of.</param>
/// <param name="Order">Its place in the fixed order.</param>
/// <param name="Sources">Who reported it.</param>
/// <param name="Text">The text that it was seen in.</param>
/// <param name="Start">Where it begins there.</param>
/// <param name="End">Where it ends there.</param>
/// <param name="Shown">What may be shown of it, all else masked.</param>
sealed record MiningSighting(
    string Signal, SignalWeight Weight, string Group, int Order, IReadOnlyList<IndicatorSource> Sources, CommandText Text, int Start, int End, string Shown)
{
    /// <summary>Its path in the entry.</summary>
    public string Place => Text.PlaceOf(Start);

    /// <summary>Whether both were seen in the same characters, and so are one piece of evidence.</summary>
    public bool Overlaps(MiningSighting other) => ReferenceEquals(Text, other.Text) && Start < other.End && other.Start < End;
}
