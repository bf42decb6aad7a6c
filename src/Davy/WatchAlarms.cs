namespace Davy;

/// <summary>What is wrong with a watch at one moment: a pure function of its numbers and the time.</summary>
public static class WatchAlarms
{
    /// <summary>What is wrong with a source.</summary>
    /// <param name="source">The source.</param>
    /// <returns>The alarms, by kind.</returns>
    public static IEnumerable<WatchAlarm> Of(SourceReport source)
    {
        if (source.Totals.Imbalance is var imbalance and not 0)
        {
            yield return new(AlarmKind.Imbalance, source.Name, $"What came from {source.Name} is not what it came to: {imbalance} entries are not accounted for.");
        }
    }
}
