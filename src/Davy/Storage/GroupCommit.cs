using System.Threading.Channels;

namespace Davy.Storage;

/// <summary>
/// Lets many callers share one transaction, for a durable commit costs the same whether it keeps one thing or a hundred. While one transaction is being committed
/// the next gathers; nobody waits for a clock, and nobody is answered before the commit that holds his own.
/// </summary>
/// <typeparam name="TItem">What is kept.</typeparam>
/// <typeparam name="TResult">What a caller is told of it.</typeparam>
sealed class GroupCommit<TItem, TResult> : IAsyncDisposable
{
    readonly Channel<Waiting> _queue;
    readonly Func<IReadOnlyList<TItem>, CancellationToken, Task<IReadOnlyList<TResult>>> _write;
    readonly int _most;
    readonly Task _loop;

    /// <summary>Starts.</summary>
    /// <param name="write">Keeps items in one transaction and tells of each, in order; it keeps all of them or throws.</param>
    /// <param name="most">How many items one transaction keeps at most.</param>
    /// <param name="writers">How many transactions there are at a time.</param>
    public GroupCommit(Func<IReadOnlyList<TItem>, CancellationToken, Task<IReadOnlyList<TResult>>> write, int most, int writers = 1)
    {
        (_write, _most) = (write, most);
        _queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(most * 8) { SingleReader = writers == 1 });
        _loop = Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(LoopAsync)));
    }

    /// <summary>Keeps an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancel">Gives up waiting; what has begun may still be kept.</param>
    /// <returns>What was told, once it is durable.</returns>
    public async Task<TResult> AddAsync(TItem item, CancellationToken cancel)
    {
        Waiting waiting = new(item, new(TaskCreationOptions.RunContinuationsAsynchronously), cancel);
        await _queue.Writer.WriteAsync(waiting, cancel);
        return await waiting.Told.Task.WaitAsync(cancel);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    async Task LoopAsync()
    {
        List<Waiting> batch = [];
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < _most && _queue.Reader.TryRead(out var waiting))
            {
                if (!waiting.Cancel.IsCancellationRequested) batch.Add(waiting);
            }

            if (batch.Count > 0 && !await KeepAsync(batch))
            {
                // One of them is at fault: each alone, so that it spoils no other's.
                foreach (var waiting in batch) await KeepAsync([waiting]);
            }
        }
    }

    /// <summary>Keeps a batch; false where it failed and each should be tried alone.</summary>
    async Task<bool> KeepAsync(IReadOnlyList<Waiting> batch)
    {
        try
        {
            var told = await _write([.. batch.Select(waiting => waiting.Item)], CancellationToken.None);
            for (var place = 0; place < batch.Count; place++) batch[place].Told.TrySetResult(told[place]);
            return true;
        }
        catch (Exception fault)
        {
            // Whatever it is belongs to the callers; the loop must go on for the others.
            if (batch.Count > 1) return false;
            batch[0].Told.TrySetException(fault);
            return true;
        }
    }

    sealed record Waiting(TItem Item, TaskCompletionSource<TResult> Told, CancellationToken Cancel);
}
