using System.Text;
using Davy.Images.Content;

namespace Davy.Images.Tar;

/// <summary>
/// Reads an archive once from begin to end, in memory that does not grow with it. Where programs differ, it reads as Go's does
/// (https://pkg.go.dev/archive/tar), for Docker and containerd unpack with it: what they would run is what has to be looked at.
/// </summary>
/// <param name="stream">The archive, inflated.</param>
/// <param name="limits">How much of it is read.</param>
sealed class TarReader(Stream stream, ImageLimits limits)
{
    /// <summary>How much of a pax header or a long name is read, in bytes; Go's limit.</summary>
    const int MostSpecialBytes = 1 << 20;

    const int BufferBytes = 256 << 10;

    readonly byte[] _buffer = new byte[BufferBytes];
    int _start;
    int _end;
    long _left;
    int _padding;
    int _headers;

    /// <summary>How many bytes of the archive lie before what is read next.</summary>
    public long Position { get; private set; }

    /// <summary>Goes to the next entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="UnreadableImageException">It is no archive, or more than the limits let through.</exception>
    public bool Next(out TarEntry entry)
    {
        entry = default;
        Skip(_left + _padding);
        (_left, _padding) = (0, 0);

        PaxRecords? pax = null;
        string? longName = null;
        string? longLink = null;
        while (true)
        {
            if (!TryBlock(out var block)) return false;
            if (!block.ContainsAnyExcept((byte)0))
            {
                if (!TryBlock(out block) || !block.ContainsAnyExcept((byte)0)) return false;
                throw Fault("a block of zeros is followed by something else than the end");
            }

            var header = new TarHeader(block);
            if (!header.IsChecksumRight()) throw Fault("a header's checksum is not right");
            if (!header.TrySize(out var size)) throw Fault("a header's size is no number");
            if (++_headers > limits.Entries) throw new UnreadableImageException(UnreadableReason.Limit, $"An archive has more than {limits.Entries} entries.");

            switch (header.Type)
            {
                case (byte)'x':
                    pax = PaxRecords.Parse(Special(size)) ?? throw Fault("a pax header is none");
                    continue;
                case (byte)'g':
                    // Docker and containerd take nothing from it for the entries that follow.
                    Special(size);
                    continue;
                case (byte)'L':
                    longName = TextOf(Special(size));
                    continue;
                case (byte)'K':
                    longLink = TextOf(Special(size));
                    continue;
            }

            var path = longName ?? pax?.Path ?? header.Name;
            var link = longLink ?? pax?.Link ?? header.Link;
            if (Encoding.UTF8.GetByteCount(path) > limits.PathBytes || Encoding.UTF8.GetByteCount(link) > limits.PathBytes)
            {
                throw new UnreadableImageException(UnreadableReason.Limit, $"A path in an archive is longer than {limits.PathBytes} bytes.");
            }

            var kind = KindOf(header.Type, path);
            var mode = header.Mode;
            var isOldSparse = header.Type == (byte)'S';
            if (isOldSparse) SkipHoles(header.HasMoreHoles);

            size = kind is TarKind.File ? pax?.Size ?? size : 0;
            (_left, _padding) = (size, (int)(-size & (TarHeader.Bytes - 1)));
            if (pax is { HasHolesInContent: true } && kind is TarKind.File) SkipMap();

            entry = new(path, kind, link, _left, mode, isOldSparse || pax is { IsSparse: true });
            return true;
        }
    }

    /// <summary>The next piece of the entry's content, good until the next call; empty at its end.</summary>
    /// <exception cref="UnreadableImageException">The archive breaks off.</exception>
    public ReadOnlySpan<byte> NextChunk()
    {
        if (_left == 0) return [];
        if (_start == _end) Fill();
        var count = (int)Math.Min(_left, _end - _start);
        var chunk = _buffer.AsSpan(_start, count);
        Take(count);
        _left -= count;
        return chunk;
    }

    /// <summary>The first bytes of what is left of the entry's content, without taking them; fewer only where there are fewer.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        count = (int)Math.Min(count, _left);
        if (_end - _start < count)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            _end += stream.ReadAtLeast(_buffer.AsSpan(_end), count - _end, throwOnEndOfStream: false);
        }

        return _buffer.AsSpan(_start, Math.Min(count, _end - _start));
    }

    /// <summary>Reads what is left of the archive behind its end.</summary>
    public void Drain()
    {
        _start = _end;
        while (stream.Read(_buffer) > 0)
        {
        }
    }

    static TarKind KindOf(byte type, string path) => type switch
    {
        (byte)'1' => TarKind.HardLink,
        (byte)'2' => TarKind.SymbolicLink,
        (byte)'3' or (byte)'4' or (byte)'6' => TarKind.Other,
        (byte)'5' => TarKind.Folder,
        0 when path.EndsWith('/') => TarKind.Folder,
        _ => TarKind.File,
    };

    static string TextOf(byte[] content) => Encoding.UTF8.GetString(content.AsSpan() is var all && all.IndexOf((byte)0) is var end and >= 0 ? all[..end] : all);

    /// <summary>The content of a header that is about another entry.</summary>
    byte[] Special(long size)
    {
        if (size > MostSpecialBytes) throw new UnreadableImageException(UnreadableReason.Limit, $"An archive has a header of {size} bytes, and no more than {MostSpecialBytes} are read.");

        var content = new byte[size];
        var filled = 0;
        while (filled < content.Length)
        {
            if (_start == _end) Fill();
            var count = Math.Min(content.Length - filled, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(content.AsSpan(filled));
            Take(count);
            filled += count;
        }

        Skip(-size & (TarHeader.Bytes - 1));
        return content;
    }

    /// <summary>The blocks of holes that follow a header of GNU tar's old form.</summary>
    void SkipHoles(bool hasMore)
    {
        while (hasMore)
        {
            if (++_headers > limits.Entries) throw new UnreadableImageException(UnreadableReason.Limit, $"An archive has more than {limits.Entries} headers.");
            if (!TryBlock(out var block)) throw Broken();
            hasMore = block[504] != 0;
        }
    }

    /// <summary>The lines of decimal numbers with which sparse content of form 1.0 begins, filled up to a block.</summary>
    void SkipMap()
    {
        var lines = 1L;
        var number = 0L;
        var isFirst = true;
        var isBlockDone = true;
        while (lines > 0 || !isBlockDone)
        {
            if (_left == 0) throw Fault("the map of a sparse file is longer than the file");
            if (_start == _end) Fill();
            var value = _buffer[_start];
            Take(1);
            _left--;
            isBlockDone = (Position & (TarHeader.Bytes - 1)) == 0;
            if (lines == 0) continue;

            if (value == '\n')
            {
                if (isFirst) (lines, isFirst) = (1 + (number * 2), false);
                lines--;
            }
            else if (value is < (byte)'0' or > (byte)'9' || (isFirst && number > MostSpecialBytes))
            {
                throw Fault("the map of a sparse file is none");
            }
            else if (isFirst)
            {
                number = (number * 10) + value - '0';
            }
        }
    }

    bool TryBlock(out ReadOnlySpan<byte> block)
    {
        block = default;
        if (_end - _start < TarHeader.Bytes)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            _end += stream.ReadAtLeast(_buffer.AsSpan(_end), TarHeader.Bytes - _end, throwOnEndOfStream: false);
            if (_end == 0) return false;
            if (_end < TarHeader.Bytes) throw Broken();
        }

        block = _buffer.AsSpan(_start, TarHeader.Bytes);
        Take(TarHeader.Bytes);
        return true;
    }

    void Skip(long count)
    {
        while (count > 0)
        {
            if (_start == _end) Fill();
            var step = (int)Math.Min(count, _end - _start);
            Take(step);
            count -= step;
        }
    }

    void Take(int count)
    {
        _start += count;
        Position += count;
    }

    void Fill()
    {
        (_start, _end) = (0, stream.Read(_buffer));
        if (_end == 0) throw Broken();
    }

    static UnreadableImageException Broken() => Fault("it breaks off");

    static UnreadableImageException Fault(string fault) => new(UnreadableReason.Format, $"An archive is no tar that can be trusted: {fault}.");
}
