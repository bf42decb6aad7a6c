using System.Globalization;
using System.Text.Json.Nodes;
using Davy.Server.Ingest.Nats;
using Davy.Tests.EndToEnd;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Davy.Tests.Ingest.Nats;

/// <summary>A nats-server of one test, with a folder of its own; skips the test where there is none: DAVY_TEST_NATS names it, else the PATH.</summary>
sealed class TestNatsServer : IAsyncDisposable
{
    public const string Stream = "LOGS";
    public const string Consumer = "davy";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

#pragma warning disable RS0030 // The tests have no Program that could pass it on.
    static readonly string? Binary = Environment.GetEnvironmentVariable("DAVY_TEST_NATS") is { Length: > 0 } named
        ? named
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "nats-server")).FirstOrDefault(File.Exists);
#pragma warning restore RS0030

    readonly TemporaryFolder _folder = new();
    string _more;
    string _port = "-1";
    BuiltProgram _program = null!;
    NatsConnection _client = null!;

    TestNatsServer(string more) => _more = more;

    /// <summary>Where it listens.</summary>
    public string Url => $"nats://127.0.0.1:{_port}";

    public NatsConnection Client => _client;

    public NatsJSContext JetStream => new(_client);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts one, with the stream LOGS.</summary>
    /// <param name="more">More of its configuration.</param>
    /// <param name="with">What the test's own client is told beside.</param>
    public static async Task<TestNatsServer> StartAsync(string more = "", Func<NatsOpts, NatsOpts>? with = null)
    {
        Assert.SkipWhen(Binary is null, "needs nats-server on the PATH, or named by DAVY_TEST_NATS");
        TestNatsServer server = new(more);
        await server.RunAsync();
        NatsOpts options = new() { Url = server.Url, ReconnectWaitMin = TimeSpan.FromMilliseconds(100), RequestTimeout = TimeSpan.FromSeconds(20), CommandTimeout = TimeSpan.FromSeconds(20), ConnectTimeout = TimeSpan.FromSeconds(20) };
        server._client = new(with?.Invoke(options) ?? options);
        await server.JetStream.CreateStreamAsync(new(Stream, ["logs.>"]), Cancel);
        return server;
    }

    /// <summary>A source of this server.</summary>
    public NatsDeclaration Declared => new("logs") { Servers = [new(Url)], Stream = Stream, Consumer = Consumer };

    /// <summary>Makes the consumer, with a short patience.</summary>
    public async Task AddConsumerAsync(Action<ConsumerConfig>? with = null, string name = Consumer)
    {
        ConsumerConfig config = new(name) { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = TimeSpan.FromSeconds(2), MaxDeliver = -1, MaxAckPending = 5_000 };
        with?.Invoke(config);
        await JetStream.CreateConsumerAsync(Stream, config, Cancel);
    }

    /// <summary>Publishes messages, in order, and waits until the stream has them.</summary>
    public async Task PublishAsync(IEnumerable<byte[]> messages)
    {
        var before = (await JetStream.GetStreamAsync(Stream, cancellationToken: Cancel)).Info.State.Messages;
        var count = before;
        foreach (var message in messages)
        {
            await _client.PublishAsync("logs.cloud", message, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: Cancel);
            count++;
        }

        await UntilAsync(async () => (await JetStream.GetStreamAsync(Stream, cancellationToken: Cancel)).Info.State.Messages == count, "the stream does not get all");
    }

    /// <summary>How the consumer stands, once it is there.</summary>
    public async Task<ConsumerInfo> InfoAsync(string name = Consumer)
    {
        ConsumerInfo? info = null;
        await UntilAsync(async () => (info = await FindAsync(name)) is not null, $"the consumer {name} is not made");
        return info!;
    }

    /// <summary>How many messages are not acknowledged yet.</summary>
    public async Task<long> LeftAsync(string name = Consumer)
    {
        var info = await InfoAsync(name);
        return (long)info.NumPending + info.NumAckPending;
    }

    /// <summary>Waits until everything is acknowledged.</summary>
    public async Task EmptyAsync(string name = Consumer)
    {
        var left = 0L;
        await UntilAsync(async () => (left = await LeftAsync(name)) == 0, () => $"{left} are not acknowledged");
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public void Kill() => _program.Dispose();

    /// <summary>Starts it again, at the same place with the same store.</summary>
    /// <param name="more">More of its configuration; as before where nothing is given.</param>
    public Task RestartAsync(string? more = null)
    {
        _more = more ?? _more;
        return RunAsync();
    }

    /// <summary>Stops it where it stands; what it has open stays open.</summary>
    public void Pause() => Signal("STOP");

    public void Continue() => Signal("CONT");

    /// <summary>Waits until something holds.</summary>
    public static Task UntilAsync(Func<Task<bool>> holds, string otherwise) => UntilAsync(holds, () => otherwise);

    /// <summary>Waits until something holds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, Func<string> otherwise)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, otherwise());
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.DisposeAsync();
        _program.Dispose();
        _folder.Dispose();
    }

    async Task RunAsync()
    {
        await File.WriteAllTextAsync(_folder.File("nats.conf"), $$"""
            listen: "127.0.0.1:{{_port}}"
            ports_file_dir: "{{_folder.Path}}"
            jetstream { store_dir: "{{_folder.File("store")}}" }
            {{_more}}
            """, Cancel);
        _program = BuiltProgram.Start(Binary!, ["-c", _folder.File("nats.conf")]);
        var ports = _folder.File($"{Path.GetFileName(Binary)}_{_program.Id.ToString(CultureInfo.InvariantCulture)}.ports");
        await UntilAsync(() => Task.FromResult(File.Exists(ports) && Port(File.ReadAllText(ports)) is not null), "nats-server does not start");
        _port = Port(await File.ReadAllTextAsync(ports, Cancel))!;
    }

    async Task<ConsumerInfo?> FindAsync(string name)
    {
        try
        {
            return (await JetStream.GetConsumerAsync(Stream, name, Cancel)).Info;
        }
        catch (NatsJSApiException fault) when (fault.Error.Code == 404)
        {
            return null;
        }
    }

    static string? Port(string file)
    {
        try
        {
            return new Uri((string)JsonNode.Parse(file)!["nats"]![0]!).Port.ToString(CultureInfo.InvariantCulture);
        }
        catch (System.Text.Json.JsonException)
        {
            // It is being written.
            return null;
        }
    }

    void Signal(string signal)
    {
        using var kill = BuiltProgram.Start("kill", [$"-{signal}", _program.Id.ToString(CultureInfo.InvariantCulture)]);
        Assert.Equal(0, kill.End().Code);
    }
}
