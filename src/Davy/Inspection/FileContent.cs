using Davy.Images.Tar;
using Davy.Logs;

namespace Davy.Inspection;

/// <summary>The content of a file, piece by piece, without a copy where that can be.</summary>
abstract class FileContent
{
    /// <summary>The first bytes, without taking them; fewer only where there are fewer.</summary>
    public abstract ReadOnlySpan<byte> Peek(int count);

    /// <summary>The next piece, good until the next call; empty at the end.</summary>
    public abstract ReadOnlySpan<byte> Next();
}

/// <summary>The content of an entry of an archive.</summary>
sealed class TarContent(TarReader reader) : FileContent
{
    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Peek(int count) => reader.Peek(count);

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Next() => reader.NextChunk();
}

/// <summary>The content of a stream.</summary>
sealed class StreamContent(Stream stream) : FileContent
{
    readonly byte[] _buffer = new byte[64 << 10];
    int _ahead;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Peek(int count)
    {
        if (_ahead < count) _ahead += stream.ReadAtLeast(_buffer.AsSpan(_ahead), count - _ahead, throwOnEndOfStream: false);
        return _buffer.AsSpan(0, Math.Min(count, _ahead));
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Next()
    {
        var count = _ahead > 0 ? _ahead : stream.Read(_buffer);
        _ahead = 0;
        return _buffer.AsSpan(0, count);
    }
}

/// <summary>Content as a stream.</summary>
/// <param name="content">The content.</param>
/// <param name="search">Searches what goes by; null for nothing.</param>
sealed class ContentStream(FileContent content, FileSearch? search = null) : ForwardStream
{
    byte[] _piece = [];
    int _at;
    int _length;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_at == _length)
        {
            var piece = content.Next();
            search?.Append(piece);
            if (_piece.Length < piece.Length) _piece = new byte[piece.Length];
            piece.CopyTo(_piece);
            (_at, _length) = (0, piece.Length);
        }

        var count = Math.Min(buffer.Length, _length - _at);
        _piece.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }
}
