using System.Text;
using Davy.Findings;
using Davy.Logs;
using Davy.Storage;
using Davy.Tests.Storage;

namespace Davy.Tests.Findings;

/// <summary>What could not be judged or read is kept, once, and never without bound.</summary>
public abstract class DoubtStoreTests(DatabaseKind kind) : StoreTests(kind)
{
    static Doubt Doubt(string key, DoubtKind kind = DoubtKind.UnreadableReference) => new(kind, key, "It cannot be read.\0", new("a.json", 3, 40), "example") { Project = "p" };

    [Fact]
    public async Task ADoubtIsKeptOnceAndCounted()
    {
        DoubtStore doubts = new(Database, Time);
        await doubts.AddAsync([Doubt("a"), Doubt("b"), Doubt("a", DoubtKind.DetectorFault)], Cancel);
        Time.Advance(TimeSpan.FromMinutes(1));
        await doubts.AddAsync([Doubt("a")], Cancel);

        var kept = await doubts.ListAsync(null, 10, Cancel);
        Assert.Equal(3, kept.Count);
        var again = kept.Single(doubt => doubt is { Subject: "a", Kind: DoubtKind.UnreadableReference });
        Assert.Equal((2L, TimeSpan.FromMinutes(1), "It cannot be read.\uFFFD", "a.json:3:40"), (again.Count, again.LastAt - again.FirstAt, again.Detail, again.Place));
        Assert.Equal(kept.Skip(1), await doubts.ListAsync(kept[0].Key, 10, Cancel));
        Assert.Single(await doubts.ListAsync(null, 1, Cancel));
    }

    [Fact]
    public async Task EveryKindComesBackAsItself()
    {
        DoubtStore doubts = new(Database, Time);
        await doubts.AddAsync([.. Enum.GetValues<DoubtKind>().Select(kind => Doubt($"{kind}", kind))], Cancel);

        Assert.Equal(Enum.GetValues<DoubtKind>(), (await doubts.ListAsync(null, 10, Cancel)).Select(doubt => doubt.Kind).Order());
    }

    [Fact]
    public async Task AScanThatIsSentAgainCountsNoDoubtAgain()
    {
        DoubtStore doubts = new(Database, Time);
        await doubts.AddOnceAsync([Doubt("a")], Cancel);
        Time.Advance(TimeSpan.FromMinutes(1));
        await doubts.AddOnceAsync([Doubt("a")], Cancel);
        var kept = Assert.Single(await doubts.ListAsync(null, 10, Cancel));
        Assert.Equal((1L, TimeSpan.FromMinutes(1)), (kept.Count, kept.LastAt - kept.FirstAt));

        await doubts.AddOnceAsync([Doubt("a") with { Location = new("b.json", 1, 0) }], Cancel);
        Assert.Equal(2, Assert.Single(await doubts.ListAsync(null, 10, Cancel)).Count);
    }

    [Fact]
    public async Task DoubtsBeyondTheBoundMakeRoomAndAreCounted()
    {
        DoubtStore doubts = new(Database, Time, most: 5);
        foreach (var number in Enumerable.Range(0, 8))
        {
            await doubts.AddAsync([Doubt($"d{number}")], Cancel);
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["d7", "d6", "d5", "d4", "d3"], (await doubts.ListAsync(null, 10, Cancel)).Select(doubt => doubt.Subject));
        Assert.Equal(3, await doubts.DroppedAsync(Cancel));
    }

    [Fact]
    public async Task RejectedEntriesAreKeptWithTheirBytesWithinBounds()
    {
        RejectedEntryStore rejected = new(Database, Time, most: 3);
        RejectedEntry entry = new(new("a.json", 1, 0), RejectReason.TooDeep, "Too deep.");
        await rejected.AddAsync([(entry, Encoding.UTF8.GetBytes("{{{")), (entry with { Reason = RejectReason.Malformed }, ReadOnlyMemory<byte>.Empty)], Cancel);
        await rejected.AddAsync([(entry, new byte[100_000])], Cancel);

        var kept = await rejected.ListAsync(null, 10, Cancel);
        Assert.Equal([(RejectReason.TooDeep, 100_000L), (RejectReason.Malformed, 0L), (RejectReason.TooDeep, 3L)], kept.Select(each => (each.Reason, each.Size)));
        Assert.Equal(RejectedEntryStore.MostBytes, (await rejected.ContentAsync(kept[0].Key, Cancel))!.Length);
        Assert.Null(await rejected.ContentAsync(kept[1].Key, Cancel));
        Assert.Equal("{{{", Encoding.UTF8.GetString((await rejected.ContentAsync(kept[2].Key, Cancel))!));
        Assert.Equal(0, await rejected.DroppedAsync(Cancel));

        await rejected.AddAsync([(entry, ReadOnlyMemory<byte>.Empty), (entry, ReadOnlyMemory<byte>.Empty)], Cancel);
        Assert.Equal(3, (await rejected.ListAsync(null, 10, Cancel)).Count);
        Assert.Equal(2, await rejected.DroppedAsync(Cancel));
    }

    [Fact]
    public async Task ARejectedEntryOfAScanIsKeptOnceHoweverOftenItIsSent()
    {
        RejectedEntryStore rejected = new(Database, Time, most: 3);
        RejectedEntry one = new(new("a.json", 1, 0), RejectReason.TooDeep, "Too deep.\0"), other = one with { Location = new("a.json", 2, 9) };
        await rejected.AddOnceAsync([one, one, other], Cancel);
        Time.Advance(TimeSpan.FromMinutes(1));
        await rejected.AddOnceAsync([one], Cancel);

        var kept = await rejected.ListAsync(null, 10, Cancel);
        Assert.Equal([("a.json:2:9", 0L), ("a.json:1:0", 0L)], kept.Select(each => (each.Place, each.Size)));
        Assert.Equal(TimeSpan.FromMinutes(1), kept[1].SeenAt - kept[0].SeenAt);

        // What was seen again stays; what was not makes room.
        await rejected.AddOnceAsync([one with { Location = new("b.json", 1, 0) }, one with { Location = new("b.json", 2, 0) }], Cancel);
        Assert.Equal(["b.json:2:0", "b.json:1:0", "a.json:1:0"], (await rejected.ListAsync(null, 10, Cancel)).Select(each => each.Place));
    }

    public sealed class OnSqlite() : DoubtStoreTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : DoubtStoreTests(DatabaseKind.PostgreSql);
}
