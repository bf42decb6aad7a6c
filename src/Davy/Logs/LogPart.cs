namespace Davy.Logs;

/// <summary>
/// A stretch of an input that one thread reads. It begins where a record most likely does, which is known for sure only when all before it was read; until then what comes of
/// it waits, and no more than a few batches.
/// </summary>
/// <typeparam name="T">What comes of an entry.</typeparam>
/// <param name="input">The input.</param>
/// <param name="from">The records are read that begin at this offset or behind it; 0 for the beginning.</param>
/// <param name="to">Records from this offset on are left to the next part.</param>
/// <param name="kind">What the records of this input look like; null where it is read whole.</param>
sealed class LogPart<T>(LogInput input, long from, long to, RecordKind? kind)
    where T : struct
{
    const int BatchesAhead = 8;
    const int BatchSize = 256;

    readonly Queue<List<Outcome<T>>> _batches = [];
    List<Outcome<T>> _batch = [];
    bool _isComplete;
    volatile bool _hasBegun;
    volatile bool _isUnwanted;

    /// <summary>The input.</summary>
    public LogInput Input => input;

    /// <summary>The records are read that begin at this offset or behind it; 0 for the beginning.</summary>
    public long From => from;

    /// <summary>Records from this offset on are left to the next part.</summary>
    public long To => to;

    /// <summary>What the records of this input look like; null where it is read whole.</summary>
    public RecordKind? Kind => kind;

    /// <summary>Where it begins; null where no such place was found.</summary>
    public Checkpoint? Began { get; private set; }

    /// <summary>How reading it ended; there is none until it has.</summary>
    public PartEnd End { get; private set; }

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsUnwanted => _isUnwanted;

    /// <summary>Tells where it begins; before anything is added.</summary>
    public void Begin(Checkpoint? checkpoint)
    {
        lock (_batches)
        {
            Began = checkpoint;
            _hasBegun = true;
            Monitor.PulseAll(_batches);
        }
    }

    /// <summary>Adds what came of an entry; waits where too much waits already.</summary>
    public void Add(Outcome<T> outcome)
    {
        _batch.Add(outcome);
        if (_batch.Count < BatchSize) return;

        lock (_batches)
        {
            while (_batches.Count >= BatchesAhead && !_isUnwanted) Monitor.Wait(_batches);
            Put();
        }
    }

    /// <summary>Tells how it ended.</summary>
    public void Complete(PartEnd end)
    {
        lock (_batches)
        {
            Put();
            (End, _isComplete) = (end, true);
        }
    }

    /// <summary>Waits until it has begun.</summary>
    public void WaitForBegin()
    {
        lock (_batches)
        {
            while (!_hasBegun) Monitor.Wait(_batches);
        }
    }

    /// <summary>All that comes of it, as it comes.</summary>
    public IEnumerable<Outcome<T>> Outcomes()
    {
        while (Take() is { } batch)
        {
            foreach (var outcome in batch) yield return outcome;
        }
    }

    /// <summary>Throws away what comes of it.</summary>
    public void Discard()
    {
        lock (_batches)
        {
            _isUnwanted = true;
            _batches.Clear();
            Monitor.PulseAll(_batches);
        }
    }

    void Put()
    {
        if (!_isUnwanted) _batches.Enqueue(_batch);
        _batch = new(_batch.Count);
        Monitor.PulseAll(_batches);
    }

    List<Outcome<T>>? Take()
    {
        lock (_batches)
        {
            while (_batches.Count == 0 && !_isComplete) Monitor.Wait(_batches);
            Monitor.PulseAll(_batches);
            return _batches.TryDequeue(out var batch) ? batch : null;
        }
    }
}

/// <summary>What came of an entry, or why it could not be read.</summary>
readonly record struct Outcome<T>(T? Value, RejectedEntry? Rejected)
    where T : struct;

/// <summary>How reading a part ended.</summary>
/// <param name="Stopped">Where the next record begins that was left to others; null at the end of the input, or where reading failed or was ended.</param>
/// <param name="Dismissed">How many records were put aside on their raw bytes.</param>
/// <param name="Bytes">How many bytes were taken from the input.</param>
/// <param name="Failure">Why the input could not be read, for a person; null where it could.</param>
/// <param name="Fault">What is wrong with this program; null where nothing is.</param>
readonly record struct PartEnd(Checkpoint? Stopped, long Dismissed, long Bytes, string? Failure, Exception? Fault);
