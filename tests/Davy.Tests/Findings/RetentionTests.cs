using Davy.Findings;
using Davy.Logs;
using Davy.Storage;

namespace Davy.Tests.Findings;

public abstract class RetentionTests(DatabaseKind kind) : KeptFindingsTests(kind)
{
    [Fact]
    public async Task WhatHasBeenKeptLongEnoughGoes()
    {
        await Task.WhenAll(Enumerable.Range(0, 600).Select(number => Store.MergeAsync(SomeKept.New($"old{number}"), Cancel)));
        await new DoubtStore(Database, Time).AddAsync([new(DoubtKind.DetectorFault, "a", "b", default)], Cancel);
        await new RejectedEntryStore(Database, Time).AddAsync([(new(default, RejectReason.Malformed, "c"), ReadOnlyMemory<byte>.Empty)], Cancel);
        Retention retention = new(Database, new(), Time);

        Time.Advance(TimeSpan.FromDays(31));
        Assert.Equal(0, await retention.RunAsync(Cancel));
        Assert.Empty(await new RejectedEntryStore(Database, Time).ListAsync(null, 10, Cancel));

        Time.Advance(TimeSpan.FromDays(370));
        await Store.MergeAsync(SomeKept.New("imported"), Cancel);
        Assert.Equal(600, await retention.RunAsync(Cancel));
        Assert.Equal("imported", (await new FindingLists(Database).ListAsync(new(), Cancel)).Findings.Single().Name.FindingId);
        Assert.Empty(await new DoubtStore(Database, Time).ListAsync(null, 10, Cancel));
    }

    [Fact]
    public void ASettingOutOfRangeIsNamed()
    {
        Assert.Empty(new RetentionOptions().Faults());
        Assert.Equal(2, new RetentionOptions { FindingDays = 0, OperationDays = 99_999 }.Faults().Count());
    }

    [Fact]
    public async Task TokensAreFoundByTheirHashUsedAndRevoked()
    {
        AccessTokenStore tokens = new(Database, Time);
        AccessToken token = new() { Id = "t1", Role = "viewer", Description = "ci", ExpiresAt = Time.GetUtcNow().AddDays(1) };
        await tokens.AddAsync(token, "hash", Cancel);
        await Assert.ThrowsAsync<RefusedException>(() => tokens.AddAsync(token with { Id = "t2" }, "hash", Cancel));

        var found = (await tokens.FindAsync("hash", Cancel))!;
        Assert.Equal(token with { CreatedAt = Time.GetUtcNow() }, found);
        Assert.Null(await tokens.FindAsync("other", Cancel));

        await tokens.UsedAsync(found, Cancel);
        var used = (await tokens.FindAsync("hash", Cancel))!;
        Assert.Equal(Time.GetUtcNow(), used.LastUsedAt);
        Time.Advance(TimeSpan.FromSeconds(59));
        await tokens.UsedAsync(used, Cancel);
        Assert.Equal(used, await tokens.FindAsync("hash", Cancel));

        Assert.True(await tokens.RevokeAsync("t1", Cancel));
        Assert.False(await tokens.RevokeAsync("t1", Cancel));
        Assert.Equal(Time.GetUtcNow(), (await tokens.ListAsync(Cancel)).Single().RevokedAt);
    }

    [Fact]
    public async Task ServersShareASetting()
    {
        await using var other = Made.Open();

        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(
            () => new SettingStore(number % 2 == 0 ? Database : other).GetOrAddAsync("key", () => [(byte)number], Cancel), Cancel)));

        Assert.Single(made.Select(value => value[0]).Distinct());
    }

    public sealed class OnSqlite() : RetentionTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : RetentionTests(DatabaseKind.PostgreSql);
}
