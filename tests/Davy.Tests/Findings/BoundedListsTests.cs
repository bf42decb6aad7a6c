using Davy.Findings;
using Davy.Storage;

namespace Davy.Tests.Findings;

/// <summary>What bounds a list: the characters of a page, and the time.</summary>
public abstract class BoundedListsTests(DatabaseKind kind) : KeptFindingsTests(kind)
{
    // Ends by itself after minutes, so that a list which is not ended fails and does not hang.
    static readonly FindingQuery Slow = new()
    {
        Filter = new("(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT count(*) FROM n) > 0", []),
    };

    [Fact]
    public async Task APageOfLargeFindingsEndsEarlyAndTheNextGoesOn()
    {
        string large = new('x', 25_001);
        foreach (var id in (string[])["f1", "f2", "f3", "f4", "f5", "f6"])
        {
            await Store.MergeAsync(SomeKept.New(id, edit: finding => finding["description"] = large), Cancel);
        }

        Assert.True(FindingOrder.TryParse("name", out var order, out _));
        FindingQuery query = new() { Order = order, PageSize = 1_000 };

        FindingLists lists = new(Database) { MostCharacters = 100_000 };
        var first = await lists.ListAsync(query, Cancel);
        var second = await lists.ListAsync(query with { After = first.Next }, Cancel);

        Assert.Equal(["f1", "f2", "f3", "f4"], first.Findings.Select(finding => finding.Name.FindingId));
        Assert.Equal(["f5", "f6"], second.Findings.Select(finding => finding.Name.FindingId));
        Assert.Null(second.Next);
        Assert.InRange(new FindingLists(Database).MostCharacters, 1, 64 * 1024 * 1024);
    }

    [Fact]
    public async Task WhatTakesTooLongIsEnded()
    {
        await Store.MergeAsync(SomeKept.New("f1"), Cancel);
        await using var database = Made.Open(TimeSpan.FromMilliseconds(300));
        FindingLists lists = new(database);

        await Assert.ThrowsAsync<SlowReadException>(() => lists.ListAsync(Slow, Cancel));
        await Assert.ThrowsAsync<SlowReadException>(() => lists.CountAsync(Slow, Cancel));
        await Assert.ThrowsAsync<SlowReadException>(() => lists.GroupAsync(new() { Findings = Slow, Expressions = ["f.category"] }, Cancel));
        await Assert.ThrowsAsync<SlowReadException>(() => lists.CountGroupsAsync(new() { Findings = Slow, Expressions = ["f.category"] }, Cancel));
        Assert.Single((await lists.ListAsync(new(), Cancel)).Findings);
    }

    [Fact]
    public async Task WhatIsAskedEndsWithWhoeverAsks()
    {
        await Store.MergeAsync(SomeKept.New("f1"), Cancel);
        using CancellationTokenSource gone = new(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new FindingLists(Database).ListAsync(Slow, gone.Token));
    }

    [Theory]
    [InlineData("security_marks.marks")]
    [InlineData("category desc,name")]
    public async Task APlaceCanBeLookedUp(string text)
    {
        foreach (var id in (string[])["f1", "f2", "f3"]) await Store.MergeAsync(SomeKept.New(id), Cancel);
        Assert.True(FindingOrder.TryParse(text, out var order, out _));
        FindingLists lists = new(Database);

        var page = await lists.ListAsync(new() { Order = order, PageSize = 2 }, Cancel);

        Assert.Equal(page.Next, await lists.PlaceAsync(order, page.Findings[^1].Key, Cancel));
        Assert.Null(await lists.PlaceAsync(order, 0, Cancel));
    }
}

public sealed class SqliteBoundedListsTests() : BoundedListsTests(DatabaseKind.Sqlite);

public sealed class PostgreSqlBoundedListsTests() : BoundedListsTests(DatabaseKind.PostgreSql);
