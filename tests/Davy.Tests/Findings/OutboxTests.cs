using Davy.Findings;
using Davy.Storage;

namespace Davy.Tests.Findings;

public abstract class OutboxTests(DatabaseKind kind) : KeptFindingsTests(kind)
{
    static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    Outbox Box => new(Database, Time);

    NotificationConfigStore Configs => new(Database, SomeKept.ReadFilter, Time);

    static string ConfigName(string id, string parent = SomeKept.Node) => $"{parent}/locations/global/notificationConfigs/{id}";

    Task<NotificationConfig> Tell(string id, string filter = "", string parent = SomeKept.Node) =>
        Configs.CreateAsync(new() { Name = ConfigName(id, parent), Parent = parent, Filter = filter, PubsubTopic = "projects/p/topics/t" }, Cancel);

    Task<List<OutboxEntry>> Claim(string id) => Box.ClaimAsync(ConfigName(id), 100, Lease, Cancel);

    static string Id(OutboxEntry entry) => SomeKept.Object(entry.Finding.Document)["name"]!.ToString().Split('/')[^1];

    [Fact]
    public async Task EachConfigIsToldWhatItsFilterHolds()
    {
        await Tell("all");
        await Tell("low", "severity=LOW");
        await Tell("elsewhere", parent: "folders/9");

        var kept = (await Store.MergeAsync(SomeKept.New("f1") with { Content = SomeKept.New("f1").Content with { Wire = [7] } }, Cancel)).Finding;
        await Store.MergeAsync(SomeKept.New("f2", severity: "LOW"), Cancel);

        Assert.Equal([ConfigName("all"), ConfigName("low")], await Box.DueAsync(Cancel));
        var all = await Claim("all");
        Assert.Equal(["f1", "f2"], all.Select(Id));
        Assert.Equal((kept.Content, 1L), (all[0].Finding, all[0].Attempts));
        Assert.Equal(["f2"], (await Claim("low")).Select(Id));
    }

    [Fact]
    public async Task WhatIsWorthTellingIsTold()
    {
        await Tell("all");
        var name = (await Store.MergeAsync(SomeKept.New("f1"), Cancel)).Finding.Name;

        await Store.SetStateAsync(name, "INACTIVE", Cancel);
        await Store.SetStateAsync(name, "INACTIVE", Cancel);
        await Store.SetMuteAsync(name, "MUTED", "alice@example.com", Cancel);
        await Store.MergeAsync(SomeKept.New("f1", severity: "CRITICAL"), Cancel);
        await Store.MergeAsync(SomeKept.New("f1", severity: "CRITICAL", edit: finding =>
            finding["sourceProperties"]!["properties"]!["occurrences"]!["list"]![0] = new System.Text.Json.Nodes.JsonObject { ["id"] = "op2", ["digest"] = "sha256:bb" }), Cancel);

        List<string> told = [];
        while (await Claim("all") is [var entry])
        {
            var finding = SomeKept.Object(entry.Finding.Document);
            told.Add($"{finding["state"]} {finding["mute"]} {finding["severity"]}");
            Assert.True(await Box.SentAsync(entry, Cancel));
        }

        Assert.Equal(["ACTIVE UNDEFINED HIGH", "INACTIVE UNDEFINED HIGH", "INACTIVE MUTED HIGH", "INACTIVE MUTED CRITICAL", "INACTIVE MUTED CRITICAL"], told);
    }

    [Fact]
    public async Task EvidenceAloneIsNotTold()
    {
        await Tell("all");
        var name = (await Store.MergeAsync(SomeKept.New("f1"), Cancel)).Finding.Name;
        Assert.True(await Box.SentAsync((await Claim("all")).Single(), Cancel));

        await Store.MergeAsync(SomeKept.New("f1", edit: finding => finding["logEntries"]![0]!["cloudLoggingEntry"]!["insertId"] = "b"), Cancel);
        await Store.SetMarksAsync(name, new Dictionary<string, string?> { ["a"] = "b" }, replaceAll: false, Cancel);
        await Store.SetExternalSystemAsync(name, "jira", (_, _) => "{}", Cancel);

        Assert.Empty(await Claim("all"));
    }

    [Fact]
    public async Task AFindingOfAnotherSystemIsToldOnAnyChangeOfIts()
    {
        await Tell("all");
        var name = (await Store.CreateAsync(SomeKept.Name("f1"), new("""{"category": "x"}"""), Cancel)).Name;
        await Store.UpdateAsync(name, _ => new("""{"category": "x", "description": "y"}"""), Cancel);

        Assert.Equal(2L, await Made.ScalarAsync("SELECT count(*) FROM outbox", Cancel));
    }

    [Fact]
    public async Task TheYoungerWaitsForTheElderOfItsFindingAndForNoOther()
    {
        await Tell("a");
        await Tell("b");
        var name = (await Store.MergeAsync(SomeKept.New("f1"), Cancel)).Finding.Name;
        await Store.SetStateAsync(name, "INACTIVE", Cancel);
        await Store.MergeAsync(SomeKept.New("f2"), Cancel);

        var claimed = await Claim("a");
        Assert.Equal(["f1", "f2"], claimed.Select(Id));
        Assert.Empty(await Claim("a"));
        Assert.True(await Box.FailedAsync(claimed[0], new string('x', 2_000), TimeSpan.FromMinutes(5), Cancel));
        Assert.True(await Box.SentAsync(claimed[1], Cancel));
        Assert.Empty(await Claim("a"));
        Assert.Equal(2, (await Claim("b")).Count);

        var backlog = (await Box.BacklogAsync(Cancel)).First();
        Assert.Equal((ConfigName("a"), 2L, 1L, 1_000), (backlog.Config, backlog.Count, backlog.MostAttempts, backlog.LastError.Length));

        Time.Advance(TimeSpan.FromMinutes(5));
        var again = (await Claim("a")).Single();
        Assert.Equal(("f1", 2L, "ACTIVE"), (Id(again), again.Attempts, SomeKept.Object(again.Finding.Document)["state"]!.ToString()));
        Assert.True(await Box.SentAsync(again, Cancel));
        Assert.Equal("INACTIVE", SomeKept.Object((await Claim("a")).Single().Finding.Document)["state"]!.ToString());
    }

    [Fact]
    public async Task ASenderThatDiesLosesItsClaim()
    {
        await Tell("a");
        await Store.MergeAsync(SomeKept.New("f1"), Cancel);
        var lost = (await Claim("a")).Single();

        Time.Advance(Lease);
        var again = (await Claim("a")).Single();

        Assert.False(await Box.SentAsync(lost, Cancel));
        Assert.False(await Box.FailedAsync(lost, "late", Lease, Cancel));
        Assert.True(await Box.SentAsync(again, Cancel));
        Assert.Empty(await Box.BacklogAsync(Cancel));
    }

    [Fact]
    public async Task AfterACrashAllClaimsCanBeTakenAway()
    {
        await Tell("a");
        await Store.MergeAsync(SomeKept.New("f1"), Cancel);
        var lost = (await Claim("a")).Single();
        Assert.Empty(await Claim("a"));

        Assert.Equal(1, await Box.ReleaseAsync(Cancel));

        Assert.Equal(lost.Sequence, (await Claim("a")).Single().Sequence);
        Assert.False(await Box.SentAsync(lost, Cancel));
    }

    [Fact]
    public async Task DeclaredConfigsFollowTheirFileAndOthersStay()
    {
        NotificationConfig Declared(string id, string filter = "") => new() { Name = ConfigName(id), Parent = SomeKept.Node, Filter = filter, Target = """{"kind":"webhook"}""" };
        await Tell("api");
        await Configs.DeclareAsync([Declared("a"), Declared("b")], Cancel);
        var first = await Configs.FindAsync(ConfigName("a"), Cancel);
        await Store.MergeAsync(SomeKept.New("f1"), Cancel);
        Assert.Equal(3, (await Box.BacklogAsync(Cancel)).Count);
        Time.Advance(TimeSpan.FromMinutes(1));

        await Configs.DeclareAsync([Declared("a"), Declared("c", "severity=LOW")], Cancel);
        await Configs.DeclareAsync([Declared("a"), Declared("c", "severity=HIGH")], Cancel);

        Assert.Equal([("a", ""), ("api", ""), ("c", "severity=HIGH")], (await Configs.ListAsync("", "", 10, Cancel)).Items.Select(config => (config.Name.Split('/')[^1], config.Filter)));
        Assert.Equal(first, await Configs.FindAsync(ConfigName("a"), Cancel));
        Assert.Equal([ConfigName("a"), ConfigName("api")], (await Box.BacklogAsync(Cancel)).Select(backlog => backlog.Config));
        Assert.Equal(Refusal.AlreadyExists, (await Assert.ThrowsAsync<RefusedException>(() => Configs.DeclareAsync([Declared("api")], Cancel))).Refusal);
    }

    [Fact]
    public async Task SendersThatClaimAtOnceShareNothing()
    {
        await Tell("a");
        await Task.WhenAll(Enumerable.Range(0, 40).Select(number => Store.MergeAsync(SomeKept.New($"f{number}"), Cancel)));
        await using var other = Made.Open();

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(
            () => new Outbox(number % 2 == 0 ? Database : other, Time).ClaimAsync(ConfigName("a"), 10, Lease, Cancel), Cancel)));
        var rest = await Claim("a");

        Assert.Equal(40, claims.SelectMany(claim => claim).Concat(rest).Select(entry => entry.Sequence).Distinct().Count());
        Assert.Equal(40, claims.Sum(claim => claim.Count) + rest.Count);
    }

    [Fact]
    public async Task WhatWaitedTooLongIsGivenUpAndADeletedConfigIsToldNoMore()
    {
        await Tell("a");
        await Tell("b");
        await Store.MergeAsync(SomeKept.New("f1"), Cancel);
        await Configs.DeleteAsync(ConfigName("b"), Cancel);
        Assert.Equal(1L, await Made.ScalarAsync("SELECT count(*) FROM outbox", Cancel));

        Time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(1, await Box.GiveUpAsync(Time.GetUtcNow().AddDays(-7), Cancel));
        Assert.Equal(1L, await Made.ScalarAsync("SELECT count FROM dropped WHERE what = 'notifications'", Cancel));
        Assert.Empty(await Box.DueAsync(Cancel));
    }

    [Fact]
    public async Task ConfigsAreChangedListedAndRefusedAsTheyShould()
    {
        await Tell("b");
        await Tell("a");
        await Tell("x", parent: "folders/2");

        var changed = await Configs.UpdateAsync(ConfigName("a"), before => before with { Name = "other", Filter = "severity=LOW", Target = "{}" }, Cancel);

        Assert.Equal((ConfigName("a"), "severity=LOW", "{}"), (changed.Name, changed.Filter, changed.Target));
        Assert.Equal(changed, await Configs.FindAsync(ConfigName("a"), Cancel));
        var page = await Configs.ListAsync(SomeKept.Node, "", 1, Cancel);
        Assert.Equal([changed], page.Items);
        Assert.Equal(ConfigName("b"), (await Configs.ListAsync(SomeKept.Node, page.Next, 1, Cancel)).Items.Single().Name);
        Assert.Equal(3, (await Configs.ListAsync("", "", 10, Cancel)).Items.Count);
        Assert.Equal(Refusal.AlreadyExists, (await Assert.ThrowsAsync<RefusedException>(() => Tell("a"))).Refusal);
        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<RefusedException>(() => Configs.DeleteAsync("none", Cancel))).Refusal);
        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<RefusedException>(() => Configs.UpdateAsync("none", config => config, Cancel))).Refusal);
    }

    public sealed class OnSqlite() : OutboxTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : OutboxTests(DatabaseKind.PostgreSql);
}
