namespace Davy.Logs;

/// <summary>A reused window over the text of an input, which grows only for a record that needs it. Places in the text are offsets from its beginning.</summary>
/// <param name="input">The text.</param>
/// <param name="size">The usual size of the window, in bytes.</param>
/// <param name="most">The largest size.</param>
sealed class TextWindow(DecodedInput input, int size, int most)
{
    byte[] _bytes = new byte[size];
    long _start;
    int _count;

    /// <summary>The offset behind the last byte in the window.</summary>
    public long End => _start + _count;

    /// <summary>Whether the window reaches the end of the text.</summary>
    public bool IsLast { get; private set; }

    /// <summary>Why the text ends before its input does; null where it does not, or is not known to.</summary>
    public string? Damage => input.Damage;

    /// <summary>What is in the window from an offset on.</summary>
    public ReadOnlySpan<byte> From(long offset) => _bytes.AsSpan((int)(offset - _start), (int)(End - offset));

    /// <summary>What is between two offsets in the window; valid until it moves.</summary>
    public ReadOnlyMemory<byte> Between(long from, long to) => _bytes.AsMemory((int)(from - _start), (int)(to - from));

    /// <summary>Brings more of the text into the window.</summary>
    /// <param name="keep">The offset of the first byte that is still needed.</param>
    /// <returns>False at the end of the text.</returns>
    /// <exception cref="IOException">The input cannot be read.</exception>
    public bool Fill(long keep)
    {
        if (IsLast) return false;
        if (_count == _bytes.Length) MakeRoom(keep);

        var count = input.Read(_bytes.AsSpan(_count));
        _count += count;
        IsLast = count == 0;
        return !IsLast;
    }

    void MakeRoom(long keep)
    {
        var kept = From(keep);
        var target = kept.Length > _bytes.Length / 2 && _bytes.Length < most ? new byte[Math.Min(_bytes.Length * 2L, most)]
            : kept.Length <= size / 2 && _bytes.Length > size ? new byte[size]
            : _bytes;
        kept.CopyTo(target);
        (_bytes, _count, _start) = (target, kept.Length, keep);
    }
}
