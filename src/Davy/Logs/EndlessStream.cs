namespace Davy.Logs;

/// <summary>A stream that may have no end, as <c>/dev/zero</c> has none: beyond a number of bytes it fails.</summary>
sealed class EndlessStream(Stream inner, long most) : ForwardStream
{
    long _taken;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        _taken += count;
        return _taken <= most ? count : throw new IOException($"it says that it is empty, but gives more than {most} bytes; reading stopped there, for a device has no end");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
