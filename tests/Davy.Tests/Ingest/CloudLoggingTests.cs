using System.Globalization;
using Davy.Findings.Live;
using Davy.Google;
using Davy.Outbound;
using Davy.Server.Ingest;
using Davy.Server.Ingest.Logging;
using Davy.Storage;
using Davy.Tests.Fakes;
using Davy.Tests.Google;
using Davy.Tests.Storage;
using Davy.Tests.Watching;
using Microsoft.Extensions.Logging.Abstractions;

namespace Davy.Tests.Ingest;

/// <summary>Cloud Logging is asked round by round: first for the past, then for what is new.</summary>
public sealed class CloudLoggingTests : IAsyncLifetime
{
    /// <summary>A clock that stands, whose timers come soon.</summary>
    sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromMinutes(10) ? dueTime / 1_000 : dueTime, period);
    }

    readonly TemporaryFolder _folder = new();
    readonly StandingClock _clock = new(At(3_600));
    FakeHierarchy _places = null!;
    FakeLogging _logging = null!;
    TestDatabase _database = null!;
    SomeWatch _watch = null!;
    SourceFaults _health = null!;
    GoogleCredentials _credentials = null!;
    GoogleHierarchy _hierarchy = null!;
    HttpClient _http = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static DateTimeOffset At(int second) => DateTimeOffset.Parse(SomeEntries.At(second), CultureInfo.InvariantCulture);

    public async ValueTask InitializeAsync()
    {
        (_places, _logging, _database) = (await FakeHierarchy.StartAsync(), await FakeLogging.StartAsync(), await TestDatabase.MigratedAsync(DatabaseKind.Sqlite, Cancel));
        _watch = new(_database.Database, _clock);
        _health = new(new SourceHealth(_clock), NullLogger<SourceFaults>.Instance);
        _credentials = SomeCredentials.Find(_folder, SomeCredentials.ServiceAccount("http://127.0.0.1:1/never-asked"), _clock);
        _http = OutboundGuard.Client(SomeCredentials.Loopback);
        _hierarchy = new(Api, _places.Endpoints);
    }

    public async ValueTask DisposeAsync()
    {
        _hierarchy.Dispose();
        _http.Dispose();
        _credentials.Dispose();
        await _watch.DisposeAsync();
        await _database.DisposeAsync();
        await _logging.DisposeAsync();
        await _places.DisposeAsync();
        _folder.Dispose();
    }

    GoogleApi Api() => new(_http, _credentials, _clock);

    /// <summary>The source as a process has it that was started just now.</summary>
    async Task<CloudLoggingSource> StartAsync(string node = "projects/acme-prod")
    {
        Assert.True(LogMoment.TryParse("30d", out var since));
        CloudLoggingDeclaration declared = new("org", node) { Since = since };
        ProjectLogs logs = new(declared, _watch.Watch, new(_database.Database), new(Api, new() { Logging = _logging.Http.Url }, _clock), _clock);
        await logs.LoadAsync(Cancel);
        return new(declared, _hierarchy, logs, _health, _clock);
    }

    SourceTotals Totals => _watch.Watch.Counts["cloud-logging/org"].Totals;

    async Task<long> FindingsAsync() => Convert.ToInt64(await _database.ScalarAsync("SELECT count(*) FROM findings", Cancel), CultureInfo.InvariantCulture);

    /// <summary>From when on the requests asked, beginning with one.</summary>
    List<string> Asked(int from = 0) => [.. _logging.Http.Requests.Skip(from).Select(request => request.Json["filter"]!.GetValue<string>().Split("timestamp>=\"")[1].Split('"')[0])];

    void Log(params IEnumerable<int> seconds) => _logging.Projects["acme-prod"] = [.. seconds.Select(second => SomeEntries.SystemEvent("acme-prod", $"web{second}", second: second))];

    [Fact]
    public async Task ThePastComesFirstAndThenWhatIsNew()
    {
        Log(1, 2, 3, 4, 5);
        _logging.Busy = 2;
        var source = await StartAsync();
        await source.RoundAsync(Cancel);
        Assert.Equal(5, await FindingsAsync());
        Assert.Equal("2025-12-11T02:00:00Z", Asked()[0]);
        Assert.Equal(2 + 3, _logging.Http.Requests.Count);
        Assert.Null(_health.Fault("cloud-logging/org"));

        Log(1, 2, 3, 4, 5, 3_590);
        _clock.Now += TimeSpan.FromMinutes(1);
        await source.RoundAsync(Cancel);
        Assert.Equal(6, await FindingsAsync());
        Assert.Equal([SomeEntries.At(3_600 - 900)], Asked(5));
        Assert.Equal(new Observation(6, 0, 0, 0, 6), Totals.Came);
    }

    [Fact]
    public async Task AnEntryThatComesLateIsFoundWithinTheOverlapAndCountsOnce()
    {
        Log(3_500);
        var source = await StartAsync();
        await source.RoundAsync(Cancel);

        _clock.Now += TimeSpan.FromMinutes(1);
        Log(2_699, 2_700, 3_500);
        await source.RoundAsync(Cancel);
        await source.RoundAsync(Cancel);

        // The first came later than is waited for.
        Assert.Equal(2, await FindingsAsync());
        Assert.Equal(new Observation(2, 0, 2, 0, 2), Totals.Came);
    }

    [Fact]
    public async Task ARestartInTheMiddleOfThePastGoesOnFromTheLastPage()
    {
        Log(Enumerable.Range(1, 9));
        _logging.Answered = 2;
        await (await StartAsync()).RoundAsync(Cancel);
        Assert.Equal(4, await FindingsAsync());
        Assert.Contains("projects/acme-prod", _health.Fault("cloud-logging/org"), StringComparison.Ordinal);

        var asked = _logging.Http.Requests.Count;
        _logging.Answered = int.MaxValue;
        await (await StartAsync()).RoundAsync(Cancel);
        Assert.Equal(SomeEntries.At(4), Asked(asked)[0]);
        Assert.Equal(9, await FindingsAsync());
        Assert.Equal(new Observation(9, 0, 1, 0, 9), Totals.Came);
        Assert.Null(_health.Fault("cloud-logging/org"));
    }

    [Fact]
    public async Task ARestartAmongTheLatestPassesNoEntryThatWasStillToCome()
    {
        Log(3_000, 3_100, 3_200, 3_300);
        _logging.Answered = 1;
        await (await StartAsync()).RoundAsync(Cancel);
        Assert.Equal(2, await FindingsAsync());

        // It comes between two that were read already.
        Log(3_000, 3_050, 3_100, 3_200, 3_300);
        _logging.Answered = int.MaxValue;
        await (await StartAsync()).RoundAsync(Cancel);
        Assert.Equal(5, await FindingsAsync());
    }

    [Fact]
    public async Task AProjectThatCannotBeReadIsToldAndHoldsUpNoOther()
    {
        Log(1);
        _logging.Projects["root-project"] = [];
        _logging.Projects["shop-project"] = [SomeEntries.SystemEvent("shop-project", "shop")];
        _logging.Forbidden.Add("shop-project");
        var source = await StartAsync("organizations/1");
        await source.RoundAsync(Cancel);
        Assert.Equal(1, await FindingsAsync());
        Assert.Contains("Of 3 projects, 1 cannot be read or listed, the first is projects/shop-project: ", _health.Fault("cloud-logging/org"), StringComparison.Ordinal);

        _logging.Forbidden.Clear();
        await source.RoundAsync(Cancel);
        Assert.Equal(2, await FindingsAsync());
        Assert.Null(_health.Fault("cloud-logging/org"));
    }

    [Fact]
    public async Task NewProjectsAreFoundWithinTheHourAndThoseThatAreGoneForgotten()
    {
        Log(1);
        _logging.Projects["root-project"] = _logging.Projects["shop-project"] = _logging.Projects["many-1"] = [];
        await _watch.Watch.ObserveAsync([], "test", new("cloud-logging/org/gone", SomeEntries.At(1)), Cancel);
        var source = await StartAsync("organizations/1");
        await source.RoundAsync(Cancel);
        Assert.Null(_health.Fault("cloud-logging/org"));
        Assert.Equal(["acme-prod", "root-project", "shop-project"], await ProjectsAsync());

        _places.AddProjects("folders/3", 1);
        await source.RoundAsync(Cancel);
        Assert.Equal(3, (await ProjectsAsync()).Count);
        _clock.Now += TimeSpan.FromHours(1);
        await source.RoundAsync(Cancel);
        Assert.Equal(["acme-prod", "many-1", "root-project", "shop-project"], await ProjectsAsync());

        // Those that are known are read on, whether they can be listed or not.
        _clock.Now += TimeSpan.FromHours(1);
        _places.Forbidden.Add("/v3/");
        Log(1, 3_600 * 3);
        await (await StartAsync("organizations/1")).RoundAsync(Cancel);
        Assert.Equal(2, await FindingsAsync());
        Assert.NotNull(_health.Fault("cloud-logging/org"));
    }

    [Fact]
    public async Task WhatCannotBeListedAtAllIsAFault()
    {
        _places.Forbidden.Add("/v3/");
        var source = await StartAsync("organizations/1");
        await Assert.ThrowsAsync<GoogleApiException>(() => source.RoundAsync(Cancel));
    }

    async Task<List<string>> ProjectsAsync() =>
        [.. (await new WatchCursors(_database.Database).BelowAsync("cloud-logging/org/", Cancel)).Select(cursor => cursor.Name.Split('/')[^1]).Order(StringComparer.Ordinal)];
}
