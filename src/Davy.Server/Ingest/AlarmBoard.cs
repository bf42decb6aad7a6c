using Davy.Reports;
using Davy.Server.Hosting;

namespace Davy.Server.Ingest;

/// <summary>The alarms that stand. Each is logged once when it begins and once when it ends, and stands in the health for as long as it lasts.</summary>
/// <param name="notes">The health.</param>
/// <param name="log">The log.</param>
sealed partial class AlarmBoard(HealthNotes notes, ILogger<AlarmBoard> log)
{
    const int LongestShown = 500;

    readonly Lock _gate = new();
    IReadOnlyList<WatchAlarm> _present = [];

    /// <summary>The alarms that stand.</summary>
    public IReadOnlyList<WatchAlarm> Present => Volatile.Read(ref _present);

    /// <summary>Tells which alarms stand now.</summary>
    /// <param name="alarms">All of them.</param>
    public void Tell(IReadOnlyList<WatchAlarm> alarms)
    {
        lock (_gate)
        {
            var before = Present;
            foreach (var alarm in alarms.Where(alarm => !before.Any(known => IsSame(known, alarm)))) Begun(alarm.Kind, TextSanitizer.Clean(alarm.Subject), TextSanitizer.Clean(alarm.Detail, LongestShown));
            foreach (var alarm in before.Where(alarm => !alarms.Any(now => IsSame(now, alarm)))) Ended(alarm.Kind, TextSanitizer.Clean(alarm.Subject));
            foreach (var kind in Enum.GetValues<AlarmKind>()) notes.Tell($"watch {kind}", SentenceOf(kind, alarms.Count(alarm => alarm.Kind == kind)));
            Volatile.Write(ref _present, alarms);
        }
    }

    static bool IsSame(WatchAlarm one, WatchAlarm other) => one.Kind == other.Kind && one.Subject == other.Subject;

    /// <summary>What everybody may read: without names.</summary>
    static string? SentenceOf(AlarmKind kind, int count) => count == 0 ? null : kind switch
    {
        AlarmKind.Imbalance => $"What came in and what it came to do not agree for {Sources(count)}.",
        AlarmKind.Unreachable => $"{Capital(Sources(count))} cannot be reached.",
        AlarmKind.Silent => $"{Capital(Sources(count))} brought no entry for too long.",
        AlarmKind.Behind => $"The entries of {Sources(count)} come late.",
        AlarmKind.OldIndicators => count == 1 ? "One list of indicators is too old." : $"{count} lists of indicators are too old.",
        AlarmKind.DeadLetters => "Log entries failed for good and wait as dead letters.",
        AlarmKind.DeadLettersFull => "There is little or no room left for dead letters.",
        AlarmKind.InspectionsFail => "Images cannot be looked into.",
        _ => throw new InvalidOperationException($"There is no sentence for {kind}."),
    };

    static string Sources(int count) => count == 1 ? "one source of log entries" : $"{count} sources of log entries";

    static string Capital(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";

    [LoggerMessage(1451, LogLevel.Error, "Alarm {Kind} for {Subject}: {Detail} See docs/operations.md.")]
    partial void Begun(AlarmKind kind, string subject, string detail);

    [LoggerMessage(1452, LogLevel.Information, "The alarm {Kind} for {Subject} is over.")]
    partial void Ended(AlarmKind kind, string subject);
}
