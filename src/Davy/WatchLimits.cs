namespace Davy;

/// <summary>From when on something about the watch is an alarm.</summary>
public sealed record WatchLimits
{
    /// <summary>How long a source may bring no entry; a quiet project may be silent for long.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How old the newest entry may be while entries come.</summary>
    public TimeSpan Lag { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How old a list of indicators may be.</summary>
    public TimeSpan IndicatorAge { get; init; } = TimeSpan.FromDays(90);
}
