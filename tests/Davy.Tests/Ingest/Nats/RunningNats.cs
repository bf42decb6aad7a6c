using System.Collections.Concurrent;
using Davy.Logs;
using Davy.Server.Ingest;
using Davy.Server.Ingest.Nats;
using Microsoft.Extensions.Logging;

namespace Davy.Tests.Ingest.Nats;

/// <summary>A source of NATS that runs as davyd runs it, with a watch of the test's.</summary>
sealed class RunningNats : IAsyncDisposable
{
    readonly SourceRunner _runner;
    readonly Told _told = new();

    RunningNats(NatsDeclaration declared, Func<IReadOnlyList<(ReadOnlyMemory<byte> Json, EntryLocation Location)>, CancellationToken, Task> observe)
    {
        Health = new(new SourceHealth(TimeProvider.System), _told);
        _runner = new([new Declared(new NatsSource(declared, observe, Health, TimeProvider.System))], Health, new NoServices(), TimeProvider.System);
    }

    public SourceFaults Health { get; }

    /// <summary>All that was logged, exceptions and all.</summary>
    public string Log => string.Join('\n', _told.Lines);

    public static async Task<RunningNats> StartAsync(NatsDeclaration declared, Func<IReadOnlyList<(ReadOnlyMemory<byte> Json, EntryLocation Location)>, CancellationToken, Task> observe)
    {
        RunningNats running = new(declared, observe);
        await running._runner.StartAsync(TestContext.Current.CancellationToken);
        return running;
    }

    /// <summary>Has it stop, as davyd does when it is told to end.</summary>
    public Task StopAsync() => _runner.StopAsync(CancellationToken.None);

    /// <summary>Waits until a fault is told that says this.</summary>
    public Task ToldAsync(string words) => TestNatsServer.UntilAsync(() => Task.FromResult(Health.Fault("nats/logs")?.Contains(words, StringComparison.Ordinal) == true), () => $"'{words}' is not told, but: {Health.Fault("nats/logs")}");

    /// <summary>Waits until all is well.</summary>
    public Task WellAsync() => TestNatsServer.UntilAsync(() => Task.FromResult(Health.Fault("nats/logs") is null), () => $"it is not well: {Health.Fault("nats/logs")}");

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _runner.Dispose();
    }

    sealed record Declared(NatsSource Source) : SourceDeclaration(Source.Name, "nats")
    {
        public override ILogSource Open(IServiceProvider services) => Source;
    }

    sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }

    sealed class Told : ILogger<SourceFaults>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
