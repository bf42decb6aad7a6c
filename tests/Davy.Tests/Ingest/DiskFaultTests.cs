using System.Net;
using Davy.Outbound;
using Davy.Storage;
using Davy.Tests.Google;
using Davy.Tests.Storage;

namespace Davy.Tests.Ingest;

/// <summary>The disk is full, or fails: nothing is answered with success that is not kept, and when it is well again davyd goes on by itself.</summary>
public sealed class DiskFaultTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pwrite64", "ENOSPC")]
    [InlineData("pwrite64", "EIO")]
    [InlineData("fsync,fdatasync", "EIO")]
    public async Task NothingIsAnsweredThatIsNotKeptAndItGoesOnWhenTheDiskIsWell(string calls, string error)
    {
        Assert.SkipUnless(await TracedServer.CanTraceAsync(), "needs strace, and the right to trace");
        await using var database = await TestDatabase.MigratedAsync(DatabaseKind.Sqlite, Cancel);
        using PushTrial trial = new();
        await using var server = await TracedServer.StartAsync(_folder.Path, database.ConnectionString);

        // Some from the middle on, so that what is begun fails as well; then all.
        await server.AttachAsync("/dev/null", "-e", $"trace={calls}", "-e", $"inject={calls}:error={error}:when=2+");
        var (refused, unanswered) = await trial.PushAsync(server.Url);
        await server.DetachAsync();

        Assert.True(refused > 0, "Nothing failed.");
        Assert.Equal(0, unanswered);
        Assert.False(server.HasEnded);
        Assert.Equal("", string.Join(Environment.NewLine, await trial.FaultsAsync(database.Database)));

        Assert.Equal((0, 0), await trial.PushAsync(server.Url));
        Assert.Equal("", string.Join(Environment.NewLine, await trial.FaultsAsync(database.Database)));
        Assert.Equal("ok", await database.ScalarAsync("PRAGMA integrity_check", Cancel));
        using var http = OutboundGuard.Client(SomeCredentials.Loopback);
        using var ready = await http.GetAsync(new Uri(server.Url, "readyz"), Cancel);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }
}
