using System.Collections.Concurrent;
using System.Text;
using Davy.Logs;
using Davy.Storage;
using Davy.Tests.Callers;
using Davy.Tests.Storage;
using Davy.Tests.Watching;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace Davy.Tests.Ingest.Nats;

/// <summary>Servers, consumers and credentials that are not as they should be: told, without a secret, and got over.</summary>
public sealed class NatsFaultTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    int _kept;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    Task KeepAsync(IReadOnlyList<(ReadOnlyMemory<byte> Json, EntryLocation Location)> records, CancellationToken cancel)
    {
        Interlocked.Add(ref _kept, records.Count);
        return Task.CompletedTask;
    }

    static IEnumerable<byte[]> Texts(int count) => Enumerable.Range(0, count).Select(number => Encoding.UTF8.GetBytes($"message {number}"));

    string Secret(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }

    [Fact]
    public async Task WhenTheServerIsPausedAndKilledNothingIsLostOrDoubled()
    {
        var traffic = NatsTraffic.Of(TestLength.Of(whole: 400, quick: 40), TestLength.Of(whole: 40_000, quick: 2_000), seed: 3);
        await using var server = await TestNatsServer.StartAsync();
        await server.AddConsumerAsync();
        await server.PublishAsync(traffic.Contents);
        await using var database = await TestDatabase.MigratedAsync(DatabaseKind.Sqlite, Cancel);
        await using SomeWatch seen = new(database.Database, TimeProvider.System, remembered: 100_000);
        await using var running = await RunningNats.StartAsync(server.Declared, (records, cancel) => seen.Watch.ObserveAsync(records, "nats/logs", null, cancel));

        await TestNatsServer.UntilAsync(async () => await server.LeftAsync() < traffic.Count * 2 / 3, "it does not begin");
        server.Pause();
        if (TestLength.Of(whole: 1, quick: 0) == 1) await running.ToldAsync("does not answer");
        server.Continue();
        await TestNatsServer.UntilAsync(async () => await server.LeftAsync() < traffic.Count / 3, "it does not go on after a pause");
        server.Kill();
        await running.ToldAsync("the connection was lost");
        await server.RestartAsync();

        await server.EmptyAsync();
        Assert.Equal("", string.Join(", ", await traffic.FaultsAsync(database, null, Cancel)));
        await running.WellAsync();
    }

    [Fact]
    public async Task BadCredentialsAreToldAndLeakNothing()
    {
        const string Good = "correct-horse-battery", Bad = "incorrect-horse-battery";
        await using var server = await TestNatsServer.StartAsync($$"""authorization { token: "{{Good}}" }""", options => options with { AuthOpts = new() { Token = Good } });
        await server.PublishAsync(Texts(5));
        await using var running = await RunningNats.StartAsync(server.Declared with { TokenFile = Secret("token", Bad) }, KeepAsync);

        await running.ToldAsync("refuses the credentials");
        Assert.DoesNotContain("horse", running.Log, StringComparison.Ordinal);

        // The file is read anew, so a token may be exchanged.
        Secret("token", $"{Good}\n");
        await server.EmptyAsync();
        await running.WellAsync();
        Assert.DoesNotContain("horse", running.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("credentials", "-----BEGIN NATS USER JWT-----\nhunter2\n------END NATS USER JWT------\n-----BEGIN USER NKEY SEED-----\nhunter2\n------END USER NKEY SEED------\n")]
    [InlineData("credentials", "hunter2")]
    [InlineData("token", "hunter2\nhunter2")]
    [InlineData("token", "")]
    [InlineData("password", "hunter2")]
    [InlineData("missing", "")]
    public async Task AFileThatIsNoGoodIsToldWithoutWhatIsInIt(string kind, string text)
    {
        await using var server = await TestNatsServer.StartAsync("""authorization { user: "davy", password: "correct" }""", options => options with { AuthOpts = new() { Username = "davy", Password = "correct" } });
        var file = Secret("file", text);
        await using var running = await RunningNats.StartAsync(kind switch
        {
            "credentials" => server.Declared with { CredentialsFile = file },
            "token" => server.Declared with { TokenFile = file },
            "missing" => server.Declared with { TokenFile = _folder.File("missing") },
            _ => server.Declared with { UserFile = file, PasswordFile = file },
        }, KeepAsync);

        await TestNatsServer.UntilAsync(() => Task.FromResult(running.Health.Fault("nats/logs") is not null), "nothing is told");
        Assert.DoesNotContain("hunter2", running.Log + running.Health.Fault("nats/logs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnlyAServerThatTheAuthoritySignedIsSpokenTo()
    {
        using TestAuthority authority = new(), other = new();
        var (certificate, key) = authority.Write(_folder, "localhost");
        var trusted = Secret("ca.pem", authority.Root.ExportCertificatePem());
        var stranger = Secret("other.pem", other.Root.ExportCertificatePem());
        await using var server = await TestNatsServer.StartAsync($$"""tls { cert_file: "{{certificate}}", key_file: "{{key}}" }""", options => options with { TlsOpts = new() { CaFile = trusted } });
        await server.PublishAsync(Texts(5));
        Uri url = new(server.Url.Replace("nats:", "tls:", StringComparison.Ordinal));

        await using (var running = await RunningNats.StartAsync(server.Declared with { Servers = [url], CaFile = stranger }, KeepAsync))
        {
            await running.ToldAsync("certificate");
            Assert.Equal(0, _kept);
        }

        await using var good = await RunningNats.StartAsync(server.Declared with { Servers = [url], CaFile = trusted }, KeepAsync);
        await server.EmptyAsync();
        Assert.Equal(5, _kept);
    }

    [Fact]
    public async Task WithTlsAskedForNothingIsSaidToAServerWithoutIt()
    {
        await using var server = await TestNatsServer.StartAsync();
        await using var running = await RunningNats.StartAsync(server.Declared with { Servers = [new(server.Url.Replace("nats:", "tls:", StringComparison.Ordinal))], TokenFile = Secret("token", "hunter2") }, KeepAsync);

        await running.ToldAsync("connection");
        Assert.DoesNotContain("hunter2", running.Log, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Lossy => new()
    {
        { "deliver", "max deliver must be -1" }, { "ack", "ack policy must be explicit" }, { "push", "must be a pull consumer" }, { "headers", "headers only" },
    };

    [Theory]
    [MemberData(nameof(Lossy))]
    public async Task AConsumerThatWouldLoseMessagesIsNotUsed(string what, string said)
    {
        await using var server = await TestNatsServer.StartAsync();
        await server.AddConsumerAsync(config =>
        {
            if (what == "deliver") config.MaxDeliver = 3;
            if (what == "ack") config.AckPolicy = ConsumerConfigAckPolicy.All;
            if (what == "push") config.DeliverSubject = "elsewhere";
            if (what == "headers") config.HeadersOnly = true;
        });
        await server.PublishAsync(Texts(5));
        await using var running = await RunningNats.StartAsync(server.Declared, KeepAsync);

        await running.ToldAsync(said);
        Assert.Equal(0, _kept);
    }

    [Fact]
    public async Task AStreamThatIsNotThereIsToldAndAConsumerThatIsDeletedIsMadeAgain()
    {
        await using var server = await TestNatsServer.StartAsync();
        await using (var missing = await RunningNats.StartAsync(server.Declared with { Stream = "NONE" }, KeepAsync)) await missing.ToldAsync("404");

        await using var running = await RunningNats.StartAsync(server.Declared, KeepAsync);
        await server.PublishAsync(Texts(5));
        await server.EmptyAsync();
        await server.JetStream.DeleteConsumerAsync(TestNatsServer.Stream, TestNatsServer.Consumer, Cancel);
        await running.ToldAsync("not there any more");

        // From the beginning: what was kept before is kept once all the same, by the watch.
        await TestNatsServer.UntilAsync(() => Task.FromResult(Volatile.Read(ref _kept) == 10), "it does not go on");
        await server.EmptyAsync();
        await running.WellAsync();
    }

    [Fact]
    public async Task WhoeverWritesToOurInboxIsNotListenedTo()
    {
        await using var server = await TestNatsServer.StartAsync();
        ConcurrentDictionary<string, string> kept = new(StringComparer.Ordinal);
        await using var running = await RunningNats.StartAsync(server.Declared, (records, cancel) =>
        {
            foreach (var (json, location) in records) kept[location.Input] = Encoding.UTF8.GetString(json.Span);
            return KeepAsync(records, cancel);
        });
        await using var trap = await server.Client.SubscribeCoreAsync<string>("trap", cancellationToken: Cancel);
        await using var asked = await server.Client.SubscribeCoreAsync<byte[]>("$JS.API.CONSUMER.MSG.NEXT.>", cancellationToken: Cancel);
        var inbox = (await asked.Msgs.ReadAsync(Cancel)).ReplyTo!;
        foreach (var reply in (string[])["trap", "$JS.ACK.LOGS.other.1.1.1.1.0", "$JS.ACK.LOGS.davy.1.x.1.1.0", "$JS.ACK"])
        {
            await server.Client.PublishAsync(inbox, Encoding.UTF8.GetBytes("forged"), replyTo: reply, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: Cancel);
        }

        await server.PublishAsync(Texts(5));
        await server.EmptyAsync();

        // A forged end of the request breaks it off, so that what was under way may come twice.
        Assert.Equal(5, kept.Count);
        Assert.DoesNotContain("forged", kept.Values);
        Assert.False(trap.Msgs.TryRead(out _));
    }
}
