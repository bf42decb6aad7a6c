using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Responses;
using Davy.Storage;
using Davy.Tests.Storage;

namespace Davy.Tests.Responses;

/// <summary>The journals that a server keeps, on both databases.</summary>
public abstract class ResponseLineStoreTests(DatabaseKind kind) : StoreTests(kind)
{
    const string Finding = "organizations/123/sources/1815/locations/global/findings/0123456789abcdef0123456789abcdef";
    const string Shop = "projects/acme-prod/locations/us-central1/services/shop";

    readonly TemporaryFolder _folder = new();

    ResponseLineStore Store => new(Database, Time);

    protected override Task EndAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>A journal with some responses, of three lines each.</summary>
    IReadOnlyList<JournalLine> Journal(params (string Record, string Finding)[] records)
    {
        using (var journal = ResponseJournal.Open(_folder.Path, Time))
        {
            foreach (var (record, finding) in records)
            {
                journal.Append(record, "begun", new JsonObject { ["action"] = "stop", ["resource"] = Shop, ["who"] = "me@example.com", ["reason"] = "Mining.", ["finding"] = finding, ["steps"] = new JsonArray("Scale shop to zero.") });
                journal.Append(record, "done", new JsonObject { ["step"] = 0 });
                journal.Append(record, "ended", new JsonObject { ["result"] = "verified" });
            }
        }

        return ResponseJournal.Lines(_folder.Path);
    }

    [Fact]
    public async Task AJournalIsTakenInPiecesAndAnyPieceAgain()
    {
        var lines = Journal(("r1", Finding), ("r2", ""));
        var id = lines[0].Hash;
        Assert.Equal((0L, ""), await Store.EndAsync(id, Cancel));
        Assert.Equal(2, await Store.AppendAsync(id, 0, [.. lines.Take(2)], "token:a", Cancel));
        Assert.Equal(5, await Store.AppendAsync(id, 1, [.. lines.Skip(1).Take(4)], "token:b", Cancel));
        Assert.Equal(6, await Store.AppendAsync(id, 0, lines, "token:c", Cancel));
        Assert.Equal(6, await Store.AppendAsync(id, 2, [lines[2]], "token:c", Cancel));
        Assert.Equal((6L, lines[^1].Hash), await Store.EndAsync(id, Cancel));

        var all = await Store.ListAsync(null, "", null, 10, Cancel);
        Assert.Equal(["r2", "r1"], all.Select(each => each.Record.Id));
        Assert.All(all, each => Assert.Equal(("verified", "me@example.com", false, 3), (each.Record.Result, each.Record.Who, each.IsDamaged, each.Lines.Count)));
        Assert.Equal("token:a", all[1].SentBy);
        Assert.Equal(["r1"], (await Store.ListAsync(FindingName.TryParse(Finding, out var name) ? name : default, "", null, 10, Cancel)).Select(each => each.Record.Id));
        Assert.Equal(2, (await Store.ListAsync(null, Shop, null, 10, Cancel)).Count);
        Assert.Empty(await Store.ListAsync(null, $"{Shop}2", null, 10, Cancel));
        Assert.Equal(["r1"], (await Store.ListAsync(null, "", all[0].Key, 10, Cancel)).Select(each => each.Record.Id));
        Assert.Equal("r2", (await Store.FindAsync("r2", Cancel))!.Record.Id);
        Assert.Null(await Store.FindAsync("r3", Cancel));
    }

    [Fact]
    public async Task WhatDoesNotFollowIsRefusedAndNothingOfItIsKept()
    {
        var lines = Journal(("r1", ""), ("r2", ""));
        var id = lines[0].Hash;

        // A line is left out, another is changed, two are changed for each other, the first is missing, and what comes before is not kept.
        await RefusedAsync(id, 0, [.. lines.Where((_, at) => at != 1)]);
        await RefusedAsync(id, 0, [lines[0], Changed(lines[1]), .. lines.Skip(2)]);
        await RefusedAsync(id, 0, [lines[0], lines[2], lines[1]]);
        await RefusedAsync(id, 0, [.. lines.Skip(1)]);
        await RefusedAsync(id, 3, [.. lines.Skip(3)]);
        await RefusedAsync(lines[1].Hash, 0, lines);
        Assert.Equal((0L, ""), await Store.EndAsync(id, Cancel));

        // What is kept is not taken in another form, and not rewritten.
        await Store.AppendAsync(id, 0, lines, "token:a", Cancel);
        await RefusedAsync(id, 5, [Changed(lines[5])]);
        Assert.Equal((6L, lines[^1].Hash), await Store.EndAsync(id, Cancel));
    }

    [Fact]
    public async Task WhatACrashCutOffIsKeptAndCovered()
    {
        Journal(("r1", ""));
        await File.AppendAllTextAsync(Path.Combine(_folder.Path, "journal.jsonl"), """{"at":"2026""", Cancel);
        var lines = Journal(("r2", ""));
        Assert.Null(lines[3].Entry);
        var id = lines[0].Hash;

        Assert.Equal(7, await Store.AppendAsync(id, 0, lines, "token:a", Cancel));
        Assert.Equal(["r2", "r1"], (await Store.ListAsync(null, "", null, 10, Cancel)).Select(each => each.Record.Id));
    }

    [Theory]
    [InlineData("UPDATE response_lines SET content = (SELECT content FROM response_lines WHERE number = 3) WHERE number = 2")]
    [InlineData("DELETE FROM response_lines WHERE number = 2")]
    public async Task AChangeInTheDatabaseShows(string change)
    {
        var lines = Journal(("r1", ""));
        await Store.AppendAsync(lines[0].Hash, 0, lines, "token:a", Cancel);
        Assert.False((await Store.FindAsync("r1", Cancel))!.IsDamaged);

        await Made.ExecuteAsync(change, Cancel);

        Assert.True((await Store.FindAsync("r1", Cancel))!.IsDamaged);
    }

    async Task RefusedAsync(string journal, long after, IReadOnlyList<JournalLine> lines) =>
        Assert.Equal(Refusal.FailedPrecondition, (await Assert.ThrowsAsync<RefusedException>(() => Store.AppendAsync(journal, after, lines, "token:x", Cancel))).Refusal);

    static JournalLine Changed(JournalLine line) => JournalLine.Of(System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(line.Bytes.Span).Replace("\"at\":\"2026", "\"at\":\"2025", StringComparison.Ordinal)));

    public sealed class OnSqlite() : ResponseLineStoreTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : ResponseLineStoreTests(DatabaseKind.PostgreSql);
}
