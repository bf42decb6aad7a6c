using System.Text.RegularExpressions;

namespace Davy.Indicators;

/// <summary>One sign of mining in a command line or an environment variable, as <c>mining-commands.json</c> holds it.</summary>
public sealed class MiningSignal
{
    readonly Lazy<Regex> _regex;

    /// <summary>A sign that an expression sees.</summary>
    /// <param name="pattern">The expression, in what <see cref="RegexOptions.NonBacktracking"/> understands; its groups are what may be shown of a match.</param>
    internal MiningSignal(string pattern) =>
        _regex = new(() => new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));

    /// <summary>Its id, for example <c>donate-flag</c>.</summary>
    public required string Id { get; init; }

    /// <summary>How much it says.</summary>
    public required SignalWeight Weight { get; init; }

    /// <summary>What it is a sign of: two signals of one group are not each other's company.</summary>
    public required string Group { get; init; }

    /// <summary>How far its sources can be trusted.</summary>
    public required Confidence Confidence { get; init; }

    /// <summary>Whether it is looked for in command lines only, not in values of the environment.</summary>
    public bool IsForCommands { get; init; }

    /// <summary>The variables whose value it judges; empty for a signal of any text.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Texts of which each match holds one, in any case; empty for wallets, which never fire without another signal.</summary>
    public IReadOnlyList<string> Literals { get; init; } = [];

    /// <summary>Texts that it must see; for a variable <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>Texts that it must not see.</summary>
    public IReadOnlyList<string> CounterExamples { get; init; } = [];

    /// <summary>Who reported it; never empty.</summary>
    public required IReadOnlyList<IndicatorSource> Sources { get; init; }

    /// <summary>Its place in the fixed order: the heaviest first, then as the file has them.</summary>
    public int Order { get; init; }

    /// <summary>Looks for it.</summary>
    /// <param name="text">A command line, or a value.</param>
    /// <returns>The first match, found in time linear in the text.</returns>
    internal System.Text.RegularExpressions.Match Look(string text) => _regex.Value.Match(text);
}

/// <summary>How much a signal says.</summary>
public enum SignalWeight
{
    /// <summary>Nothing alone, nor with others that are weak.</summary>
    Weak,

    /// <summary>Needs company.</summary>
    Medium,

    /// <summary>Enough alone.</summary>
    Strong,
}
