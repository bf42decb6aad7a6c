namespace Davy.Logs;

/// <summary>
/// Reads records out of an input, whatever its form: JSON Lines, one array, concatenated objects, compact or pretty-printed, compressed or not. What it is shows in
/// the bytes themselves. A record that cannot be read is rejected by itself, and costs no other.
/// </summary>
public sealed class LogReader : IDisposable
{
    const int DefaultBuffer = 512 * 1024;

    readonly EntryStream _stream;
    readonly EntryBuffer _buffer;
    readonly ReadLimits _limits;
    readonly string _name;
    readonly bool _prefilter;
    int _pending;
    int _arrays;
    int _indentation;
    bool _hasStarted;
    bool _isOver;

    /// <summary>Opens an input.</summary>
    /// <param name="input">The bytes; disposed with the reader.</param>
    /// <param name="name">The input's name, for locations.</param>
    /// <param name="limits">What a record may be.</param>
    /// <param name="prefilter">Put entries aside that cannot concern Cloud Run, without parsing them.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public LogReader(Stream input, string name, ReadLimits limits, bool prefilter = true)
        : this(input, name, limits, prefilter, DefaultBuffer)
    {
    }

    internal LogReader(Stream input, string name, ReadLimits limits, bool prefilter, int bufferSize)
    {
        _stream = new(input, limits);
        _buffer = new(_stream, bufferSize);
        (_limits, _name, _prefilter) = (limits, name, prefilter);
    }

    /// <summary>The record: a JSON object, perhaps an envelope. Valid until the next <see cref="Read"/>.</summary>
    public ReadOnlyMemory<byte> Entry { get; private set; }

    /// <summary>Where the record began.</summary>
    public EntryLocation Location { get; private set; }

    /// <summary>Why this record could not be read; null where it could.</summary>
    public RejectedEntry? Rejected { get; private set; }

    /// <summary>How many entries were put aside, neither parsed nor validated.</summary>
    public long Dismissed { get; private set; }

    /// <summary>How many bytes were taken from the input, before decompression.</summary>
    public long BytesRead => _stream.BytesRead;

    /// <summary>Goes to the next record that may concern Cloud Run, or could not be read.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="IOException">The input cannot be read.</exception>
    public bool Read()
    {
        while (!_isOver)
        {
            _buffer.Consume(_pending);
            (_pending, Rejected, Entry) = (0, null, default);
            if (!_hasStarted && StartsWrongly()) return true;
            if (!SkipToRecord()) return ReadFault();

            Location = new(_name, _buffer.Line, _buffer.Offset);
            if (_buffer.Span[0] != '{') return RejectJunk();
            if ((_arrays > 0 || !TryDismissLine()) && TakeFramed()) return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>A byte order mark of UTF-8 is passed over; UTF-16 is not read.</summary>
    bool StartsWrongly()
    {
        _hasStarted = true;
        if (_buffer.Has(2) && _buffer.Span is [0xEF, 0xBB, 0xBF, ..]) _buffer.Consume(3);
        if (!_buffer.Has(1) || _buffer.Span is not ([0xFE, 0xFF, ..] or [0xFF, 0xFE, ..])) return false;

        Location = new(_name, 1, 0);
        _isOver = true;
        return Reject(RejectReason.Malformed, "It is UTF-16; convert it to UTF-8 first (iconv -f utf-16 -t utf-8).");
    }

    /// <summary>At the end of the input: what the decompression has to say.</summary>
    bool ReadFault()
    {
        _isOver = true;
        if (_stream.Fault is not { } fault) return false;

        Location = new(_name, _buffer.Line, _buffer.Offset);
        return Reject(RejectReason.BadCompression, fault);
    }

    /// <summary>Passes white space and the brackets and commas of arrays that hold records.</summary>
    bool SkipToRecord()
    {
        while (_buffer.Has(0))
        {
            var span = _buffer.Span;
            var at = 0;
            for (; at < span.Length; at++)
            {
                if (span[at] is (byte)'[') _arrays++;
                else if (span[at] is (byte)']' && _arrays > 0) _arrays--;
                else if (span[at] is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') && (span[at] != ',' || _arrays == 0)) break;

                _indentation = span[at] == '\n' ? 0 : _indentation + 1;
            }

            var isFound = at < span.Length;
            _buffer.Consume(at);
            if (isFound) return true;
        }

        return false;
    }

    /// <summary>
    /// The usual case, without a look at the structure: a line that cannot concern Cloud Run, begins with a brace and ends with one, before another such line. Within valid JSON
    /// none of this can stand, so the line is a record.
    /// </summary>
    bool TryDismissLine()
    {
        if (!_prefilter) return false;

        var newline = -1;
        for (var searched = 0; (newline = _buffer.Span[searched..].IndexOf((byte)'\n')) < 0;)
        {
            searched = _buffer.Span.Length;
            if (searched > _limits.EnvelopeBytes) return false;
            if (!_buffer.Fill()) break;
            if (_buffer.Span[searched..].IndexOf((byte)'\n') is var at and >= 0)
            {
                newline = searched + at;
                break;
            }
        }

        var line = newline < 0 ? _buffer.Span : _buffer.Span[..newline];
        line = line.TrimEnd(" \t\r\n"u8);
        if (line.Length > _limits.EnvelopeBytes || line[^1] != '}' || HoldsSeveral(line) || Prefilter.MayConcernCloudRun(line)) return false;

        var length = line.Length;
        if (!NextLineBegins(newline)) return false;

        _pending = length;
        Dismissed++;
        return true;
    }

    /// <summary>Objects that follow one another on one line are records of their own.</summary>
    static bool HoldsSeveral(ReadOnlySpan<byte> line) => line.IndexOf("}{"u8) >= 0 || line.IndexOf("} {"u8) >= 0;

    bool NextLineBegins(int newline)
    {
        for (var at = newline + 1; newline >= 0 && _buffer.Has(at); at++)
        {
            if (_buffer.Span[at] is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')) return _buffer.Span[at] == '{';
        }

        return true;
    }

    /// <summary>The other case: follows the record through its structure.</summary>
    bool TakeFramed()
    {
        var frame = new RecordFrame(_limits.Depth);
        var length = 0;
        var skipped = 0L;
        while (true)
        {
            var state = frame.Take(_buffer.Span[length..], out var taken);
            length += taken;
            switch (state)
            {
                case FrameState.Ended when skipped == 0 && length <= _limits.EnvelopeBytes:
                    return Take(length);
                case FrameState.Ended:
                    _buffer.Consume(length);
                    return Reject(RejectReason.TooLarge, $"It has {skipped + length} bytes; the limit is {_limits.EnvelopeBytes}.");
                case FrameState.Broken:
                    return RejectBroken(skipped > 0, "It breaks off, or is not valid JSON");
                case FrameState.Open when length > _limits.EnvelopeBytes:
                    // Too large to be held: only its end is looked for.
                    skipped += length;
                    _buffer.Consume(length);
                    length = 0;
                    break;
            }

            if (_buffer.Fill()) continue;
            if (_stream.Fault is null) return RejectBroken(skipped > 0, "It breaks off before its end");

            _buffer.Consume(length);
            return ReadFault();
        }
    }

    bool Take(int length)
    {
        _pending = length;
        if (_prefilter && !Prefilter.MayConcernCloudRun(_buffer.Span[..length]))
        {
            Dismissed++;
            return false;
        }

        Entry = _buffer.Memory(0, length);
        return true;
    }

    /// <summary>The record ends with its first line; what follows belongs to it until a line begins like a record, no deeper indented than this one.</summary>
    bool RejectBroken(bool isSkipping, string what)
    {
        var indentation = isSkipping ? 0 : _indentation;
        SkipLine();
        while (_buffer.Has(0))
        {
            var at = 0;
            while (_buffer.Has(at) && _buffer.Span[at] is (byte)' ' or (byte)'\t' or (byte)'\r') at++;
            if (_buffer.Has(at) && _buffer.Span[at] is (byte)'{' or (byte)'[' or (byte)']' && at <= indentation) break;
            SkipLine();
        }

        return Reject(RejectReason.Malformed, $"{what}; it begins at line {Location.Line}, byte {Location.Byte}, and reading went on at line {_buffer.Line}.");
    }

    bool RejectJunk()
    {
        if (_arrays == 0)
        {
            SkipLine();
        }
        else
        {
            var isInString = false;
            var at = 0;
            for (; _buffer.Has(at) && at <= _limits.EnvelopeBytes; at++)
            {
                var now = _buffer.Span[at];
                if (now == '"') isInString = !isInString;
                if (now == '\n' || (!isInString && now is (byte)',' or (byte)']' or (byte)'{' or (byte)'[')) break;
            }

            _buffer.Consume(Math.Min(at, _buffer.Span.Length));
        }

        return Reject(RejectReason.NotAnObject, $"It is not a JSON object (line {Location.Line}, byte {Location.Byte}); a log entry is one.");
    }

    void SkipLine()
    {
        while (_buffer.Has(0))
        {
            var newline = _buffer.Span.IndexOf((byte)'\n');
            _buffer.Consume(newline < 0 ? _buffer.Span.Length : newline + 1);
            if (newline >= 0) return;
        }
    }

    bool Reject(RejectReason reason, string detail)
    {
        Rejected = new(Location, reason, detail);
        return true;
    }
}
