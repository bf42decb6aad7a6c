using System.Text;
using Davy.Findings;
using Davy.Storage;
using Davy.Tests.Storage;

namespace Davy.Tests.Findings;

/// <summary>Dead letters are kept whole, within bounds, and damage to them is seen.</summary>
public abstract class DeadLetterStoreTests(DatabaseKind kind) : StoreTests(kind)
{
    static NewDeadLetter Letter(string text, string source = "push") => new(source, new($"{source}/{text}", 1, 0), DeadLetterReason.Keeping, "It failed.\0", Encoding.UTF8.GetBytes(text));

    async Task AddAsync(DeadLetterStore store, params NewDeadLetter[] letters) => await Database.WriteAsync(async transaction =>
    {
        await store.AddAsync(transaction, letters, Cancel);
        return true;
    }, Cancel);

    [Fact]
    public async Task ALetterIsKeptOnceWithItsBytesAndListedFromTheNewestDown()
    {
        DeadLetterStore store = new(Database, Time, new());
        await AddAsync(store, Letter("one"), Letter("two"), Letter("one"));
        Time.Advance(TimeSpan.FromMinutes(1));
        await AddAsync(store, Letter("two", "pull"), Letter("three", "pull"));

        var kept = await store.ListAsync(null, 10, Cancel);
        Assert.Equal(["pull/three:1:0", "push/two:1:0", "push/one:1:0"], kept.Select(letter => letter.Place));
        Assert.Equal(["push/two:1:0"], (await store.ListAsync(kept[0].Key, 1, Cancel)).Select(letter => letter.Place));
        Assert.Equal([new("pull", 1, 5), new("push", 2, 6)], await store.TotalsAsync(Cancel));
        Assert.Equal((DeadLetterReason.Keeping, "It failed.\uFFFD", 5L, true, Time.GetUtcNow()), (kept[0].Reason, kept[0].Detail, kept[0].Size, kept[0].HasContent, kept[0].SeenAt));
        Assert.Equal("three", Encoding.UTF8.GetString((await store.ContentAsync(kept[0].Key, Cancel))!.Bytes!));
    }

    [Fact]
    public async Task WhenItIsFullTheEldestStayAndTheNewAreKeptWithoutTheirBytes()
    {
        DeadLetterStore store = new(Database, Time, new() { Bytes = 10, Letters = 4 });
        await AddAsync(store, Letter("12345"), Letter("1234567"), Letter("abcde"), Letter("x"), Letter("y"), Letter("z"));

        var kept = await store.ListAsync(null, 10, Cancel);
        Assert.Equal([("x", false), ("abcde", true), ("1234567", false), ("12345", true)], kept.Select(letter => (letter.Place.Split('/', ':')[1], letter.HasContent)));
        Assert.Equal(4, await store.DroppedAsync(Cancel));
        Assert.Equal(7, kept[2].Size);
        Assert.Equal((null, false), ((await store.ContentAsync(kept[2].Key, Cancel))!.Bytes, (await store.ContentAsync(kept[2].Key, Cancel))!.IsDamaged));

        Assert.True(await store.PurgeAsync(kept[3].Key, Cancel));
        Assert.False(await store.PurgeAsync(kept[3].Key, Cancel));
        await AddAsync(store, Letter("again"));
        Assert.True((await store.ListAsync(null, 1, Cancel))[0].HasContent);
    }

    [Fact]
    public async Task DamageIsSeenAndNothingDamagedIsGivenOut()
    {
        DeadLetterStore store = new(Database, Time, new());
        await AddAsync(store, Letter("one"));
        var key = (await store.ListAsync(null, 1, Cancel))[0].Key;
        await Made.ExecuteAsync(Database.Kind is DatabaseKind.Sqlite ? "UPDATE dead_letters SET content = x'6f6e66'" : "UPDATE dead_letters SET content = '\\x6f6e66'::bytea", Cancel);

        var shown = await store.ShowAsync(key, "alice", Cancel);
        Assert.Equal((null, true), (shown!.Bytes, shown.IsDamaged));
    }

    [Fact]
    public async Task EachShowingIsNotedAlsoWhereTheLetterIsGone()
    {
        DeadLetterStore store = new(Database, Time, new());
        await AddAsync(store, Letter("one"));
        var letter = (await store.ListAsync(null, 1, Cancel))[0];
        await store.ShowAsync(letter.Key, "alice@example.com", Cancel);
        var first = Time.GetUtcNow();
        Time.Advance(TimeSpan.FromMinutes(1));
        await store.ShowAsync(letter.Key, "token:17", Cancel);
        await store.PurgeAsync(letter.Key, Cancel);

        Assert.Equal([("token:17", Time.GetUtcNow()), ("alice@example.com", first)], await store.ShowingsAsync(letter.Hash, Cancel));
        Assert.Null(await store.ShowAsync(letter.Key, "eve", Cancel));
        Assert.Equal(2, (await store.ShowingsAsync(letter.Hash, Cancel)).Count);
    }

    [Fact]
    public async Task ALetterIsThrownAwayWhenItsTimeIsOver()
    {
        DeadLetterStore store = new(Database, Time, new());
        await AddAsync(store, Letter("old"));
        Time.Advance(TimeSpan.FromDays(29));
        await AddAsync(store, Letter("new"));
        Time.Advance(TimeSpan.FromDays(2));
        await new Retention(Database, new(), Time).RunAsync(Cancel);

        Assert.Equal("push/new:1:0", Assert.Single(await store.ListAsync(null, 10, Cancel)).Place);
    }

    public sealed class OnSqlite() : DeadLetterStoreTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : DeadLetterStoreTests(DatabaseKind.PostgreSql);
}
