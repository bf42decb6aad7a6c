namespace Davy.Logs;

/// <summary>The text of an input, decompressed where its first bytes say that it is compressed, and never more of it than the limits let out.</summary>
/// <param name="raw">The input.</param>
/// <param name="limits">How far it may expand.</param>
abstract class DecodedInput(RawInput raw, ReadLimits limits) : IDisposable
{
    /// <summary>How much is decompressed at a time.</summary>
    protected const int ChunkBytes = 64 << 10;

    long _produced;

    /// <summary>Why the text ends before the input does; null where it does not, or is not known to.</summary>
    public virtual string? Damage { get; private set; }

    /// <summary>Whether it was ended because it expands too far, and not because it is damaged.</summary>
    public bool IsBomb { get; private set; }

    /// <summary>Whether the input is compressed.</summary>
    protected virtual bool IsCompressed => true;

    /// <summary>Looks at the first bytes of an input.</summary>
    /// <param name="raw">The input; disposed with what comes out.</param>
    /// <param name="limits">How far it may expand.</param>
    /// <exception cref="IOException">The input cannot be read.</exception>
    public static DecodedInput Open(RawInput raw, ReadLimits limits) => Compression.Of(raw.Peek(Compression.HeadBytes)) switch
    {
        Compression.Gzip => new GzipInput(raw, limits),
        Compression.Zstandard => new ZstdInput(raw, limits),
        _ => new PlainInput(raw, limits),
    };

    /// <summary>Reads on.</summary>
    /// <returns>0 at the end, or where <see cref="Damage"/> ended the text.</returns>
    /// <exception cref="IOException">The input cannot be read.</exception>
    public virtual int Read(Span<byte> buffer)
    {
        if (Damage is not null) return 0;
        if (!IsCompressed) return Decode(buffer);

        // A decoder that meets damage does not say how much it wrote until then, and entries would be lost. Text holds no zero bytes, so what is not zero was written.
        // With one exception: decoders copy by whole vectors, which leaves up to 63 bytes of earlier text behind the end. No log entry is as short as that.
        buffer = buffer[..Math.Min(buffer.Length, ChunkBytes)];
        buffer.Clear();
        int count;
        try
        {
            count = Decode(buffer);
        }
        catch (InvalidDataException fault)
        {
            Damage = $"{fault.Message}, near byte {raw.Taken} of the compressed input; what came before was read, what follows is lost.";
            return buffer.LastIndexOfAnyExcept((byte)0) + 1;
        }

        _produced += count;
        if (_produced <= limits.ExpansionGrace || _produced / limits.ExpansionRatio <= raw.Taken) return count;

        IsBomb = true;
        Damage = $"It expands to more than {limits.ExpansionRatio} times its size, as a decompression bomb does; the rest was not read. If it is to be trusted, decompress it first.";
        return 0;
    }

    /// <inheritdoc/>
    public virtual void Dispose() => raw.Dispose();

    /// <summary>Gives out text; 0 at the end.</summary>
    /// <exception cref="InvalidDataException">The input is damaged; the message is a sentence that goes on with where.</exception>
    protected abstract int Decode(Span<byte> buffer);
}

/// <summary>The text of an input that is not compressed.</summary>
sealed class PlainInput(RawInput raw, ReadLimits limits) : DecodedInput(raw, limits)
{
    readonly RawInput _raw = raw;

    /// <inheritdoc/>
    protected override bool IsCompressed => false;

    /// <inheritdoc/>
    protected override int Decode(Span<byte> buffer) => _raw.Read(buffer);
}
