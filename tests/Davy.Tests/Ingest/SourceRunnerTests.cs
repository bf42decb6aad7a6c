using Davy.Server.Hosting;
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
        HealthNotes notes = new();
        SourceHealth health = new(notes, NullLogger<SourceHealth>.Instance);
        TaskCompletionSource again = new(TaskCreationOptions.RunContinuationsAsynchronously), other = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Declared bad = new("bad", async (run, cancel) =>
        {
            if (run < 3) throw new IOException("\u001b[31mhostile");
            health.Recovered("bad");
            again.SetResult();
            await Task.Delay(Timeout.Infinite, cancel);
        });
        Declared good = new("good", async (_, cancel) =>
        {
            other.SetResult();
            await Task.Delay(Timeout.Infinite, cancel);
        });
        using SourceRunner runner = new([bad, good], health, new NoServices(), clock);
        await runner.StartAsync(TestContext.Current.CancellationToken);

        await other.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.True(await PolledAsync(() => notes.All.Count == 1));
        Assert.Equal("The source bad cannot be read.", Assert.Single(notes.All));
        Assert.NotNull(health.Fault("bad"));

        Assert.True(await PolledAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return again.Task.IsCompleted;
        }));
        Assert.Empty(notes.All);
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
