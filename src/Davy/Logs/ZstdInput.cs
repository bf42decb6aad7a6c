using System.Buffers;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Davy.Logs;

/// <summary>The text of a Zstandard file of one or more frames (https://www.rfc-editor.org/rfc/rfc8878).</summary>
sealed class ZstdInput : DecodedInput
{
    readonly RawInput _raw;
    readonly int _windowLog;
    readonly Decompressor _decompressor = new();
    readonly byte[] _input = new byte[64 << 10];
    int _start;
    int _end;
    bool _isFrameOpen;

    public ZstdInput(RawInput raw, ReadLimits limits)
        : base(raw, limits)
    {
        (_raw, _windowLog) = (raw, limits.ZstdWindowLog);
        _decompressor.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, _windowLog);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _decompressor.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override int Decode(Span<byte> buffer)
    {
        while (true)
        {
            var status = _decompressor.UnwrapStream(_input.AsSpan(_start, _end - _start), buffer, out var taken, out var written);
            _start += taken;
            if (status is OperationStatus.InvalidData || (taken == 0 && written == 0 && _start < _end))
            {
                throw new InvalidDataException($"The zstd data is damaged, is followed by something else, or needs a window of more than 2^{_windowLog} bytes (zstd --long)");
            }

            if (taken > 0 || written > 0) _isFrameOpen = status is not OperationStatus.Done;
            if (written > 0) return written;
            if (_start < _end) continue;

            (_start, _end) = (0, _raw.Read(_input));
            if (_end > 0) continue;
            if (_isFrameOpen) throw new InvalidDataException("The zstd data breaks off");
            return 0;
        }
    }
}
