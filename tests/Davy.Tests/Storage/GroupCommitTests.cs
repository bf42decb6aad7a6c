using Davy.Storage;

namespace Davy.Tests.Storage;

public sealed class GroupCommitTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatComesWhileACommitLastsSharesTheNext()
    {
        using SemaphoreSlim gate = new(0);
        List<int> sizes = [];
        await using GroupCommit<int, int> group = new(async (items, cancel) =>
        {
            sizes.Add(items.Count);
            await gate.WaitAsync(cancel);
            return [.. items.Select(item => item * 10)];
        }, most: 100);

        var first = group.AddAsync(1, Cancel);
        while (sizes.Count == 0) await Task.Yield();
        var others = Enumerable.Range(2, 150).Select(item => group.AddAsync(item, Cancel)).ToList();
        gate.Release(10);

        Assert.Equal(10, await first);
        Assert.Equal(Enumerable.Range(2, 150).Select(item => item * 10), await Task.WhenAll(others));
        Assert.Equal([1, 100, 50], sizes);
    }

    [Fact]
    public async Task NobodyIsAnsweredBeforeTheCommit()
    {
        using SemaphoreSlim gate = new(0);
        await using GroupCommit<int, int> group = new(async (items, cancel) =>
        {
            await gate.WaitAsync(cancel);
            return items;
        }, most: 100);

        var waiting = group.AddAsync(1, Cancel);
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);

        Assert.False(waiting.IsCompleted);
        gate.Release();
        Assert.Equal(1, await waiting);
    }

    [Fact]
    public async Task OneAtFaultSpoilsNoOthers()
    {
        using SemaphoreSlim gate = new(0);
        var started = false;
        await using GroupCommit<int, int> group = new(async (items, cancel) =>
        {
            if (!started)
            {
                started = true;
                await gate.WaitAsync(cancel);
            }

            return items.Contains(13) ? throw new InvalidOperationException("13") : items;
        }, most: 100);

        var first = group.AddAsync(1, Cancel);
        while (!started) await Task.Yield();
        var others = Enumerable.Range(10, 10).Select(item => group.AddAsync(item, Cancel)).ToList();
        gate.Release();
        await first;

        foreach (var (item, task) in Enumerable.Range(10, 10).Zip(others))
        {
            if (item == 13) await Assert.ThrowsAsync<InvalidOperationException>(() => task);
            else Assert.Equal(item, await task);
        }
    }

    [Fact]
    public async Task TwoWritersCommitAtATime()
    {
        using SemaphoreSlim gate = new(0);
        var begun = 0;
        await using GroupCommit<int, int> group = new(async (items, cancel) =>
        {
            Interlocked.Increment(ref begun);
            await gate.WaitAsync(cancel);
            return items;
        }, most: 1, writers: 2);

        var waiting = Enumerable.Range(1, 3).Select(item => group.AddAsync(item, Cancel)).ToList();
        while (Volatile.Read(ref begun) < 2) await Task.Yield();

        Assert.DoesNotContain(waiting, task => task.IsCompleted);
        gate.Release(3);
        int[] kept = await Task.WhenAll(waiting);
        Assert.Equal([1, 2, 3], kept);
    }
}
