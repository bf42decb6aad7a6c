namespace Davy.Logs;

/// <summary>The bytes of an input as they are, counted; the first of them can be seen before they are taken.</summary>
sealed class RawInput(Stream inner) : ForwardStream
{
    byte[] _ahead = [];

    /// <summary>How many bytes were taken from the input.</summary>
    public long Taken { get; private set; }

    /// <summary>How often the end was met.</summary>
    public int EndsMet { get; private set; }

    /// <summary>The first bytes, fewer only where the input has fewer.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        if (_ahead.Length >= count) return _ahead.AsSpan(0, count);

        var head = new byte[count];
        _ahead.CopyTo(head, 0);
        var length = inner.ReadAtLeast(head.AsSpan(_ahead.Length), count - _ahead.Length, throwOnEndOfStream: false);
        Taken += length;
        return _ahead = head[..(_ahead.Length + length)];
    }

    /// <summary>Gives bytes out, which the input need not have had, before what is left of it.</summary>
    public void PutAhead(params byte[] bytes) => _ahead = bytes;

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
    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
