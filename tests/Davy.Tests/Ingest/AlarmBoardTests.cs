using System.Text;
using System.Text.Json.Nodes;
using Davy.Server.Hosting;
using Davy.Server.Ingest;
using Davy.Storage;
using Davy.Tests.Api;
using Davy.Tests.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Ingest;

/// <summary>How alarms are told: in the log once, in the health as long as they last.</summary>
public sealed class AlarmBoardTests
{
    static readonly WatchAlarm Silent = new(AlarmKind.Silent, "pubsub/logs", "pubsub/logs brought no entry\u001b[2J.");

    sealed class Lines : ILogger<AlarmBoard>
    {
        public List<(LogLevel Level, string Text)> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Add((logLevel, formatter(state, exception)));
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void AnAlarmIsLoggedWhenItBeginsAndWhenItEndsAndNotEachMinute()
    {
        HealthNotes notes = new();
        Lines lines = new();
        AlarmBoard board = new(notes, lines);

        board.Tell([]);
        for (var minute = 0; minute < 3; minute++) board.Tell([Silent]);
        board.Tell([Silent, Silent with { Subject = "other" }]);
        Assert.Equal(["2 sources of log entries brought no entry for too long."], notes.All);
        board.Tell([Silent with { Subject = "other" }]);
        Assert.Equal(["One source of log entries brought no entry for too long."], notes.All);
        board.Tell([]);

        Assert.Empty(notes.All);
        Assert.Equal([LogLevel.Error, LogLevel.Error, LogLevel.Information, LogLevel.Information], lines.All.Select(line => line.Level));
        Assert.StartsWith("Alarm Silent for pubsub/logs: pubsub/logs brought no entry\\u{1B}[2J.", lines.All[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void EachKindHasASentenceWithoutNames()
    {
        HealthNotes notes = new();
        AlarmBoard board = new(notes, new Lines());
        board.Tell([.. Enum.GetValues<AlarmKind>().Select(kind => Silent with { Kind = kind })]);

        Assert.Equal(Enum.GetValues<AlarmKind>().Length, notes.All.Distinct().Count());
        Assert.DoesNotContain(notes.All, note => note.Contains("pubsub", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AServerTellsOfSilenceInItsHealthAndOfDeadLettersUntilTheyAreGone()
    {
        FakeTimeProvider clock = new(new(2026, 1, 10, 10, 0, 0, TimeSpan.Zero));
        await using var server = await RunningServer.StartAsync(clock);
        var watch = server.Services.GetRequiredService<Watch>();
        await watch.ObserveAsync(Encoding.UTF8.GetBytes(SomeEntries.SystemEvent("acme-prod", "web", second: 32_400).ToJsonString()), new("pubsub/logs", new("pubsub/logs/1", 1, 0)), Cancel);
        Assert.Equal("ok", (string)(await server.DoAsync("GET", "/readyz"))["status"]!);

        clock.Advance(TimeSpan.FromHours(25));
        await ReasonsAsync("One source of log entries brought no entry for too long.");
        var source = (await server.DoAsync("GET", "/davy/v1/sources"))["sources"]![0]!;
        Assert.Equal(("alarm", "silent"), ((string)source["health"]!, (string)source["alarms"]![0]!["kind"]!));

        await watch.ObserveAsync(Encoding.UTF8.GetBytes("{}"), new("pubsub/logs", new("pubsub/logs/2", 1, 0)), Cancel);
        await SomeLetters.AddAsync(server.Services.GetRequiredService<Database>(), clock, SomeLetters.Miner());
        clock.Advance(TimeSpan.FromMinutes(11));
        await ReasonsAsync("Log entries failed for good and wait as dead letters.");
        await server.DoAsync("POST", "/davy/v1/dead-letters/1:replay");
        clock.Advance(TimeSpan.FromMinutes(1));
        await ReasonsAsync();
        Accounting.HoldsAtTheEnd(watch);

        async Task ReasonsAsync(params string[] reasons)
        {
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            JsonNode health;
            do health = await server.DoAsync("GET", "/readyz");
            while (!health["reasons"]!.AsArray().Select(reason => (string)reason!).SequenceEqual(reasons) && System.Diagnostics.Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60));
            Assert.Equal(reasons, health["reasons"]!.AsArray().Select(reason => (string)reason!));
            Assert.Equal(reasons.Length == 0 ? "ok" : "degraded", (string)health["status"]!);
        }
    }
}
