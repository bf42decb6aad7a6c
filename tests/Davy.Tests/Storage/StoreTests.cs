using Davy.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Storage;

/// <summary>A store's tests, which run on both databases: each test has a database of its own.</summary>
public abstract class StoreTests(DatabaseKind kind) : IAsyncLifetime
{
    TestDatabase? _made;

    /// <summary>The time of the tests.</summary>
    protected FakeTimeProvider Time { get; } = new(new(2026, 1, 10, 10, 0, 0, TimeSpan.Zero));

    protected TestDatabase Made => _made!;

    protected Database Database => Made.Database;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _made = await TestDatabase.MigratedAsync(kind, Cancel);
        await BeginAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        if (_made is not null) await _made.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>What stands ready before each test.</summary>
    protected virtual Task BeginAsync() => Task.CompletedTask;

    /// <summary>What is put away after each test.</summary>
    protected virtual Task EndAsync() => Task.CompletedTask;
}
