using System.Diagnostics;
using Davy.Storage;
using Davy.Tests.Ingest;
using Davy.Tests.Storage;

namespace Davy.Tests.Inspections;

/// <summary>What happens to the inspections of davyd when programs, registries and davyd itself fail.</summary>
public abstract class InspectionFaultTests(DatabaseKind kind) : StoreTests(kind)
{
    const string Hangs = "while :; do /bin/sleep 1; done";

    readonly TemporaryFolder _folder = new();

    static string Some(int number = 0) => $"registry.example.com/app@sha256:{number:x64}";

    protected override Task EndAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task ARegistryThatIsDownIsAskedAgainWhenItIsUp()
    {
        await using var images = await DeployedImages.StartAsync();
        var isDown = true;
        images.Registry.Before = context =>
        {
            if (isDown) context.Response.StatusCode = 503;
            return Task.FromResult(isDown);
        };
        await using var server = await InspectingServer.StartAsync(Made);
        await server.SeeAsync(DeployedImages.Entry(images.ByDigest(DeployedImages.Miner())));

        var waiting = Assert.Single(await server.ImagesAsync(all => all is [{ State: "waiting", Attempts: 1 }]));
        Assert.Equal(("", 0L), (waiting.Verdict, waiting.Result));
        Assert.NotEqual("", waiting.Fault);
        Assert.True(waiting.DueAt > TimeProvider.System.GetUtcNow());
        Assert.Empty(await server.FindingsAsync());

        isDown = false;
        await Made.ExecuteAsync("UPDATE inspections SET due_at = 0", Cancel);
        Assert.Equal(("miner", ""), (await server.DoneAsync(1)) is [var done] ? (done.Verdict, done.Fault) : default);
        Assert.Single(await server.FindingsAsync());
    }

    [Fact]
    public async Task WhatFailsAgainAndAgainIsGivenUpAndDoubted()
    {
        var program = StandIn.Write(_folder, "kill -SEGV $$");
        await using var server = await InspectingServer.StartAsync(Made, options => options with { Program = program, Tries = 2 });
        await server.SeeAsync(DeployedImages.Entry(Some()));
        await server.ImagesAsync(all => all is [{ State: "waiting", Attempts: 1 }]);
        await Made.ExecuteAsync("UPDATE inspections SET due_at = 0", Cancel);

        Assert.Equal("notVerified", Assert.Single(await server.DoneAsync(1)).Verdict);
        var (kind, detail) = Assert.Single(await server.DoubtsAsync());
        Assert.Equal("image-not-verified", kind);
        Assert.Contains("The inspection died of signal 11. It was tried 2 times. It is on projects/acme-prod/", detail, StringComparison.Ordinal);
        Assert.Empty(await server.FindingsAsync());
    }

    [Fact]
    public async Task AProgramThatHangsHoldsUpNeitherFindingsNorTheStop()
    {
        var program = StandIn.Write(_folder, Hangs);
        var server = await InspectingServer.StartAsync(Made, options => options with { Program = program });
        await server.SeeAsync(DeployedImages.Entry(Some()));
        await InspectingServer.EventuallyAsync(() => Task.FromResult(StandIn.Running(program)), running => running > 0);

        // What comes in meanwhile is found at once.
        await server.SeeAsync(SomeEntries.SystemEvent("acme-prod", "bad", operation: "op-bad"));
        Assert.Single(await server.FindingsAsync());

        var start = Stopwatch.GetTimestamp();
        await server.Server.StopAsync();
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);
        Assert.Equal(0, StandIn.Running(program));
        Assert.Equal(0L, await Made.ScalarAsync("SELECT count(*) FROM inspections WHERE claim <> ''", Cancel));
        Assert.Equal(0L, await Made.ScalarAsync("SELECT max(attempts) FROM inspections", Cancel));
        await server.DisposeAsync();
    }

    [Fact]
    public async Task WhenDavydIsKilledItsProcessDiesAndTheImageIsTakenUpAgain()
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        var program = StandIn.Write(_folder, Hangs);
        var list = _folder.File("state");
        string[] arguments = ["--data", list, "--database", Made.ConnectionString, "--insecure", "--inspect", "deployments", "--organization", "1"];
        var (davyd, _) = await StartedDavyd.StartAsync(http, arguments, ("DAVY_INSPECT_PROGRAM", program));
        using (davyd)
        {
            await ImageUses.AddAsync(Database, Some(), Cancel);
            await InspectingServer.EventuallyAsync(() => Task.FromResult(StandIn.Running(program)), running => running > 0);
            using (var process = Process.GetProcessById(davyd.Id)) process.Kill();
            davyd.End();
        }

        await InspectingServer.EventuallyAsync(() => Task.FromResult(StandIn.Running(program)), running => running == 0);
        Assert.Equal(1L, await Made.ScalarAsync("SELECT count(*) FROM inspections WHERE claim <> ''", Cancel));

        // The claim of the dead one ends by itself; here the time is made to pass.
        await Made.ExecuteAsync("UPDATE inspections SET due_at = 0", Cancel);
        StandIn.Write(_folder, $"echo '{StandIn.CleanReport}'");
        await using var next = await InspectingServer.StartAsync(Made, options => options with { Program = program });
        Assert.Equal("clean", Assert.Single(await next.DoneAsync(1)).Verdict);
    }

    [Fact]
    public async Task AWordThatTheProgramWouldTakeForAFileIsNotHandedToIt()
    {
        var program = StandIn.Write(_folder, $"echo '{StandIn.CleanReport}'");
        await using var server = await InspectingServer.StartAsync(Made, options => options with { Program = program });
        await server.SeeAsync(DeployedImages.Entry($"oci:5000/etc@sha256:{1:x64}"));

        Assert.Equal("notVerified", Assert.Single(await server.DoneAsync(1)).Verdict);
        Assert.Contains("cannot be read as the name of an image in a registry", Assert.Single(await server.DoubtsAsync()).Detail, StringComparison.Ordinal);
    }

    public sealed class OnSqlite() : InspectionFaultTests(DatabaseKind.Sqlite);

    /// <summary>Which several servers may share.</summary>
    public sealed class OnPostgreSql() : InspectionFaultTests(DatabaseKind.PostgreSql)
    {
        [Fact]
        public async Task TwoServersShareTheWorkAndEachImageIsLookedIntoOnce()
        {
            var program = StandIn.Write(_folder, $"/bin/sleep 0.2; echo '{StandIn.CleanReport}'");
            await using var one = await InspectingServer.StartAsync(Made, options => options with { Program = program, AtOnce = 2 });
            await using var other = await InspectingServer.StartAsync(Made, options => options with { Program = program, AtOnce = 2 });
            for (var number = 0; number < 12; number++) await (number % 2 == 0 ? one : other).SeeAsync(DeployedImages.Entry(Some(number % 6), $"web-{number}"));

            var done = await one.DoneAsync(6);
            Assert.All(done, image => Assert.Equal(("clean", 1L), (image.Verdict, image.Result)));
            Assert.Equal(6, one.Inspected + other.Inspected);
        }
    }
}

/// <summary>Images that wait to be looked into.</summary>
static class ImageUses
{
    /// <summary>Writes one down, as a finding of it would.</summary>
    public static Task AddAsync(Database database, string image, CancellationToken cancel) =>
        new Davy.Findings.InspectionStore(database, TimeProvider.System).AddAsync([new(Davy.Findings.ImageKey.Read(image)!.Value, "d0", 1)], cancel);
}
