using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Davy.Logs;

namespace Davy.Inspection;

/// <summary>Reads a stream on a thread of its own, a few pieces ahead of who takes them.</summary>
sealed class ReadAheadStream : ForwardStream
{
    /// <summary>As much as the reader of archives takes at once: to hand over a piece costs as much as to inflate some kilobytes.</summary>
    const int PieceBytes = 256 << 10;

    const int PiecesAhead = 4;

    readonly BlockingCollection<(byte[] Piece, int Count)> _full = new(PiecesAhead);
    readonly ConcurrentBag<byte[]> _free = [];
    readonly CancellationTokenSource _stop;
    readonly Thread _thread;
    Exception? _fault;
    byte[] _piece = [];
    int _at;
    int _count;
    bool _isEnd;

    /// <summary>Begins to read.</summary>
    /// <param name="inner">The stream.</param>
    /// <param name="cancel">Ends the reading.</param>
    public ReadAheadStream(Stream inner, CancellationToken cancel)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _thread = new(() => Fill(inner)) { IsBackground = true, Name = "layer" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_at == _count)
        {
            if (_isEnd || buffer.IsEmpty) return 0;
            if (_piece.Length > 0) _free.Add(_piece);
            if (!_full.TryTake(out var next, Timeout.Infinite, _stop.Token))
            {
                (_isEnd, _piece, _at, _count) = (true, [], 0, 0);
                if (_fault is not null) ExceptionDispatchInfo.Throw(_fault);
                return 0;
            }

            (_piece, _count) = next;
            _at = 0;
        }

        var count = Math.Min(buffer.Length, _count - _at);
        _piece.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    /// <summary>Waits for the thread, which has met the end.</summary>
    public void Join() => _thread.Join();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Cancel();
            _thread.Join();
            _full.Dispose();
            _stop.Dispose();
        }

        base.Dispose(disposing);
    }

    void Fill(Stream inner)
    {
        try
        {
            while (true)
            {
                var piece = _free.TryTake(out var free) ? free : new byte[PieceBytes];
                var count = inner.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false);
                if (count == 0) break;
                _full.Add((piece, count), _stop.Token);
            }
        }
        catch (Exception fault)
        {
            // Whatever it is, it belongs to who reads.
            _fault = fault;
        }
        finally
        {
            _full.CompleteAdding();
        }
    }
}
