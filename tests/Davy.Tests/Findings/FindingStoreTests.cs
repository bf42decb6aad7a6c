using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Storage;

namespace Davy.Tests.Findings;

public abstract class FindingStoreTests(DatabaseKind kind) : KeptFindingsTests(kind)
{
    Task<KeptFinding> Create(string id = "f1", Action<JsonObject>? edit = null)
    {
        var finding = SomeKept.New(id, edit: edit);
        return Store.CreateAsync(finding.Name, finding.Content, Cancel);
    }

    [Fact]
    public async Task ANewFindingIsCompletedAndKept()
    {
        var created = await Create();

        Assert.Equal("organizations/1/sources/davy/locations/global/findings/f1", created.Field("name"));
        Assert.Equal("organizations/1/sources/davy/locations/global", created.Field("parent"));
        Assert.Equal("projects/100/sources/davy/locations/global/findings/f1", created.Field("canonicalName"));
        Assert.Equal(("ACTIVE", "UNDEFINED", "2026-01-10T10:00:00Z"), (created.Field("state"), created.Field("mute"), created.Field("createTime")));
        Assert.Equal("2026-01-10T09:00:00.123456789Z", created.Field("eventTime"));
        Assert.Equal(created, await Store.FindAsync(created.Name, Cancel));
        Assert.Equal(1L, created.Version);
    }

    [Theory]
    [InlineData("organizations/1/sources/davy/findings/f1")]
    [InlineData("organizations/1/sources/davy/locations/global/findings/f1")]
    [InlineData("folders/1/sources/davy/findings/f1")]
    [InlineData("folders/1/sources/davy/locations/global/findings/f1")]
    [InlineData("projects/project-100/sources/davy/findings/f1")]
    [InlineData("projects/100/sources/davy/locations/global/findings/f1")]
    public async Task SixFormsOfANameMeanTheSameFinding(string text)
    {
        var created = await Create();

        Assert.True(FindingName.TryParse(text, out var name));
        Assert.Equal(created, await Store.FindAsync(name, Cancel));
        Assert.Equal(Refusal.AlreadyExists, (await Assert.ThrowsAsync<RefusedException>(() => Store.CreateAsync(name, created.Content, Cancel))).Refusal);
    }

    [Fact]
    public async Task AFindingOfASourceWithoutANodeIsNamedAfterItsProject()
    {
        await new SourceStore(Database, Time).EnsureAsync(new() { SourceId = "free", Parent = "", DisplayName = "Davy" }, Cancel);

        var created = await Store.CreateAsync(new("projects/100", "free", "f1"), SomeKept.New("f1").Content, Cancel);

        Assert.Equal("projects/100/sources/free/locations/global/findings/f1", created.Field("name"));
    }

    [Fact]
    public async Task AFindingNeedsItsSource()
    {
        var finding = SomeKept.New("f1");

        var fault = await Assert.ThrowsAsync<RefusedException>(() => Store.CreateAsync(new("organizations/1", "other", "f1"), finding.Content, Cancel));

        Assert.Equal(Refusal.NotFound, fault.Refusal);
    }

    [Fact]
    public async Task AChangeKeepsTheIdentityAndCountsTheVersion()
    {
        var created = await Create();
        Time.Advance(TimeSpan.FromHours(1));

        var changed = await Store.UpdateAsync(created.Name, _ => new("""{"category": "Other", "name": "x", "createTime": "2001-01-01T00:00:00Z"}"""), Cancel);

        Assert.Equal(("Other", created.Field("name"), created.Field("createTime")), (changed.Field("category"), changed.Field("name"), changed.Field("createTime")));
        Assert.Equal(2L, changed.Version);
        Assert.Equal(changed, await Store.FindAsync(created.Name, Cancel));
        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<RefusedException>(() => Store.UpdateAsync(SomeKept.Name("none"), kept => kept.Content, Cancel))).Refusal);
    }

    [Fact]
    public async Task NoChangeIsLostWhereManyChangeAtOnce()
    {
        var created = await Create();
        await using var other = Made.Open();
        await using FindingStore second = new(other, SomeKept.ReadFilter, Time);

        await Task.WhenAll(Enumerable.Range(0, 24).Select(number => Task.Run(() => (number % 2 == 0 ? Store : second).UpdateAsync(created.Name, kept =>
        {
            var finding = kept.Document();
            finding["description"] = (finding["description"]?.ToString() ?? "") + "x";
            return kept.Content with { Document = finding.ToJsonString() };
        }, Cancel), Cancel)));

        Assert.Equal(new string('x', 24), (await Store.FindAsync(created.Name, Cancel))!.Field("description"));
    }

    [Fact]
    public async Task AChangeThatIsRefusedSpoilsNoneThatSharesItsCommit()
    {
        var created = await Create();
        var changes = Enumerable.Range(0, 20).Select(number => Store.UpdateAsync(
            created.Name, before => number == 7 ? throw new InvalidOperationException("seven") : before.Content with { Wire = [(byte)number] }, Cancel)).ToList();

        for (var number = 0; number < changes.Count; number++)
        {
            if (number == 7) Assert.Equal("seven", (await Assert.ThrowsAsync<InvalidOperationException>(() => changes[7])).Message);
            else Assert.Equal([(byte)number], (await changes[number]).Content.Wire!);
        }

        Assert.Equal(20, (await Store.FindAsync(created.Name, Cancel))!.Version);
    }

    [Fact]
    public async Task BytesThatGoAlongComeBackAndAChangeWithoutThemTakesThemAway()
    {
        var finding = SomeKept.New("f1");
        var created = await Store.CreateAsync(finding.Name, finding.Content with { Wire = [0, 1, 255] }, Cancel);

        Assert.Equal([0, 1, 255], (await Store.FindAsync(created.Name, Cancel))!.Content.Wire!);
        Assert.Null((await Store.UpdateAsync(created.Name, kept => kept.Content with { Wire = null }, Cancel)).Content.Wire);
    }

    [Theory]
    [InlineData("""a\u0000b""", "a\uFFFDb")]
    [InlineData("""a\ud800b""", "a\uFFFDb")]
    [InlineData("""a\udc00\ud83d\ude00b""", "a\uFFFD\U0001F600b")]
    [InlineData("""a\\u0000b\\""", """a\u0000b\""")]
    [InlineData("""é"\n\u001b[31m'; DROP TABLE findings; --""", "é\"\n\u001b[31m'; DROP TABLE findings; --")]
    public async Task TextThatADatabaseCannotHoldCostsNoFinding(string escaped, string kept)
    {
        var text = escaped.Replace("\"", "\\\"", StringComparison.Ordinal);
        var created = await Store.CreateAsync(SomeKept.Name("f1"), new($$"""{"category": "{{text}}", "sourceProperties": {"x": "{{text}}"} }"""), Cancel);

        Assert.Equal(kept, created.Field("category"));
        Assert.Equal(kept, (await Store.FindAsync(created.Name, Cancel))!.Field("sourceProperties", "x"));
        Assert.Equal(kept, await Made.ScalarAsync("SELECT f.document -> 'sourceProperties' ->> 'x' FROM findings f", Cancel));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"a": 1, "a": 2}""")]
    public async Task WhatIsNoDocumentIsRefused(string document) =>
        Assert.Equal(Refusal.InvalidArgument, (await Assert.ThrowsAsync<RefusedException>(() => Store.CreateAsync(SomeKept.Name("f1"), new(document), Cancel))).Refusal);

    [Fact]
    public async Task StateMarksAndExternalSystemsAreKept()
    {
        var name = (await Create()).Name;

        await Store.SetStateAsync(name, "INACTIVE", Cancel);
        await Store.SetMarksAsync(name, new Dictionary<string, string?> { ["Team"] = " blue ", ["b"] = "1" }, replaceAll: false, Cancel);
        await Store.SetMarksAsync(name, new Dictionary<string, string?> { ["team"] = "red", ["b"] = null }, replaceAll: false, Cancel);
        var kept = await Store.SetExternalSystemAsync(name, "jira", (_, before) => before is null ? """{"status": "open"}""" : "{}", Cancel);

        Assert.Equal("INACTIVE", kept.Field("state"));
        Assert.Equal("""{"team":"red"}""", kept.Document()["securityMarks"]!["marks"]!.ToJsonString());
        Assert.Equal($"{name}/securityMarks", kept.Field("securityMarks", "name"));
        Assert.Equal("open", kept.Field("externalSystems", "jira", "status"));
        Assert.Equal("""{"team":"red"}""", await Made.ScalarAsync("SELECT marks FROM findings", Cancel));
        Assert.Equal("", (await Store.SetMarksAsync(name, new Dictionary<string, string?>(), replaceAll: true, Cancel)).Field("securityMarks"));
    }

    [Theory]
    [InlineData("", "v")]
    [InlineData("a b", "v")]
    [InlineData("a", "  ")]
    public async Task AMarkThatIsNotAllowedIsRefused(string key, string value)
    {
        var name = (await Create()).Name;

        await Assert.ThrowsAsync<RefusedException>(() => Store.SetMarksAsync(name, new Dictionary<string, string?> { [key] = value }, replaceAll: false, Cancel));
    }

    public sealed class OnSqlite() : FindingStoreTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : FindingStoreTests(DatabaseKind.PostgreSql);
}
