using Davy.Google;
using Davy.Images;
using Davy.Indicators;
using Davy.Responses;
using Davy.Tests.Fakes;

namespace Davy.Tests.Responses;

/// <summary>
/// The program is killed at every point of an apply: before and after each call, before each line of the record, and in the midst of each. Then the record tells the truth at the next start, and
/// nothing is done twice.
/// </summary>
public sealed class RespondKillTests
{
    static readonly (string Name, string Response, string? Image)[] Cases =
        [(FakeCloudRun.Service, "stop", null), (FakeCloudRun.Service, "replace", null), (FakeCloudRun.Service, "delete", null), (FakeCloudRun.Service, "close", null), (FakeCloudRun.Job, "replace", FakeCloudRun.Good)];

    enum Moment
    {
        BeforeCall,
        AfterCall,
        BeforeLine,
        InLine,
    }

    [Fact]
    public async Task WhereverItIsKilledTheRecordTellsTheTruth()
    {
        Dictionary<Moment, int> points = [];
        var (known, broken) = (0, 0);
        foreach (var each in Cases)
        {
            var all = await PointsAsync(each);
            known += all.Count;
            foreach (var (at, moment) in all.Where((_, number) => number % TestLength.Of(whole: 1, quick: 3) == 0))
            {
                using Life life = new();
                var plan = await life.PlanAsync(each);
                await life.ApplyAsync(plan, at);
                if (moment is Moment.InLine) life.Tear();
                if (await life.LieAsync() is { Length: > 0 } lie) Assert.Fail($"{each.Response} of {each.Name}, event {at}, {moment}: {lie}");
                if (life.HasRecord) broken++;

                var done = life.Fake.Changes.Count;
                var again = await life.ApplyAsync(plan, int.MaxValue);
                Assert.Equal(done == 0 ? "verified" : "", again);
                if (done > 0) Assert.Equal(done, life.Fake.Changes.Count);
                points[moment] = points.GetValueOrDefault(moment) + 1;
            }
        }

        Assert.All(Enum.GetValues<Moment>(), moment => Assert.NotEqual(0, points.GetValueOrDefault(moment)));
        Assert.True(known >= 200 && points.Values.Sum() >= 60 && broken > points.Values.Sum() / 2, $"{points.Values.Sum()} of {known} points, {broken} with a record");
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", points));
    }

    /// <summary>The control: a record that lost the line before a call lies, and the test sees it.</summary>
    [Fact]
    public async Task ALineThatIsLostIsALie()
    {
        var lies = 0;
        foreach (var (at, moment) in await PointsAsync(Cases[0]))
        {
            using Life life = new();
            await life.ApplyAsync(await life.PlanAsync(Cases[0]), at);
            if (moment is not Moment.AfterCall) continue;
            life.Lose();
            if (await life.LieAsync() != "") lies++;
        }

        Assert.NotEqual(0, lies);
    }

    /// <summary>The points of an apply that is let live: the events, and what each is.</summary>
    static async Task<List<(int At, Moment Moment)>> PointsAsync((string Name, string Response, string? Image) each)
    {
        using Life life = new();
        Assert.Equal("verified", await life.ApplyAsync(await life.PlanAsync(each), int.MaxValue));
        List<(int, Moment)> points = [];
        for (var at = 0; at < life.Events.Count; at++)
        {
            var (kind, bytes) = life.Events[at];
            if (kind != "clock") points.Add((at, kind == "before" ? Moment.BeforeCall : Moment.AfterCall));
            else if (at + 1 == life.Events.Count || life.Events[at + 1].Bytes > bytes) points.AddRange([(at, Moment.BeforeLine), (at + 1, Moment.InLine)]);
        }

        return points;
    }

    /// <summary>A project, a program that dies in it, and what is on the disk then.</summary>
    sealed class Life : IDisposable
    {
        readonly TemporaryFolder _folder = new();
        readonly WatchedClock _clock = new();
        readonly HttpClient _http;
        readonly WorkloadReader _reader;
        int _killAt = int.MaxValue;

        public Life()
        {
            _http = new(new InMemoryCloudRun(Fake));
            _reader = new(new(new GoogleApi(_http, null, _clock), new("http://run.example.com/"), _clock), IndicatorSet.Default, Upstreams.None);
        }

        public FakeCloudRun Fake { get; } = FakeCloudRun.InMemory();

        /// <summary>What happened, and how long the record was then.</summary>
        public List<(string Kind, long Bytes)> Events { get; } = [];

        /// <summary>Whether there is a record.</summary>
        public bool HasRecord => Records().Count > 0;

        string Journal => _folder.File("journal.jsonl");

        public void Dispose()
        {
            _http.Dispose();
            _folder.Dispose();
        }

        public async Task<ResponsePlan> PlanAsync((string Name, string Response, string? Image) each)
        {
            var workload = (await _reader.ReadAsync(WorkloadName.Parse(each.Name)!, TestContext.Current.CancellationToken))!;
            return ResponsePlan.Make(ResponseList.Find(each.Response)!, new(workload, new() { Image = each.Image }, _reader), _clock.GetUtcNow(), "me@example.com");
        }

        /// <summary>How it ended; empty where it was refused or killed.</summary>
        public async Task<string> ApplyAsync(ResponsePlan plan, int killAt)
        {
            _killAt = killAt;
            Events.Clear();
            using var journal = ResponseJournal.Open(_folder.Path, _clock);
            (_clock.Asked, Fake.Before, Fake.After) = (() => Happen("clock"), _ => Happen("before"), _ => Happen("after"));
            try
            {
                ResponseOrder order = new() { Confirmation = plan.Confirmation, Reason = "Mining.", Who = "me@example.com", Policy = new(["acme-prod"], [], false) };
                return (await new ResponseRun(_reader, journal, _clock).ApplyAsync(plan, order, TestContext.Current.CancellationToken)).Result;
            }
            catch (Exception fault) when (fault is KilledException or GuardException)
            {
                return "";
            }
            finally
            {
                (_clock.Asked, Fake.Before, Fake.After) = (() => null, _ => null, _ => null);
            }
        }

        /// <summary>Only half of the last line came to the disk.</summary>
        public void Tear()
        {
            var bytes = File.ReadAllBytes(Journal);
            var start = bytes.AsSpan(0, bytes.Length - 1).LastIndexOf((byte)'\n') + 1;
            File.WriteAllBytes(Journal, bytes[..(start + ((bytes.Length - start) / 2))]);
        }

        /// <summary>The last line did not come to the disk at all, as if it were not waited for.</summary>
        public void Lose()
        {
            var bytes = File.ReadAllBytes(Journal);
            if (bytes.Length > 0) File.WriteAllBytes(Journal, bytes[..(bytes.AsSpan(0, bytes.Length - 1).LastIndexOf((byte)'\n') + 1)]);
        }

        /// <summary>Starts again, and holds what the record says against what was done; empty where it tells the truth.</summary>
        public async Task<string> LieAsync()
        {
            using (var journal = ResponseJournal.Open(_folder.Path, _clock)) await Reconciliation.RunAsync(_reader.Admin, journal, _clock, TestContext.Current.CancellationToken);
            if (ResponseJournal.Read(_folder.Path).Faults is [var fault, ..]) return fault;
            if (Records() is not [var record]) return Fake.Changes.Count == 0 ? "" : "something was done, and there is no record";
            if (record.Result == "") return "the record is open";
            var outcomes = record.Steps.Select(step => step.Outcome).ToList();
            return outcomes.Count(outcome => outcome == "done") == Fake.Changes.Count && !outcomes.Contains("unknown") ? "" : $"the record says {string.Join(", ", outcomes)}, and done is {string.Join(", ", Fake.Changes)}";
        }

        IReadOnlyList<ResponseRecord> Records() => ResponseRecord.Of(ResponseJournal.Read(_folder.Path).Entries);

        FakeAnswer? Happen(string kind)
        {
            if (Events.Count == _killAt) throw new KilledException();
            Events.Add((kind, new FileInfo(Journal).Length));
            return null;
        }
    }

    /// <summary>Tells when it is asked, which it is before each line of the record.</summary>
    sealed class WatchedClock : TimeProvider
    {
        readonly StandingClock _clock = new();

        public Func<FakeAnswer?> Asked { get; set; } = () => null;

        public override long TimestampFrequency => _clock.TimestampFrequency;

        public override DateTimeOffset GetUtcNow()
        {
            Asked();
            return _clock.Now;
        }

        public override long GetTimestamp() => _clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _clock.CreateTimer(callback, state, dueTime, period);
    }
}
