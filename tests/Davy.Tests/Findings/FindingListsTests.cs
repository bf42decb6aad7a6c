using Davy.Findings;
using Davy.Storage;

namespace Davy.Tests.Findings;

public abstract class FindingListsTests(DatabaseKind kind) : KeptFindingsTests(kind)
{
    static readonly string[] Severities = ["LOW", "MEDIUM", "HIGH", "CRITICAL"];

    FindingLists Lists => new(Database);

    async Task<List<KeptFinding>> Fill(int count)
    {
        var merged = await Task.WhenAll(Enumerable.Range(0, count).Select(number => Store.MergeAsync(SomeKept.New(
            $"f{number * 7919 % 1000:D3}", category: $"Category {number % 5}", severity: Severities[number % 4], project: $"{number % 3 + 1}00",
            edit: finding => finding["eventTime"] = $"2026-01-10T0{number % 7}:00:00Z"), Cancel)));
        return [.. merged.Select(each => each.Finding)];
    }

    async Task<List<KeptFinding>> Walk(FindingQuery query, Func<int, Task>? between = null)
    {
        List<KeptFinding> all = [];
        for (var page = 0; page < 200; page++)
        {
            var answer = await Lists.ListAsync(query, Cancel);
            Assert.True(answer.Findings.Count <= query.PageSize);
            all.AddRange(answer.Findings);
            if (answer.Next is not { } next) return all;

            // As a client has it: the place goes out as text, and comes back.
            query = query with { After = FindingCursor.Parse(next.ToString()) };
            if (between is not null) await between(page);
        }

        throw new InvalidOperationException("The pages have no end.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("name")]
    [InlineData("name desc")]
    [InlineData("  category  desc ,  event_time ")]
    [InlineData("category,severity desc,event_time desc")]
    [InlineData("event_time desc")]
    [InlineData("severity,state,parent,resource_name,create_time,security_marks.marks")]
    public async Task PagesTogetherAreTheListInItsOrder(string text)
    {
        var kept = await Fill(123);
        Assert.True(FindingOrder.TryParse(text, out var order, out var fault), fault);

        var walked = await Walk(new() { Order = order, PageSize = 10 });

        Assert.Equal(123, walked.Count);
        Assert.Equal(kept.OrderBy(finding => finding.Key).Select(finding => finding.Key), walked.Select(finding => finding.Key).Order());
        var whole = await Lists.ListAsync(new() { Order = order, PageSize = 1_000 }, Cancel);
        Assert.Null(whole.Next);
        Assert.Equal(whole.Findings.Select(finding => finding.Key), walked.Select(finding => finding.Key));
    }

    [Fact]
    public async Task TheOrderIsThatOfTheBytes()
    {
        foreach (var (id, category) in new[] { ("a", "b"), ("b", "B"), ("c", "é"), ("d", "a b"), ("e", "ab"), ("f", "") })
        {
            await Store.MergeAsync(SomeKept.New(id, category), Cancel);
        }

        Assert.True(FindingOrder.TryParse("category", out var order, out _));
        var list = await Lists.ListAsync(new() { Order = order }, Cancel);
        Assert.Equal(["", "B", "a b", "ab", "b", "é"], list.Findings.Select(finding => finding.Field("category")));
    }

    [Fact]
    public async Task WhatIsAddedWhileSomebodyPagesMovesNothing()
    {
        var kept = await Fill(60);

        var walked = await Walk(new() { PageSize = 7 }, page => Store.MergeAsync(SomeKept.New($"new{page}"), Cancel));

        Assert.Equal(kept.OrderByDescending(finding => finding.Field("eventTime"), StringComparer.Ordinal).ThenByDescending(finding => finding.Key).Select(finding => finding.Key), walked.Select(finding => finding.Key));
    }

    [Theory]
    [InlineData("organizations/1", 60)]
    [InlineData("folders/1", 20)]
    [InlineData("projects/200", 20)]
    [InlineData("projects/project-200", 20)]
    [InlineData("organizations/2", 0)]
    [InlineData("projects/999", 0)]
    [InlineData("", 60)]
    public async Task AListBelowANodeHasWhatStandsThere(string node, int count)
    {
        await Fill(60);

        Assert.Equal(count, (await Walk(new() { Node = node, PageSize = 9 })).Count);
        Assert.Equal(count, await Lists.CountAsync(new() { Node = node }, Cancel));
        Assert.Equal(0, await Lists.CountAsync(new() { Node = node, SourceId = "other" }, Cancel));
        Assert.Equal(count, await Lists.CountAsync(new() { Node = node, SourceId = SomeKept.SourceId }, Cancel));
    }

    [Fact]
    public async Task AFilterAndItsValuesCount()
    {
        await Fill(60);

        var filter = SomeKept.ReadFilter("severity=HIGH AND category=Category 2").Sql;

        Assert.Equal(3, await Lists.CountAsync(new() { Filter = filter }, Cancel));
        Assert.All(await Walk(new() { Filter = filter, PageSize = 2 }), finding => Assert.Equal(("HIGH", "Category 2"), (finding.Field("severity"), finding.Field("category"))));
    }

    [Fact]
    public async Task GroupsCountAndPage()
    {
        await Fill(60);
        FindingGroupQuery query = new() { Expressions = [FindingColumns.ByPath["severity"].Sql, FindingColumns.ByPath["category"].Sql], PageSize = 3 };

        List<FindingGroup> groups = [];
        Assert.Equal(20, await Lists.CountGroupsAsync(query, Cancel));
        for (FindingGroupPage? page = null; page is not { Next: null };)
        {
            page = await Lists.GroupAsync(query with { After = page?.Next is { } next ? FindingCursor.Parse(next.ToString()) : null }, Cancel);
            groups.AddRange(page.Groups);
        }

        Assert.Equal(20, groups.Count);
        Assert.All(groups, group => Assert.Equal(3, group.Count));
        Assert.Equal(groups.Select(group => $"{group.Values[0]}/{group.Values[1]}").Order(StringComparer.Ordinal), groups.Select(group => $"{group.Values[0]}/{group.Values[1]}"));
        Assert.Equal(["CRITICAL", "Category 0"], groups[0].Values);
    }

    [Fact]
    public async Task ACursorOfAnotherOrderIsRefused()
    {
        await Fill(5);

        await Assert.ThrowsAsync<FormatException>(() => Lists.ListAsync(new() { After = new(["a", 2L, 3L]) }, Cancel));
        await Assert.ThrowsAsync<FormatException>(() => Lists.GroupAsync(new() { Expressions = ["f.state"], After = new(["a", "b"]) }, Cancel));
        Assert.Throws<FormatException>(() => FindingCursor.Parse("[1,"));
        Assert.Throws<FormatException>(() => FindingCursor.Parse("""{"a":1}"""));
        Assert.Throws<FormatException>(() => FindingCursor.Parse("[1.5]"));
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("name; DROP TABLE findings")]
    [InlineData("name up")]
    [InlineData("name,,state")]
    [InlineData("name, name desc")]
    public void AnOrderThatIsNoneSaysWhy(string text)
    {
        Assert.False(FindingOrder.TryParse(text, out _, out var fault));
        Assert.NotEqual("", fault);
    }

    public sealed class OnSqlite() : FindingListsTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : FindingListsTests(DatabaseKind.PostgreSql);
}
