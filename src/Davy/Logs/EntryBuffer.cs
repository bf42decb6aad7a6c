namespace Davy.Logs;

/// <summary>A reused window over the bytes of an input, which grows only for a record that needs it.</summary>
sealed class EntryBuffer(EntryStream stream, int size)
{
    byte[] _bytes = new byte[Math.Max(size, 16)];
    int _start;
    int _end;
    bool _isAtEnd;

    /// <summary>What is in the window, unconsumed.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(_start, _end - _start);

    /// <summary>The offset of the window's first byte in the input.</summary>
    public long Offset { get; private set; }

    /// <summary>The line of the window's first byte, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>A part of the window, for those that keep it until the next read.</summary>
    public ReadOnlyMemory<byte> Memory(int at, int length) => _bytes.AsMemory(_start + at, length);

    /// <summary>Brings more of the input into the window.</summary>
    /// <returns>False at the end of the input.</returns>
    public bool Fill()
    {
        if (_isAtEnd) return false;

        if (_end == _bytes.Length)
        {
            var length = _end - _start;
            var target = length > _bytes.Length / 2 ? new byte[_bytes.Length * 2] : _bytes;
            Span.CopyTo(target);
            (_bytes, _start, _end) = (target, 0, length);
        }

        var read = stream.Read(_bytes.AsSpan(_end));
        _end += read;
        _isAtEnd = read == 0;
        return read > 0;
    }

    /// <summary>Whether a byte is in the window, or can be brought into it.</summary>
    public bool Has(int at)
    {
        while (_end - _start <= at)
        {
            if (!Fill()) return false;
        }

        return true;
    }

    /// <summary>Lets go of the first bytes of the window.</summary>
    public void Consume(int count)
    {
        Line += Span[..count].Count((byte)'\n');
        Offset += count;
        _start += count;

        // A window that grew for one large record gives its memory back.
        if (_start != _end) return;
        (_start, _end) = (0, 0);
        if (_bytes.Length > size * 4) _bytes = new byte[Math.Max(size, 16)];
    }
}
