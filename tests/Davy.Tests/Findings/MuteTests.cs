using Davy.Findings;
using Davy.Logs;
using Davy.Storage;

namespace Davy.Tests.Findings;

public abstract class MuteTests(DatabaseKind kind) : KeptFindingsTests(kind)
{
    const string Who = "alice@example.com";

    MuteConfigStore Configs => new(Database, SomeKept.ReadFilter, Time);

    static MuteConfig Config(string id, MuteConfigType type, string filter, Timestamp? expiry = null, string parent = SomeKept.Node) =>
        new() { Name = $"{parent}/locations/global/muteConfigs/{id}", Parent = parent, Type = type, Filter = filter, ExpiryTime = expiry };

    async Task<KeptFinding> Kept(string id = "f1") => (await Store.FindAsync(SomeKept.Name(id), Cancel))!;

    async Task<int> Sweep()
    {
        MuteSweep sweep = new(Database, SomeKept.ReadFilter, Time);
        var steps = 1;
        while (await sweep.StepAsync(Cancel)) steps++;
        return steps;
    }

    [Fact]
    public async Task AStaticConfigMutesWhatIsNewAndNothingElse()
    {
        await Store.MergeAsync(SomeKept.New("old"), Cancel);
        await Configs.CreateAsync(Config("s", MuteConfigType.Static, "severity=HIGH"), Cancel);
        await Sweep();
        await Store.MergeAsync(SomeKept.New("new"), Cancel);
        await Store.MergeAsync(SomeKept.New("low", severity: "LOW"), Cancel);

        Assert.Equal("UNDEFINED", (await Kept("old")).Field("mute"));
        Assert.Equal("UNDEFINED", (await Kept("low")).Field("mute"));
        var muted = await Kept("new");
        Assert.Equal(("MUTED", "MUTED"), (muted.Field("mute"), muted.Field("muteInfo", "staticMute", "state")));
        Assert.EndsWith("muteConfigs/s", muted.Field("muteInitiator"), StringComparison.Ordinal);

        await Configs.DeleteAsync("organizations/1/locations/global/muteConfigs/s", Cancel);
        await Sweep();
        Assert.Equal("MUTED", (await Kept("new")).Field("mute"));
    }

    [Fact]
    public async Task ADynamicConfigActsOnWhatIsKeptAndItsEndUndoesIt()
    {
        await Store.MergeAsync(SomeKept.New("f1"), Cancel);
        await Store.MergeAsync(SomeKept.New("low", severity: "LOW"), Cancel);
        var config = await Configs.CreateAsync(Config("d", MuteConfigType.Dynamic, "severity=HIGH"), Cancel);
        await Sweep();

        var muted = await Kept();
        Assert.Equal("MUTED", muted.Field("mute"));
        var record = Assert.Single(muted.Document()["muteInfo"]!["dynamicMuteRecords"]!.AsArray());
        Assert.Equal((config.Name, "2026-01-10T10:00:00Z"), (record!["muteConfig"]!.ToString(), record["matchTime"]!.ToString()));
        Assert.Equal("2026-01-10T10:00:00Z", muted.Field("muteUpdateTime"));
        Assert.Equal("UNDEFINED", (await Kept("low")).Field("mute"));

        Time.Advance(TimeSpan.FromMinutes(1));
        await Configs.UpdateAsync(config.Name, before => before with { Filter = "severity=LOW" }, Cancel);
        await Sweep();
        Assert.Equal(("UNDEFINED", "MUTED"), ((await Kept()).Field("mute"), (await Kept("low")).Field("mute")));
        Assert.Null((await Kept()).Document()["muteInfo"]!["dynamicMuteRecords"]);

        await Configs.DeleteAsync(config.Name, Cancel);
        await Sweep();
        Assert.Equal("UNDEFINED", (await Kept("low")).Field("mute"));
    }

    [Fact]
    public async Task ADynamicConfigFollowsTheFinding()
    {
        await Configs.CreateAsync(Config("d", MuteConfigType.Dynamic, "severity=HIGH"), Cancel);
        var name = (await Store.MergeAsync(SomeKept.New("f1"), Cancel)).Finding.Name;
        Assert.Equal("MUTED", (await Kept()).Field("mute"));

        await Store.MergeAsync(SomeKept.New("f1", severity: "LOW"), Cancel);
        Assert.Equal("UNDEFINED", (await Kept()).Field("mute"));
        await Store.UpdateAsync(name, kept => SomeKept.New("f1").Content, Cancel);
        Assert.Equal("MUTED", (await Kept()).Field("mute"));
    }

    [Fact]
    public async Task AnExpiredConfigIsUndone()
    {
        await Store.MergeAsync(SomeKept.New("f1"), Cancel);
        await Configs.CreateAsync(Config("d", MuteConfigType.Dynamic, "", Timestamp.From(Time.GetUtcNow().AddHours(1))), Cancel);
        await Sweep();
        Assert.Equal("MUTED", (await Kept()).Field("mute"));

        Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal("UNDEFINED", (await Store.MergeAsync(SomeKept.New("late"), Cancel)).Finding.Field("mute"));
        await Sweep();
        Assert.Equal("UNDEFINED", (await Kept()).Field("mute"));
        Assert.Equal(1, await Sweep());
    }

    [Fact]
    public async Task TheStaticStateStandsOverDynamicConfigs()
    {
        var name = (await Store.MergeAsync(SomeKept.New("f1"), Cancel)).Finding.Name;
        await Configs.CreateAsync(Config("d", MuteConfigType.Dynamic, ""), Cancel);
        await Sweep();

        var unmuted = await Store.SetMuteAsync(name, "UNMUTED", Who, Cancel);
        Assert.Equal(("UNMUTED", Who), (unmuted.Field("mute"), unmuted.Field("muteInitiator")));
        Assert.Single(unmuted.Document()["muteInfo"]!["dynamicMuteRecords"]!.AsArray());
        await Sweep();
        Assert.Equal("UNMUTED", (await Kept()).Field("mute"));

        var open = await Store.SetMuteAsync(name, "UNDEFINED", Who, Cancel);
        Assert.Equal(("MUTED", "UNDEFINED"), (open.Field("mute"), open.Field("muteInfo", "staticMute", "state")));
    }

    [Fact]
    public async Task AConfigActsBelowItsParentOnly()
    {
        await Configs.CreateAsync(Config("d", MuteConfigType.Dynamic, "", parent: "folders/2"), Cancel);
        await Configs.CreateAsync(Config("p", MuteConfigType.Dynamic, "", parent: "projects/project-300"), Cancel);

        Assert.Equal("UNDEFINED", (await Store.MergeAsync(SomeKept.New("f1", project: "100"), Cancel)).Finding.Field("mute"));
        Assert.Equal("MUTED", (await Store.MergeAsync(SomeKept.New("f2", project: "200"), Cancel)).Finding.Field("mute"));
        Assert.Equal("MUTED", (await Store.MergeAsync(SomeKept.New("f3", project: "300"), Cancel)).Finding.Field("mute"));
    }

    [Fact]
    public async Task ASweepGoesOnWhereItStopped()
    {
        await Task.WhenAll(Enumerable.Range(0, 1_100).Select(number => Store.MergeAsync(SomeKept.New($"f{number}"), Cancel)));
        await Configs.CreateAsync(Config("d", MuteConfigType.Dynamic, ""), Cancel);
        MuteSweep first = new(Database, SomeKept.ReadFilter, Time);

        Assert.True(await first.StepAsync(Cancel));
        Assert.Equal(500L, await Made.ScalarAsync("SELECT count(*) FROM findings WHERE mute = 'MUTED'", Cancel));
        Assert.Equal(2, await Sweep());
        Assert.Equal(1_100L, await Made.ScalarAsync("SELECT count(*) FROM findings WHERE mute = 'MUTED' AND version = 2", Cancel));
    }

    [Fact]
    public async Task ABulkMuteIsAnOperationThatGoesOnAfterARestart()
    {
        await Task.WhenAll(Enumerable.Range(0, 1_200).Select(number => Store.MergeAsync(SomeKept.New($"f{number}", severity: number % 2 == 0 ? "HIGH" : "LOW", project: "100"), Cancel)));
        BulkMute bulk = new(Database, SomeKept.ReadFilter, Time);

        var asked = await bulk.StartAsync("folders/1", "severity=HIGH AND mute=UNDEFINED", "MUTED", Who, Cancel);
        await Store.MergeAsync(SomeKept.New("later"), Cancel);
        Assert.False((await new OperationStore(Database).FindAsync(asked.Name, Cancel))!.Done);
        Assert.Equal(Refusal.FailedPrecondition, (await Assert.ThrowsAsync<RefusedException>(() => new OperationStore(Database).DeleteAsync(asked.Name, Cancel))).Refusal);
        Assert.True(await bulk.StepAsync(Cancel));

        BulkMute restarted = new(Database, SomeKept.ReadFilter, Time);
        while (await restarted.StepAsync(Cancel))
        {
        }

        var done = (await new OperationStore(Database).FindAsync(asked.Name, Cancel))!;
        Assert.Equal((true, 600L, Who), (done.Done, done.Affected, done.RequestedBy));
        Assert.Equal(600L, await Made.ScalarAsync("SELECT count(*) FROM findings WHERE mute = 'MUTED' AND severity = 'HIGH' AND version = 2", Cancel));
        Assert.Equal(("UNDEFINED", "MUTED", Who), ((await Kept("later")).Field("mute"), (await Kept("f0")).Field("mute"), (await Kept("f0")).Field("muteInitiator")));
        Assert.Equal([done], (await new OperationStore(Database).ListAsync("folders/1", "", 10, Cancel)).Items);
        await new OperationStore(Database).DeleteAsync(asked.Name, Cancel);
        Assert.Null(await new OperationStore(Database).FindAsync(asked.Name, Cancel));
    }

    [Fact]
    public async Task ABulkMuteThatIsCancelledStopsWhereItIs()
    {
        await Task.WhenAll(Enumerable.Range(0, 600).Select(number => Store.MergeAsync(SomeKept.New($"f{number}"), Cancel)));
        BulkMute bulk = new(Database, SomeKept.ReadFilter, Time);
        OperationStore operations = new(Database);
        var asked = await bulk.StartAsync(SomeKept.Node, "mute=UNDEFINED", "MUTED", Who, Cancel);
        Assert.True(await bulk.StepAsync(Cancel));

        await operations.CancelAsync(asked.Name, Timestamp.From(Time.GetUtcNow()), Cancel);

        Assert.False(await bulk.StepAsync(Cancel));
        var ended = (await operations.FindAsync(asked.Name, Cancel))!;
        Assert.Equal((true, Operation.Cancelled, 500L), (ended.Done, ended.Error, ended.Affected));
        Assert.Equal(500L, await Made.ScalarAsync("SELECT count(*) FROM findings WHERE mute = 'MUTED'", Cancel));

        // Once more changes nothing; what is not there is told; what is cancelled can be forgotten.
        Time.Advance(TimeSpan.FromMinutes(1));
        await operations.CancelAsync(asked.Name, Timestamp.From(Time.GetUtcNow()), Cancel);
        Assert.Equal(ended, await operations.FindAsync(asked.Name, Cancel));
        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<RefusedException>(() => operations.CancelAsync("organizations/1/operations/none", Timestamp.From(Time.GetUtcNow()), Cancel))).Refusal);
        await operations.DeleteAsync(asked.Name, Cancel);
    }

    [Fact]
    public async Task ConfigsAreListedAndRefusedAsTheyShould()
    {
        foreach (var id in (string[])["b", "a", "c"]) await Configs.CreateAsync(Config(id, MuteConfigType.Dynamic, "severity=LOW"), Cancel);
        await Configs.CreateAsync(Config("x", MuteConfigType.Dynamic, "", parent: "folders/2"), Cancel);

        var page = await Configs.ListAsync(SomeKept.Node, "", 2, Cancel);
        Assert.Equal(["a", "b"], page.Items.Select(config => config.Name[^1..]));
        Assert.Equal(["c"], (await Configs.ListAsync(SomeKept.Node, page.Next, 2, Cancel)).Items.Select(config => config.Name[^1..]));
        var kept = (await Configs.FindAsync(page.Items[0].Name, Cancel))!;
        Assert.Equal((Timestamp.From(Time.GetUtcNow()), null), (kept.CreateTime, kept.ExpiryTime));
        Assert.Equal(Refusal.AlreadyExists, (await Assert.ThrowsAsync<RefusedException>(() => Configs.CreateAsync(kept, Cancel))).Refusal);
        Assert.Equal(Refusal.InvalidArgument, (await Assert.ThrowsAsync<RefusedException>(() => Configs.CreateAsync(Config("e", MuteConfigType.Static, "", Timestamp.From(Time.GetUtcNow())), Cancel))).Refusal);
        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<RefusedException>(() => Configs.DeleteAsync("none", Cancel))).Refusal);
        await Assert.ThrowsAnyAsync<Exception>(() => Configs.CreateAsync(Config("bad", MuteConfigType.Dynamic, "no filter"), Cancel));
        Assert.Null(await Configs.FindAsync(Config("bad", MuteConfigType.Dynamic, "").Name, Cancel));
    }

    public sealed class OnSqlite() : MuteTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : MuteTests(DatabaseKind.PostgreSql);
}
