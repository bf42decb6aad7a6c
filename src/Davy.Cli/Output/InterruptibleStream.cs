using Davy.Logs;

namespace Davy.Cli.Output;

/// <summary>A stream that ends when the user interrupts: reading from a pipe blocks, and nothing else can wake it.</summary>
/// <param name="inner">The stream to read from.</param>
/// <param name="cancel">Ends it.</param>
sealed class InterruptibleStream(Stream inner, CancellationToken cancel) : ForwardStream
{
    readonly byte[] _buffer = new byte[256 * 1024];
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

    bool Fill()
    {
        if (cancel.IsCancellationRequested) return false;

        _pending ??= Task.Run(() => inner.Read(_buffer, 0, _buffer.Length), CancellationToken.None);
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
