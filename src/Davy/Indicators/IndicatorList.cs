namespace Davy.Indicators;

/// <summary>A list of indicators, as it came from one file.</summary>
/// <param name="Name">Its name: <c>known-miners</c>, or the file's.</param>
/// <param name="Date">The day of its version, <c>2026-11-24</c>; empty where it has none.</param>
/// <param name="Indicators">What it holds, in the file's order.</param>
public sealed record IndicatorList(string Name, string Date, IReadOnlyList<Indicator> Indicators)
{
    /// <summary>Name and date in one: <c>known-miners 2026-11-24</c>.</summary>
    public string Title => TitleOf(Name, Date);

    internal static string TitleOf(string name, string date) => date.Length > 0 ? $"{name} {date}" : name;
}
