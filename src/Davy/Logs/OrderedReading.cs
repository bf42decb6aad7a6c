namespace Davy.Logs;

/// <summary>
/// Reads inputs on several threads, and hands on what comes of their entries in the order of the inputs, as one thread would. Large files are read in parts. A part begins where
/// a record most likely does; where it turns out that none does, it is read again from where the part before it ended, so that the result never depends on the threads.
/// </summary>
/// <typeparam name="T">What comes of an entry.</typeparam>
/// <param name="limits">What a record may be.</param>
sealed class OrderedReading<T>(ReadLimits limits)
    where T : struct
{
    const int PartsAhead = 2;

    readonly List<string> _failures = [];
    long _progress;

    /// <summary>How many threads read.</summary>
    public required int Threads { get; init; }

    /// <summary>Whether records are put aside that cannot concern Cloud Run.</summary>
    public required bool IsFiltering { get; init; }

    /// <summary>Cuts the inputs into parts.</summary>
    public PartPlan Plan { get; init; } = new(limits, PartPlan.UsualBytes);

    /// <summary>Looks at an entry; called on any thread. Its lines may be counted from <see cref="Checkpoint.UnknownLine"/>.</summary>
    public required Func<ReadOnlyMemory<byte>, EntryLocation, T?> Examine { get; init; }

    /// <summary>Takes what came of an entry, in order, and the line that <see cref="Checkpoint.UnknownLine"/> was.</summary>
    public required Action<LogInput, T, long> Take { get; init; }

    /// <summary>Takes an entry that could not be read, in order.</summary>
    public Action<RejectedEntry> Reject { get; init; } = _ => { };

    /// <summary>How many bytes were read so far; may be asked from another thread.</summary>
    public long Progress => Interlocked.Read(ref _progress);

    /// <summary>How many bytes were taken from the inputs, before decompression.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many records were put aside.</summary>
    public long Dismissed { get; private set; }

    /// <summary>How many inputs were read, or tried.</summary>
    public int Inputs { get; private set; }

    /// <summary>What could not be read, and why.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Reads.</summary>
    /// <param name="inputs">The inputs, in order.</param>
    /// <param name="cancel">Ends it early; what was taken until then is a beginning of each input.</param>
    public void Run(IReadOnlyList<LogInput> inputs, CancellationToken cancel)
    {
        if (Threads > 1 && (inputs.Count > 1 || inputs.Any(Plan.IsLong))) RunOnThreads(inputs, cancel);
        else foreach (var input in inputs) RunHere(input, cancel);
    }

    void RunHere(LogInput input, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested) return;

        Inputs++;
        Continue(new(input, 0, long.MaxValue, null), Checkpoint.Beginning, cancel);
    }

    void RunOnThreads(IReadOnlyList<LogInput> inputs, CancellationToken cancel)
    {
        PartQueue<T> queue = new(inputs, Plan, Threads * PartsAhead, cancel);
        var threads = new Thread[Threads];
        for (var each = 0; each < threads.Length; each++)
        {
            threads[each] = new(() =>
            {
                while (queue.Next() is { } part) Read(part, cancel);
            })
            { IsBackground = true, Name = "reader" };
            threads[each].Start();
        }

        Checkpoint? here = null;
        foreach (var part in queue.InOrder())
        {
            if (part.From == 0)
            {
                here = Checkpoint.Beginning;
                Inputs++;
            }

            part.WaitForBegin();
            if (here is { } begin && begin.At < part.To) here = part.Began?.IsLike(begin) is true ? Accept(part, begin) : Repeat(part, begin, cancel);
            else part.Discard();

            queue.Release();
        }

        foreach (var thread in threads) thread.Join();
        queue.Dispose();
    }

    Checkpoint? Accept(LogPart<T> part, Checkpoint begin)
    {
        foreach (var outcome in part.Outcomes()) Deliver(part.Input, outcome, begin.Line);
        return Count(part, begin, part.End);
    }

    /// <summary>The part was begun at the wrong place: it is read here, from the right one.</summary>
    Checkpoint? Repeat(LogPart<T> part, Checkpoint begin, CancellationToken cancel)
    {
        part.Discard();
        return Continue(new(part.Input, begin.At, part.To, null), begin, cancel);
    }

    Checkpoint? Continue(LogPart<T> part, Checkpoint begin, CancellationToken cancel) =>
        Count(part, begin, Read(part, begin, outcome => Deliver(part.Input, outcome, begin.Line), cancel));

    void Deliver(LogInput input, Outcome<T> outcome, long firstLine)
    {
        if (outcome.Rejected is { } rejected) Reject(rejected with { Location = rejected.Location.WithLines(firstLine) });
        else Take(input, outcome.Value!.Value, firstLine);
    }

    Checkpoint? Count(LogPart<T> part, Checkpoint begin, PartEnd end)
    {
        if (end.Fault is { } fault) throw new InvalidOperationException($"Reading {part.Input.Name} failed.", fault);

        var stopped = end.Stopped?.WithLines(begin.Line);
        Dismissed += end.Dismissed;
        Bytes += stopped is { } next ? next.At - begin.At : end.Bytes;
        if (end.Failure is { } failure && !_failures.Contains(failure)) _failures.Add(failure);
        return stopped;
    }

    void Read(LogPart<T> part, CancellationToken cancel)
    {
        var begin = part.From == 0 ? Checkpoint.Beginning : (Checkpoint?)null;
        PartEnd end = default;
        try
        {
            if (part.From > 0 && !part.IsUnwanted)
            {
                using var stream = part.Input.Open();
                begin = part.Kind!.Find(stream, part.From, part.To);
            }

            part.Begin(begin);
            if (begin is { } known) end = Read(part, known, part.Add, cancel);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The part is read again by whoever waits for it, and told.
            part.Begin(null);
        }

        part.Complete(end);
    }

    PartEnd Read(LogPart<T> part, Checkpoint begin, Action<Outcome<T>> deliver, CancellationToken cancel)
    {
        PartEnd end = default;
        LogReader? reader = null;
        try
        {
            using var stream = part.Input.Open();
            if (begin.At > 0) stream.Position = begin.At;
            using (reader = new(stream, part.Input.Name, limits, IsFiltering, begin, part.To, isReadingAhead: Threads > 1))
            {
                ReadAll(part, reader, deliver, cancel);
                if (!cancel.IsCancellationRequested) end = end with { Stopped = reader.Stopped };
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            end = end with { Failure = $"{part.Input.Name}: {fault.Message}" };
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // It is thrown again on the thread that waits for the part.
            end = end with { Fault = fault };
        }

        // An input that fails on the way has been read so far, and what was read adds up.
        return reader is null ? end : end with { Dismissed = reader.Dismissed, Bytes = reader.BytesRead };
    }

    void ReadAll(LogPart<T> part, LogReader reader, Action<Outcome<T>> deliver, CancellationToken cancel)
    {
        long read = 0;
        while (!cancel.IsCancellationRequested && !part.IsUnwanted && reader.Read())
        {
            Interlocked.Add(ref _progress, reader.BytesRead - read);
            read = reader.BytesRead;

            if (reader.Rejected is { } rejected) deliver(new(default, rejected));
            else Unwrap(reader.Entry, reader.Location, deliver);
        }

        Interlocked.Add(ref _progress, reader.BytesRead - read);
    }

    void Unwrap(ReadOnlyMemory<byte> record, EntryLocation location, Action<Outcome<T>> deliver)
    {
        foreach (var entry in Envelopes.Unwrap(record, limits))
        {
            if (entry.Rejected is { } fault) deliver(new(default, new(location, fault.Reason, fault.Message)));
            else if (Examine(entry.Json, location) is { } outcome) deliver(new(outcome, null));
        }
    }
}
