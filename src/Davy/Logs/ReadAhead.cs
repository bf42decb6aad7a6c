namespace Davy.Logs;

/// <summary>Reads a stream on a thread of its own, a few buffers ahead: what takes long there, such as decompressing, is then done beside what is done with it.</summary>
sealed class ReadAhead : ForwardStream
{
    const int Buffers = 3;

    readonly Queue<(byte[] Bytes, int Count)> _full = [];
    readonly Queue<byte[]> _empty = [];
    readonly Thread _thread;
    byte[]? _taken;
    int _start;
    int _end;
    bool _isOver;
    Exception? _fault;

    /// <summary>Begins to read.</summary>
    /// <param name="read">Reads on into a buffer; 0 at the end. Called on the other thread alone, until this is disposed.</param>
    /// <param name="bufferBytes">How much is read at a time.</param>
    public ReadAhead(Func<byte[], int> read, int bufferBytes)
    {
        for (var buffer = 0; buffer < Buffers; buffer++) _empty.Enqueue(new byte[bufferBytes]);
        _thread = new(() => Run(read)) { IsBackground = true, Name = "read-ahead" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_start == _end && !Next()) return 0;

        var count = Math.Min(buffer.Length, _end - _start);
        _taken.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_full)
            {
                _isOver = true;
                Monitor.PulseAll(_full);
            }

            _thread.Join();
        }

        base.Dispose(disposing);
    }

    bool Next()
    {
        lock (_full)
        {
            if (_taken is not null) _empty.Enqueue(_taken);
            _taken = null;
            Monitor.PulseAll(_full);
            while (_full.Count == 0 && !_isOver) Monitor.Wait(_full);
            if (_full.TryDequeue(out var full))
            {
                (_taken, _start, _end) = (full.Bytes, 0, full.Count);
                return true;
            }
        }

        return _fault is null ? false : throw new IOException(_fault.Message, _fault);
    }

    void Run(Func<byte[], int> read)
    {
        try
        {
            while (TakeEmpty() is { } buffer)
            {
                var count = read(buffer);
                if (count == 0) break;

                lock (_full)
                {
                    _full.Enqueue((buffer, count));
                    Monitor.PulseAll(_full);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It is thrown on the thread that reads, once it has taken what came before.
            _fault = fault;
        }

        lock (_full)
        {
            _isOver = true;
            Monitor.PulseAll(_full);
        }
    }

    byte[]? TakeEmpty()
    {
        lock (_full)
        {
            while (_empty.Count == 0 && !_isOver) Monitor.Wait(_full);
            return _isOver ? null : _empty.Dequeue();
        }
    }
}
