using Davy.Findings;
using Davy.Storage;
using Davy.Tests.Storage;

namespace Davy.Tests.Findings;

public abstract class SourceStoreTests(DatabaseKind kind) : StoreTests(kind)
{
    SourceStore Sources => new(Database, Time);

    static Source Source(string id, string name, string parent = "organizations/1") => new() { SourceId = id, Parent = parent, DisplayName = name };

    [Fact]
    public async Task SourcesAreKeptChangedAndListed()
    {
        foreach (var id in (string[])["2", "1", "3"]) await Sources.CreateAsync(Source(id, $"Source {id}"), Cancel);
        await Sources.CreateAsync(Source("9", "Other", "organizations/2"), Cancel);

        var changed = await Sources.UpdateAsync("2", before => before with { SourceId = "x", Parent = "y", DisplayName = "New", Description = "d" }, Cancel);

        Assert.Equal(new Source { SourceId = "2", Parent = "organizations/1", DisplayName = "New", Description = "d" }, changed);
        Assert.Equal(changed, await Sources.FindAsync("2", Cancel));
        var page = await Sources.ListAsync("organizations/1", "", 2, Cancel);
        Assert.Equal(["1", "2"], page.Items.Select(source => source.SourceId));
        Assert.Equal(["3"], (await Sources.ListAsync("organizations/1", page.Next, 2, Cancel)).Items.Select(source => source.SourceId));
        Assert.Equal(4, (await Sources.ListAsync("", "", 10, Cancel)).Items.Count);
        Assert.Null(await Sources.FindAsync("none", Cancel));
    }

    [Fact]
    public async Task NamesAreUniqueAmongSiblings()
    {
        await Sources.CreateAsync(Source("1", "A"), Cancel);
        await Sources.CreateAsync(Source("2", "B"), Cancel);
        await Sources.CreateAsync(Source("3", "A", "organizations/2"), Cancel);

        Assert.Equal(Refusal.AlreadyExists, (await Assert.ThrowsAsync<RefusedException>(() => Sources.CreateAsync(Source("4", "A"), Cancel))).Refusal);
        Assert.Equal(Refusal.AlreadyExists, (await Assert.ThrowsAsync<RefusedException>(() => Sources.CreateAsync(Source("1", "C"), Cancel))).Refusal);
        Assert.Equal(Refusal.AlreadyExists, (await Assert.ThrowsAsync<RefusedException>(() => Sources.UpdateAsync("2", before => before with { DisplayName = "A" }, Cancel))).Refusal);
        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<RefusedException>(() => Sources.UpdateAsync("none", before => before, Cancel))).Refusal);
        Assert.False(await Sources.EnsureAsync(Source("1", "C"), Cancel));
        Assert.Equal("A", (await Sources.FindAsync("1", Cancel))!.DisplayName);
    }

    [Fact]
    public async Task APolicyIsSetOnlyOverTheOneItWasMadeFrom()
    {
        await Sources.CreateAsync(Source("1", "A"), Cancel);
        var first = await Sources.PolicyAsync("1", Cancel);
        Assert.Equal("", first.Document);

        var second = await Sources.SetPolicyAsync("1", """{"bindings": []}""", first.Etag, Cancel);

        Assert.NotEqual(first.Etag, second.Etag);
        Assert.Equal(second, await Sources.PolicyAsync("1", Cancel));
        Assert.Equal(Refusal.Aborted, (await Assert.ThrowsAsync<RefusedException>(() => Sources.SetPolicyAsync("1", "{}", first.Etag, Cancel))).Refusal);
        Assert.Equal(second, await Sources.PolicyAsync("1", Cancel));
        Assert.Equal("{}", (await Sources.SetPolicyAsync("1", "{}", "", Cancel)).Document);
        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<RefusedException>(() => Sources.SetPolicyAsync("none", "{}", "", Cancel))).Refusal);
        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<RefusedException>(() => Sources.PolicyAsync("none", Cancel))).Refusal);
    }

    public sealed class OnSqlite() : SourceStoreTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : SourceStoreTests(DatabaseKind.PostgreSql);
}
