using Davy.Storage;

namespace Davy.Tests.Storage;

public abstract class MigrationsTests(DatabaseKind kind)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnEmptyDatabaseGetsThisProgramsForm()
    {
        await using var made = await TestDatabase.CreateAsync(kind, Cancel);

        Assert.Equal(Migrations.Newest, await Migrations.RunAsync(made.Database, TimeProvider.System, Cancel));

        Assert.Equal(0L, await made.ScalarAsync("SELECT count(*) FROM findings", Cancel));
        Assert.Equal((long)Migrations.Newest, await made.ScalarAsync("SELECT max(number) FROM migrations", Cancel));
    }

    [Fact]
    public async Task ASecondStartChangesNothing()
    {
        await using var made = await TestDatabase.MigratedAsync(kind, Cancel);

        Assert.Equal(0, await Migrations.RunAsync(made.Database, TimeProvider.System, Cancel));
    }

    [Fact]
    public async Task ServersThatStartAtOnceMigrateOnce()
    {
        await using var made = await TestDatabase.CreateAsync(kind, Cancel);
        Database[] servers = [.. Enumerable.Range(0, 6).Select(_ => made.Open())];

        var migrations = await Task.WhenAll(servers.Select(server => Task.Run(() => Migrations.RunAsync(server, TimeProvider.System, Cancel), Cancel)));

        Assert.Equal(Migrations.Newest, migrations.Sum());
        foreach (var server in servers) await server.DisposeAsync();
    }

    [Fact]
    public async Task AnOlderProgramRefusesANewerDatabaseAndLeavesItAsItIs()
    {
        await using var made = await TestDatabase.MigratedAsync(kind, Cancel);
        await made.ExecuteAsync("INSERT INTO migrations (number, made_at) VALUES (99, 0)", Cancel);

        var fault = await Assert.ThrowsAsync<NewerDatabaseException>(() => Migrations.RunAsync(made.Database, TimeProvider.System, Cancel));

        Assert.Equal((99, Migrations.Newest), (fault.Found, fault.Known));
        Assert.Contains("later version of Davy", fault.Message, StringComparison.Ordinal);
        Assert.Equal(99L, await made.ScalarAsync("SELECT max(number) FROM migrations", Cancel));
    }

    public sealed class OnSqlite() : MigrationsTests(DatabaseKind.Sqlite)
    {
        [Fact]
        public async Task CommitsAreDurableAndReferencesHold()
        {
            await using var made = await TestDatabase.MigratedAsync(DatabaseKind.Sqlite, Cancel);

            Assert.Equal("wal", await made.ScalarAsync("PRAGMA journal_mode", Cancel));
            Assert.Equal(2L, await made.ScalarAsync("PRAGMA synchronous", Cancel));
            Assert.Equal(1L, await made.ScalarAsync("PRAGMA foreign_keys", Cancel));
        }
    }

    public sealed class OnPostgreSql() : MigrationsTests(DatabaseKind.PostgreSql);
}
