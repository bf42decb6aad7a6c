using Davy.Logs;

namespace Davy.Cli.Output;

/// <summary>A stream that ends when the user interrupts: to open a pipe blocks, and to read from it, and nothing else can wake it.</summary>
/// <param name="open">Opens the stream to read from; called with the first read.</param>
/// <param name="cancel">Ends it.</param>
sealed class InterruptibleStream(Func<Stream> open, CancellationToken cancel) : ForwardStream
{
    readonly byte[] _buffer = new byte[256 * 1024];
    Stream? _inner;
    Task<int>? _pending;
    int _start;
    int _length;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_length == 0 && !Fill()) return 0;

        var taken = Math.Min(buffer.Length, _length);
        _buffer.AsSpan(_start, taken).CopyTo(buffer);
        _start += taken;
        _length -= taken;
        return taken;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // One that still blocks goes with the process.
        if (disposing && _pending is null) _inner?.Dispose();
        base.Dispose(disposing);
    }

    bool Fill()
    {
        if (cancel.IsCancellationRequested) return false;

        _pending ??= Task.Run(() => (_inner ??= open()).Read(_buffer, 0, _buffer.Length), CancellationToken.None);
        try
        {
            Task.WaitAny([_pending], cancel);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        (_start, _length) = (0, _pending.GetAwaiter().GetResult());
        _pending = null;
        return _length > 0;
    }
}
