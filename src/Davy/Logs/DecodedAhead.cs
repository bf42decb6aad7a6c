namespace Davy.Logs;

/// <summary>The text of an input that is decompressed on a thread of its own while what came before is looked through.</summary>
sealed class DecodedAhead : DecodedInput
{
    /// <summary>How much is handed over at a time: each time costs as much as decompressing a few kilobytes.</summary>
    const int BufferBytes = 4 * ChunkBytes;

    readonly DecodedInput _inner;
    readonly ReadAhead _ahead;
    bool _isOver;

    /// <summary>Begins.</summary>
    /// <param name="inner">Decompresses; disposed with this.</param>
    /// <param name="raw">What it reads.</param>
    /// <param name="limits">Its limits.</param>
    public DecodedAhead(DecodedInput inner, RawInput raw, ReadLimits limits)
        : base(raw, limits)
    {
        _inner = inner;
        _ahead = new(Fill, BufferBytes);
    }

    /// <summary>Told once all that came before was read.</summary>
    public override string? Damage => _isOver ? _inner.Damage : null;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = _ahead.Read(buffer);
        _isOver = count == 0;
        return count;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ahead.Dispose();
        _inner.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override int Decode(Span<byte> buffer) => Read(buffer);

    int Fill(byte[] buffer)
    {
        var filled = 0;
        for (int count; filled < buffer.Length && (count = _inner.Read(buffer.AsSpan(filled))) > 0;) filled += count;
        return filled;
    }
}
