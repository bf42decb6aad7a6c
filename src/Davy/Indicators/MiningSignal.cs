using System.Text.RegularExpressions;

namespace Davy.Indicators;

/// <summary>One sign of mining in a command line or value.</summary>
/// <param name="Id">Its id, for example <c>donate-level</c>.</param>
/// <param name="Weight">How much it says by itself.</param>
/// <param name="Pattern">What it looks like; its first group is the evidence, and all that is ever shown of the text.</param>
/// <param name="Sources">Who reported it.</param>
/// <param name="Examples">Texts that it must see.</param>
public sealed record MiningSignal(string Id, SignalWeight Weight, Regex Pattern, IReadOnlyList<IndicatorSource> Sources, IReadOnlyList<string> Examples);

/// <summary>How much a sign says by itself; the number is its score.</summary>
public enum SignalWeight
{
    /// <summary>Seen in good company too: never enough, however many there are.</summary>
    Weak = 1,

    /// <summary>Needs another.</summary>
    Medium = 2,

    /// <summary>Rare outside mining: enough alone.</summary>
    Strong = 4,
}
