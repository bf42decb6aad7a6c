namespace Davy.Logs;

/// <summary>The bytes of an input as they are, counted; the first of them can be seen before they are taken.</summary>
sealed class RawInput(Stream inner) : Stream
{
    byte[] _ahead = [];

    /// <summary>How many bytes were taken from the input.</summary>
    public long Taken { get; private set; }

    /// <summary>How often the end was met.</summary>
    public int EndsMet { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The first bytes, fewer only where the input has fewer.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        var head = new byte[count];
        var length = inner.ReadAtLeast(head, count, throwOnEndOfStream: false);
        Taken += length;
        return _ahead = head[..length];
    }

    /// <summary>Gives bytes out, which the input need not have had, before what is left of it.</summary>
    public void PutAhead(params byte[] bytes) => _ahead = bytes;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int count;
        if (_ahead.Length > 0)
        {
            count = Math.Min(buffer.Length, _ahead.Length);
            _ahead.AsSpan(0, count).CopyTo(buffer);
            _ahead = _ahead[count..];
            return count;
        }

        count = inner.Read(buffer);
        Taken += count;
        if (count == 0) EndsMet++;
        return count;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
