using System.IO.Compression;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Davy.Logs;

/// <summary>The bytes of an input, decompressed where its first bytes say that they are compressed (gzip, RFC 1952; Zstandard, RFC 8878), and never more than the limits let out.</summary>
sealed class EntryStream : IDisposable
{
    readonly CountedStream _raw;
    readonly Stream _decoded;
    readonly ReadLimits _limits;
    readonly bool _isCompressed;
    long _produced;

    public EntryStream(Stream input, ReadLimits limits)
    {
        _limits = limits;
        _raw = new(input);
        var head = _raw.Peek(4);
        _decoded = head switch
        {
            [0x1F, 0x8B, ..] => new GZipStream(_raw, CompressionMode.Decompress),
            [0x28, 0xB5, 0x2F, 0xFD] => Zstandard(),
            [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18] => Zstandard(),
            _ => _raw,
        };
        _isCompressed = _decoded != _raw;
    }

    /// <summary>How many bytes were taken from the input.</summary>
    public long BytesRead => _raw.BytesRead;

    /// <summary>Why reading ended before the end of the input; null where it did not.</summary>
    public string? Fault { get; private set; }

    /// <summary>Reads on; 0 at the end, or where <see cref="Fault"/> ended it.</summary>
    /// <exception cref="IOException">The input itself cannot be read.</exception>
    public int Read(Span<byte> buffer)
    {
        if (Fault is not null) return 0;
        if (!_isCompressed) return _decoded.Read(buffer);

        try
        {
            var read = _decoded.Read(buffer);
            _produced += read;
            if (_produced > _limits.ExpansionGrace && _produced > _raw.BytesRead * _limits.ExpansionRatio)
            {
                Fault = $"It expands to more than {_limits.ExpansionRatio} times its size, as a compression bomb does; the rest was not read.";
                return 0;
            }

            return read;
        }
        catch (Exception fault) when (fault is InvalidDataException or ZstdException or EndOfStreamException)
        {
            Fault = $"The compressed data is damaged or breaks off near byte {_raw.BytesRead} of the file; what came before was read.";
            return 0;
        }
    }

    public void Dispose()
    {
        _decoded.Dispose();
        _raw.Dispose();
    }

    DecompressionStream Zstandard()
    {
        var stream = new DecompressionStream(_raw);
        stream.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, _limits.ZstdWindowLog);
        return stream;
    }

    /// <summary>Counts what is taken, and lets the first bytes be seen before they are taken.</summary>
    sealed class CountedStream(Stream inner) : Stream
    {
        readonly byte[] _head = new byte[4];
        int _headStart;
        int _headEnd;

        public long BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public ReadOnlySpan<byte> Peek(int count)
        {
            _headEnd = inner.ReadAtLeast(_head.AsSpan(0, count), count, throwOnEndOfStream: false);
            return _head.AsSpan(0, _headEnd);
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (_headStart < _headEnd)
            {
                var taken = Math.Min(buffer.Length, _headEnd - _headStart);
                _head.AsSpan(_headStart, taken).CopyTo(buffer);
                _headStart += taken;
                BytesRead += taken;
                return taken;
            }

            var read = inner.Read(buffer);
            BytesRead += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
