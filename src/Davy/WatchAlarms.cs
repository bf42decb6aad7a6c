using System.Globalization;
using Davy.Findings;
using Davy.Indicators;

namespace Davy;

/// <summary>What is wrong with a watch at one moment: pure functions of its numbers and the time.</summary>
public static class WatchAlarms
{
    /// <summary>From which part of their bound on dead letters are an alarm of their own, in per cent.</summary>
    public const int FullPercent = 80;

    /// <summary>After how many attempts to look into images that failed one after the other it is an alarm.</summary>
    public const int FailedInspections = 5;

    // Whoever brings nothing is silent, not behind.
    static readonly TimeSpan Coming = TimeSpan.FromMinutes(10);

    /// <summary>What is wrong with a source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="limits">What is an alarm.</param>
    /// <param name="now">The time.</param>
    /// <returns>The alarms, by kind.</returns>
    public static IEnumerable<WatchAlarm> Of(SourceReport source, WatchLimits limits, DateTimeOffset now)
    {
        if (source.Totals.Imbalance is var imbalance and not 0)
        {
            yield return new(AlarmKind.Imbalance, source.Name, $"What came from {source.Name} is not what it came to: {imbalance} entries are not accounted for.");
        }

        if (source.Fault is { IsPresent: true } fault) yield return new(AlarmKind.Unreachable, source.Name, $"{source.Name} fails since {Shown(fault.Since)}: {fault.Reason}");
        if (now - (source.LastAt ?? source.Since) > limits.Silence)
        {
            yield return new(AlarmKind.Silent, source.Name, $"{source.Name} brought no entry since {Shown(source.LastAt ?? source.Since)}.");
        }

        if (source.LastAt is { } last && now - last < Coming && source.Lag(now) is { } lag && lag > limits.Lag)
        {
            yield return new(AlarmKind.Behind, source.Name, $"Entries come from {source.Name}, but the newest is of {source.Newest}: it is {(long)lag.TotalMinutes} minutes behind.");
        }
    }

    /// <summary>Lists of indicators past their age; a list without a date has none.</summary>
    /// <param name="indicators">The lists.</param>
    /// <param name="limits">What is an alarm.</param>
    /// <param name="now">The time.</param>
    /// <returns>The alarms.</returns>
    public static IEnumerable<WatchAlarm> Of(IndicatorSet indicators, WatchLimits limits, DateTimeOffset now) =>
        from list in indicators.Lists
        where AgeOf(list, now) > limits.IndicatorAge
        select new WatchAlarm(AlarmKind.OldIndicators, list.Name, $"The list {list.Title} is older than {limits.IndicatorAge.TotalDays:0} days; bring a newer one, or a newer Davy.");

    /// <summary>Dead letters that wait, and too many of them.</summary>
    /// <param name="totals">How many there are.</param>
    /// <param name="limits">How many may be.</param>
    /// <returns>The alarms.</returns>
    public static IEnumerable<WatchAlarm> Of(IReadOnlyCollection<DeadLetterTotal> totals, DeadLetterLimits limits)
    {
        var (letters, bytes) = (totals.Sum(total => total.Letters), totals.Sum(total => total.Bytes));
        if (letters > 0) yield return new(AlarmKind.DeadLetters, "dead letters", $"Entries that were read and failed for good: {letters}. 'davyd dead-letters list' shows them.");
        if (letters > 0 && (bytes >= limits.Bytes / 100.0 * FullPercent || letters >= limits.Letters / 100.0 * FullPercent))
        {
            yield return new(AlarmKind.DeadLettersFull, "dead letters", $"{letters} dead letters with {bytes} bytes fill {FullPercent} % or more of the room for them ({limits.Bytes} bytes): replay or purge them.");
        }
    }

    /// <summary>Images that cannot be looked into.</summary>
    /// <param name="failed">How many attempts failed since the last that did not.</param>
    /// <param name="waiting">How many images wait.</param>
    /// <returns>The alarms.</returns>
    public static IEnumerable<WatchAlarm> OfInspections(int failed, long waiting)
    {
        if (failed >= FailedInspections) yield return new(AlarmKind.InspectionsFail, "inspections", $"{failed} attempts to look into an image failed one after the other, and {waiting} images wait. 'davyd inspections list' shows why.");
    }

    /// <summary>How old a list is.</summary>
    /// <param name="list">The list.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null for a list without a date.</returns>
    public static TimeSpan? AgeOf(IndicatorList list, DateTimeOffset now) =>
        DateOnly.TryParseExact(list.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? now - new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : null;

    static string Shown(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
