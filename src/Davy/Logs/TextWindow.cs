using System.Buffers;

namespace Davy.Logs;

/// <summary>A reused window over the text of an input, which grows only for a record that needs it. Places in the text are offsets from its beginning.</summary>
/// <param name="input">The text.</param>
/// <param name="size">The usual size of the window, in bytes.</param>
/// <param name="most">The largest size.</param>
/// <param name="begin">The offset at which the input begins.</param>
/// <param name="stopAt">The offset behind which little is needed.</param>
sealed class TextWindow(DecodedInput input, int size, int most, long begin = 0, long stopAt = long.MaxValue) : IDisposable
{
    /// <summary>How much is read at a time behind the place where reading stops: mostly the last record ends there.</summary>
    const int Beyond = 32 << 10;

    readonly byte[] _usual = ArrayPool<byte>.Shared.Rent(size);
    byte[]? _large;
    long _start = begin;
    int _count;
    bool _isDisposed;

    byte[] Bytes => _large ?? _usual;

    /// <summary>The offset behind the last byte in the window.</summary>
    public long End => _start + _count;

    /// <summary>Whether the window reaches the end of the text.</summary>
    public bool IsLast { get; private set; }

    /// <summary>Why the text ends before its input does; null where it does not, or is not known to.</summary>
    public string? Damage => input.Damage;

    /// <summary>What is in the window from an offset on.</summary>
    public ReadOnlySpan<byte> From(long offset) => Bytes.AsSpan((int)(offset - _start), (int)(End - offset));

    /// <summary>What is between two offsets in the window; valid until it moves.</summary>
    public ReadOnlyMemory<byte> Between(long from, long to) => Bytes.AsMemory((int)(from - _start), (int)(to - from));

    /// <summary>Brings more of the text into the window.</summary>
    /// <param name="keep">The offset of the first byte that is still needed.</param>
    /// <returns>False at the end of the text.</returns>
    /// <exception cref="IOException">The input cannot be read.</exception>
    public bool Fill(long keep)
    {
        if (IsLast) return false;
        if (_count == Bytes.Length) MakeRoom(keep);

        var room = Bytes.AsSpan(_count);
        var wanted = stopAt == long.MaxValue ? room.Length : Math.Min(room.Length, Math.Max(stopAt - End, 0) + Beyond);
        var count = input.Read(room[..(int)wanted]);
        _count += count;
        IsLast = count == 0;
        return !IsLast;
    }

    void MakeRoom(long keep)
    {
        var kept = From(keep);
        var target = kept.Length > Bytes.Length / 2 && Bytes.Length < most ? new byte[Math.Min(Bytes.Length * 2L, most)]
            : kept.Length <= _usual.Length / 2 ? _usual
            : Bytes;
        kept.CopyTo(target);
        (_large, _count, _start) = (target == _usual ? null : target, kept.Length, keep);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is read of it afterwards, and an array must not be given back twice.
        if (_isDisposed) return;
        _isDisposed = true;
        ArrayPool<byte>.Shared.Return(_usual);
    }
}
