namespace Davy.Benchmarks.Generation;

/// <summary>The text of one entry, in a buffer that is used again for the next.</summary>
sealed class EntryText
{
    byte[] _bytes = new byte[64 * 1024];

    /// <summary>How long it is, in bytes.</summary>
    public int Length { get; private set; }

    /// <summary>The text, in UTF-8.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>Begins anew.</summary>
    public void Clear() => Length = 0;

    /// <summary>Adds text.</summary>
    /// <param name="text">UTF-8.</param>
    public void Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Space(text.Length));
        Length += text.Length;
    }

    /// <summary>Adds a number or time.</summary>
    /// <param name="value">The value.</param>
    /// <param name="format">Its format; empty for the value's own.</param>
    public void Add<T>(T value, string format = "") where T : IUtf8SpanFormattable
    {
        value.TryFormat(Space(40), out var written, format, null);
        Length += written;
    }

    /// <summary>Adds random hexadecimal digits.</summary>
    /// <param name="chance">Chance.</param>
    /// <param name="digits">How many, a multiple of 16 or less.</param>
    public void AddHex(Chance chance, int digits)
    {
        for (; digits > 0; digits -= 16)
        {
            var taken = Math.Min(digits, 16);
            chance.Bits().TryFormat(Space(16), out _, "x16", null);
            Length += taken;
        }
    }

    Span<byte> Space(int needed)
    {
        if (Length + needed > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + needed));
        return _bytes.AsSpan(Length);
    }
}
