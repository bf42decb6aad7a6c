using System.Buffers;
using System.Text.RegularExpressions;

namespace Davy.Indicators;

/// <summary>One sign of mining in a command line or an environment variable, as <c>mining-commands.json</c> holds it.</summary>
public sealed class MiningSignal
{
    /// <summary>How many matches are looked at for one that is not excepted: each costs a pass over the text.</summary>
    const int MostLooks = 16;

    readonly Lazy<Regex> _regex;
    readonly Lazy<Regex>? _except;
    readonly Lazy<SearchValues<string>> _literals;

    /// <summary>A sign that an expression sees.</summary>
    /// <param name="pattern">The expression, in what <see cref="RegexOptions.NonBacktracking"/> understands; its groups are what may be shown of a match.</param>
    /// <param name="except">What a match must not hold; empty for nothing.</param>
    internal MiningSignal(string pattern, string except = "")
    {
        _regex = new(() => Compile(pattern));
        if (except.Length > 0) _except = new(() => Compile(except));
        _literals = new(() => SearchValues.Create([.. Literals], StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Its id, for example <c>donate-flag</c>.</summary>
    public required string Id { get; init; }

    /// <summary>How much it says.</summary>
    public required SignalWeight Weight { get; init; }

    /// <summary>What it is a sign of: two signals of one group are not each other's company.</summary>
    public required string Group { get; init; }

    /// <summary>How far its sources can be trusted.</summary>
    public required Confidence Confidence { get; init; }

    /// <summary>The variables whose value it judges; empty for a signal of any text.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Texts of which each match holds one, in any case; empty where there are none.</summary>
    public IReadOnlyList<string> Literals { get; init; } = [];

    /// <summary>Each match holds a run of so many ASCII letters and digits at least.</summary>
    public int MinRun { get; init; }

    /// <summary>Texts that it must see; for a variable <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>Texts that it must not see.</summary>
    public IReadOnlyList<string> CounterExamples { get; init; } = [];

    /// <summary>Who reported it; never empty.</summary>
    public required IReadOnlyList<IndicatorSource> Sources { get; init; }

    /// <summary>Its place in the fixed order: the heaviest first, then as the file has them.</summary>
    public int Order { get; init; }

    /// <summary>Whether it can be in a text at all, at a fraction of the cost of looking for it. It may say yes too often, never no.</summary>
    /// <param name="text">A command line, or a value.</param>
    /// <param name="longestRun">The length of the text's longest run of ASCII letters and digits.</param>
    internal bool MayBeIn(ReadOnlySpan<char> text, int longestRun) =>
        longestRun >= MinRun && (Literals.Count == 0 || text.ContainsAny(_literals.Value));

    /// <summary>Looks for it.</summary>
    /// <param name="text">A command line, or a value.</param>
    /// <returns>The first match that is not excepted, found in time linear in the text.</returns>
    internal System.Text.RegularExpressions.Match Look(string text)
    {
        var match = _regex.Value.Match(text);
        if (_except is null) return match;

        for (var looks = 1; match.Success && _except.Value.IsMatch(match.Value); looks++)
        {
            if (looks == MostLooks) return System.Text.RegularExpressions.Match.Empty;
            match = match.NextMatch();
        }

        return match;
    }

    static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}

/// <summary>How much a signal says.</summary>
public enum SignalWeight
{
    /// <summary>Has honest uses everywhere: nothing alone, and with others only where they fit.</summary>
    Weak,

    /// <summary>Said only where mining is spoken of, if only to measure or to fight it: needs company.</summary>
    Medium,

    /// <summary>Enough alone.</summary>
    Strong,
}
