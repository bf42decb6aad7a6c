using Davy.Server.Ingest;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Ingest;

/// <summary>Sources run side by side; one that fails is told, run again, and holds up no other.</summary>
public sealed class SourceRunnerTests
{
    sealed record Declared(string Name, Func<int, CancellationToken, Task> Run) : SourceDeclaration(Name, "test")
    {
        public int Runs { get; private set; }

        public override ILogSource Open(IServiceProvider services) => new Source(this);

        sealed class Source(Declared declared) : ILogSource
        {
            public string Name => declared.Name;

            public Task RunAsync(CancellationToken cancel) => declared.Run(declared.Runs++, cancel);
        }
    }

    [Fact]
    public async Task AFailedSourceIsToldAndRunAgainWhileOthersGoOn()
    {
        FakeTimeProvider clock = new();
        SourceHealth health = new(clock);
        SourceFaults faults = new(health, NullLogger<SourceFaults>.Instance);
        TaskCompletionSource again = new(TaskCreationOptions.RunContinuationsAsynchronously), other = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Declared bad = new("bad", async (run, cancel) =>
        {
            if (run < 3) throw new IOException("\u001b[31mhostile");
            faults.Recovered("bad");
            again.SetResult();
            await Task.Delay(Timeout.Infinite, cancel);
        });
        Declared good = new("good", async (_, cancel) =>
        {
            other.SetResult();
            await Task.Delay(Timeout.Infinite, cancel);
        });
        using SourceRunner runner = new([bad, good], faults, new NoServices(), clock);
        await runner.StartAsync(TestContext.Current.CancellationToken);

        await other.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.True(await PolledAsync(() => health.Faults.ContainsKey("bad")));
        Assert.DoesNotContain('\u001b', health.Faults["bad"].Reason);

        Assert.True(await PolledAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return again.Task.IsCompleted;
        }));
        Assert.False(health.Faults["bad"].IsPresent);
        Assert.Equal(4, bad.Runs);
        Assert.Equal(1, good.Runs);
        await runner.StopAsync(TestContext.Current.CancellationToken);
    }

    sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }

    static async Task<bool> PolledAsync(Func<bool> holds)
    {
        for (var tries = 0; tries < 3_000; tries++)
        {
            if (holds()) return true;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        return false;
    }
}
