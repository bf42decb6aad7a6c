using Davy.Findings;
using Davy.Indicators;
using Davy.Storage;
using Davy.Tests.Storage;

namespace Davy.Tests.Watching;

/// <summary>Silence, lateness and age are alarms, each from its time on and no longer than it lasts.</summary>
public abstract class AlarmTests(DatabaseKind kind) : StoreTests(kind)
{
    static readonly WatchLimits Limits = new();

    SomeWatch New(Database? database = null) => new(database ?? Database, Time);

    List<WatchAlarm> Alarms(SomeWatch seen) => [.. seen.Watch.Sources.Reports.SelectMany(source => WatchAlarms.Of(source, Limits, Time.GetUtcNow()))];

    async Task<List<AlarmKind>> AfterAsync(SomeWatch seen, TimeSpan passed)
    {
        Time.Advance(passed);
        await seen.Watch.TidyAsync(Cancel);
        return [.. Alarms(seen).Select(alarm => alarm.Kind)];
    }

    /// <summary>An entry of now.</summary>
    System.Text.Json.Nodes.JsonObject Fresh(string service) =>
        SomeEntries.SystemEvent("acme-prod", service, second: (int)(Time.GetUtcNow() - new DateTimeOffset(2026, 1, 10, 1, 0, 0, TimeSpan.Zero)).TotalSeconds);

    [Fact]
    public async Task ASourceIsSilentAfterItsTimeAlsoOverRestartsAndNotWhileAnotherServerHearsIt()
    {
        await using (var first = New())
        {
            await first.SeeAsync(Fresh("web1"));
            Assert.Empty(await AfterAsync(first, TimeSpan.FromHours(23)));
        }

        await using var restarted = New();
        Assert.Empty(await AfterAsync(restarted, TimeSpan.FromMinutes(59)));
        Assert.Equal([AlarmKind.Silent], await AfterAsync(restarted, TimeSpan.FromMinutes(2)));
        Assert.Equal("test", Alarms(restarted)[0].Subject);
        Assert.Contains("2026-01-10 10:00Z", Alarms(restarted)[0].Detail, StringComparison.Ordinal);

        await using var database = Made.Open();
        await using var other = New(database);
        await other.SeeAsync(Fresh("web2"));
        await other.Watch.TidyAsync(Cancel);
        Assert.Empty(await AfterAsync(restarted, TimeSpan.FromMinutes(1)));
        Assert.Equal(0, restarted.Watch.Sources.Reports.Single().Totals.Received);

        // What brings nothing for as long as entries are remembered is no source any more.
        await using var later = New(database);
        Assert.Empty(await AfterAsync(later, TimeSpan.FromDays(32)));
    }

    [Fact]
    public async Task ASourceThatNeverBroughtAnythingIsSilentSinceItIsExpected()
    {
        await using (var first = New())
        {
            first.Watch.Sources.Expect("pull");
            Assert.Empty(await AfterAsync(first, TimeSpan.FromHours(20)));
        }

        await using var restarted = New();
        restarted.Watch.Sources.Expect("pull");
        Assert.Equal([AlarmKind.Silent], await AfterAsync(restarted, TimeSpan.FromHours(5)));
        Assert.Null(restarted.Watch.Sources.Reports.Single().LastAt);
    }

    [Fact]
    public async Task ASourceIsBehindWhileOldEntriesComeAndNotWhenNothingComes()
    {
        await using var seen = New();
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "old"));
        Assert.Equal([AlarmKind.Behind], await AfterAsync(seen, TimeSpan.Zero));

        await seen.SeeAsync(Fresh("new"));
        Assert.Empty(await AfterAsync(seen, TimeSpan.FromMinutes(1)));
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "old2"));
        Assert.Empty(await AfterAsync(seen, TimeSpan.FromMinutes(1)));
        Assert.Empty(await AfterAsync(seen, TimeSpan.FromHours(3)));
    }

    [Fact]
    public async Task ASourceIsUnreachableUntilItIsReachedAgain()
    {
        await using var seen = New();
        seen.Watch.Sources.Failed("pull", "It refuses the connection.");
        var alarm = Assert.Single(Alarms(seen));
        Assert.Equal((AlarmKind.Unreachable, "pull"), (alarm.Kind, alarm.Subject));
        Assert.EndsWith("It refuses the connection.", alarm.Detail, StringComparison.Ordinal);

        seen.Watch.Sources.Recovered("pull");
        Assert.Empty(Alarms(seen));
    }

    [Fact]
    public void AListIsTooOldFromItsDayOn()
    {
        IndicatorSet lists = new([new("mine", "2026-01-01", []), new("undated", "", []), new("other", "2026-03-01", [])]);
        DateTimeOffset day = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.Empty(WatchAlarms.Of(lists, Limits, day));
        Assert.Equal((AlarmKind.OldIndicators, "mine"), Assert.Single(WatchAlarms.Of(lists, Limits, day.AddSeconds(1)).Select(alarm => (alarm.Kind, alarm.Subject))));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 10, AlarmKind.DeadLetters)]
    [InlineData(1, 79, AlarmKind.DeadLetters)]
    [InlineData(1, 80, AlarmKind.DeadLetters, AlarmKind.DeadLettersFull)]
    [InlineData(8, 10, AlarmKind.DeadLetters, AlarmKind.DeadLettersFull)]
    public void DeadLettersAreAnAlarmAndAnotherWhenTheirRoomIsNearlyFull(long letters, long bytes, params AlarmKind[] kinds) =>
        Assert.Equal(kinds, WatchAlarms.Of([new("a", letters, bytes)], new DeadLetterLimits { Bytes = 100, Letters = 10 }).Select(alarm => alarm.Kind));

    public sealed class OnSqlite() : AlarmTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : AlarmTests(DatabaseKind.PostgreSql);
}
