using System.Data.Common;
using System.Globalization;
using Davy.Storage;
using Davy.Tests.Fakes;
using Davy.Tests.Storage;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Davy.Tests.Watching;

/// <summary>
/// The connection to PostgreSQL is cut after any number of bytes, also in the middle of a commit, when nobody can tell whether it was one: the entry is delivered again, and
/// what is kept is as if nothing had happened.
/// </summary>
public sealed class CutConnectionTests
{
    static readonly int Cuts = TestLength.Of(whole: 200, quick: 20);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NothingIsLostOrKeptTwiceWhereverTheConnectionIsCut()
    {
        await using var kept = await TestDatabase.MigratedAsync(DatabaseKind.PostgreSql, Cancel);
        NpgsqlConnectionStringBuilder words = new(kept.ConnectionString);
        await using CuttingProxy proxy = new(words.Host!, words.Port);
        (words.Host, words.Port, words.Timeout) = ("127.0.0.1", proxy.Port, 60);
        await using Database database = new(DatabaseKind.PostgreSql, NpgsqlDataSource.Create(words.ConnectionString));
        await using SomeWatch seen = new(database, new FakeTimeProvider(new(2026, 1, 10, 10, 0, 0, TimeSpan.Zero)));

        // How many bytes one entry and its commit take, so that the cuts fall on all of them.
        const long Plenty = 1L << 40;
        proxy.CutAfter(Plenty);
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "first"));
        var whole = await BytesOfAsync(proxy, seen);

        var failed = 0;
        for (var cut = 0; cut < Cuts; cut++)
        {
            var entry = SomeEntries.SystemEvent("acme-prod", $"web-{cut}", operation: $"op-{cut}").ToJsonString();
            proxy.CutAfter(whole * cut / Cuts);
            try
            {
                await seen.SeeAsync(entry);
            }
            catch (DbException)
            {
                failed++;
            }

            proxy.CutAfter(Plenty);
            for (var tries = 0; ; tries++)
            {
                try
                {
                    await seen.SeeAsync(entry);
                    break;
                }
                catch (DbException) when (tries < 50)
                {
                    // Connections of the pool that were cut are found out one by one.
                }
            }
        }

        Assert.True(failed >= Cuts / 3, $"{failed} of {Cuts} entries failed only");
        Assert.Equal(Cuts + 2L, Convert.ToInt64(await kept.ScalarAsync("SELECT count(*) FROM findings", Cancel), CultureInfo.InvariantCulture));
        Assert.Equal(0L, Convert.ToInt64(await kept.ScalarAsync(
            "SELECT count(*) FROM findings WHERE CAST(document AS jsonb) #>> '{sourceProperties,properties,occurrences,count}' <> '1'", Cancel), CultureInfo.InvariantCulture));
    }

    static async Task<long> BytesOfAsync(CuttingProxy proxy, SomeWatch seen)
    {
        const long Many = 1L << 40;
        proxy.CutAfter(Many);
        await seen.SeeAsync(SomeEntries.SystemEvent("acme-prod", "second"));
        return Many - proxy.Left;
    }
}
