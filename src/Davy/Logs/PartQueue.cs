using System.Collections.Concurrent;

namespace Davy.Logs;

/// <summary>The parts of inputs: readers take them one after the other, and one who puts what they read in order gets the same ones; the readers are never more than a few ahead.</summary>
sealed class PartQueue<T> : IDisposable
    where T : struct
{
    readonly IEnumerator<LogPart<T>> _parts;
    readonly BlockingCollection<LogPart<T>> _inOrder = [];
    readonly SemaphoreSlim _ahead;
    readonly Lock _gate = new();
    readonly CancellationToken _cancel;
    bool _isOver;

    /// <summary>Makes a queue.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="plan">Cuts them into parts.</param>
    /// <param name="ahead">How many parts may be read or wait.</param>
    /// <param name="cancel">Ends the queue.</param>
    public PartQueue(IReadOnlyList<LogInput> inputs, PartPlan plan, int ahead, CancellationToken cancel)
    {
        _parts = inputs.SelectMany(input => plan.PartsOf<T>(input)).GetEnumerator();
        (_ahead, _cancel) = (new(ahead), cancel);
    }

    /// <summary>The next part to be read; null where there is none, or no more is wanted.</summary>
    public LogPart<T>? Next()
    {
        _ahead.Wait(CancellationToken.None);
        lock (_gate)
        {
            if (!_isOver && !_cancel.IsCancellationRequested && _parts.MoveNext())
            {
                _inOrder.Add(_parts.Current, CancellationToken.None);
                return _parts.Current;
            }

            if (!_isOver) _inOrder.CompleteAdding();
            _isOver = true;
        }

        _ahead.Release();
        return null;
    }

    /// <summary>All parts that are read, in order; each is to be released.</summary>
    public IEnumerable<LogPart<T>> InOrder() => _inOrder.GetConsumingEnumerable();

    /// <summary>A part is done with: one more may be read.</summary>
    public void Release() => _ahead.Release();

    /// <summary>Once nobody takes any more.</summary>
    public void Dispose()
    {
        _parts.Dispose();
        _inOrder.Dispose();
        _ahead.Dispose();
    }
}
