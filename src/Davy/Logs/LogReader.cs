namespace Davy.Logs;

/// <summary>
/// Reads the records of one input, whatever its form: JSON Lines, one array, objects one behind the other, compact or pretty-printed, in gzip or zstd or neither. What it is
/// shows in the bytes themselves. Each record is given out, rejected or counted as dismissed; one that cannot be read costs no other. Memory is bounded by the limits.
/// </summary>
public sealed class LogReader : IDisposable
{
    const int WindowBytes = 256 << 10;

    readonly string _name;
    readonly ReadLimits _limits;
    readonly RawInput _raw;
    readonly DecodedInput _decoded;
    readonly TextWindow _text;
    readonly Framer _framer;
    readonly bool _prefilter;
    long _dismissed;
    bool _hasBegun;
    bool _isOver;

    /// <summary>Opens an input.</summary>
    /// <param name="input">The bytes, which are read forward only; disposed with the reader.</param>
    /// <param name="name">The input's name, for locations.</param>
    /// <param name="limits">What a record may be.</param>
    /// <param name="prefilter">Put records aside that cannot concern Cloud Run, without parsing them.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public LogReader(Stream input, string name, ReadLimits limits, bool prefilter = true)
        : this(input, name, limits, prefilter, WindowFor(input))
    {
    }

    internal LogReader(Stream input, string name, ReadLimits limits, bool prefilter, int windowBytes)
        : this(input, name, limits, prefilter, windowBytes, Checkpoint.Beginning, long.MaxValue, isReadingAhead: false)
    {
    }

    /// <summary>Reads an input, or goes on from a place within a text that is not compressed, up to the first record that begins at or behind another.</summary>
    /// <param name="input">The bytes from <paramref name="begin"/> on.</param>
    /// <param name="name">The input's name, for locations.</param>
    /// <param name="limits">What a record may be.</param>
    /// <param name="prefilter">Put records aside that cannot concern Cloud Run, without parsing them.</param>
    /// <param name="begin">The place, and what is known there.</param>
    /// <param name="stopAt">Where to stop.</param>
    /// <param name="isReadingAhead">Whether another thread may decompress where that takes longest: of gzip, which is read in small pieces, handing them over costs more than it saves.</param>
    internal LogReader(Stream input, string name, ReadLimits limits, bool prefilter, Checkpoint begin, long stopAt, bool isReadingAhead)
        : this(input, name, limits, prefilter, begin.At > 0 ? WindowBytes : WindowFor(input), begin, stopAt, isReadingAhead)
    {
    }

    LogReader(Stream input, string name, ReadLimits limits, bool prefilter, int windowBytes, Checkpoint begin, long stopAt, bool isReadingAhead)
    {
        (_name, _limits, _prefilter, _hasBegun) = (name, limits, prefilter, begin.At > 0);
        _raw = new(input);
        _decoded = begin.At > 0 ? new PlainInput(_raw, limits) : DecodedInput.Open(_raw, limits);
        if (isReadingAhead && _decoded is ZstdInput) _decoded = new DecodedAhead(_decoded, _raw, limits);
        _text = new(_decoded, windowBytes, (int)Math.Min(Math.Max(limits.EnvelopeBytes, WholeLine.MostBytes) + Math.Max(windowBytes, (long)WindowBytes), Array.MaxLength), begin.At, stopAt);
        _framer = new(_text, limits, begin, stopAt, prefilter);
    }

    /// <summary>The record: a JSON object, perhaps an envelope and perhaps invalid. Valid until the next <see cref="Read"/>.</summary>
    public ReadOnlyMemory<byte> Entry { get; private set; }

    /// <summary>Where the record or the rejection began.</summary>
    public EntryLocation Location { get; private set; }

    /// <summary>Why this record could not be read; null where it could.</summary>
    public RejectedEntry? Rejected { get; private set; }

    /// <summary>How many records were put aside, neither parsed nor validated.</summary>
    public long Dismissed => _dismissed + _framer.PassedOver;

    /// <summary>Where the next record begins that was left to others; null where there is none.</summary>
    internal Checkpoint? Stopped => _framer.Stopped;

    /// <summary>What is known where the last record began, so that others of its kind can be told.</summary>
    internal Checkpoint Began => _framer.Began;

    /// <summary>Whether the text is that of the input itself.</summary>
    internal bool IsPlain => _decoded is PlainInput;

    /// <summary>How many bytes were taken from the input, before decompression.</summary>
    public long BytesRead => _raw.Taken;

    /// <summary>Goes to the next record that may concern Cloud Run, or could not be read.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="IOException">The input cannot be read.</exception>
    public bool Read()
    {
        (Entry, Rejected) = (default, null);
        if (!_hasBegun && WhyUnreadable() is var (why, toDo))
        {
            _isOver = true;
            Location = new(_name, 1, 0);
            return Reject(why, toDo);
        }

        while (!_isOver && _framer.Next())
        {
            if (_prefilter && _framer is { Fault: null, MayConcernCloudRun: false })
            {
                _dismissed++;
                continue;
            }

            Location = new(_name, _framer.Line, _framer.Start);
            if (_framer.Fault is var (reason, detail)) return Reject(reason, detail);
            if (_framer.Depth > _limits.Depth + Envelopes.Levels) return Reject(RejectReason.TooDeep, $"It is nested {_framer.Depth} levels deep; the limit for an entry is {_limits.Depth}.");

            Entry = _text.Between(_framer.Start, _framer.End);
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _text.Dispose();
        _decoded.Dispose();
    }

    /// <summary>Folders may hold thousands of small files; each has a window of its size, with room for what it decompresses to.</summary>
    static int WindowFor(Stream input) => input.CanSeek ? (int)Math.Clamp(input.Length * 8, 4 << 10, WindowBytes) : WindowBytes;

    /// <summary>Looks at the first bytes of the text for what is no JSON in UTF-8.</summary>
    (RejectReason Reason, string Detail)? WhyUnreadable()
    {
        _hasBegun = true;
        while (_text.End < Compression.HeadBytes && _text.Fill(0))
        {
        }

        var head = _text.From(0);
        if (head is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..]) return (RejectReason.InvalidText, "It is UTF-16; convert it to UTF-8 first (iconv -f utf-16 -t utf-8).");
        return Compression.Of(head) is not { } form ? null
            : (RejectReason.BadCompression, form is Compression.Gzip or Compression.Zstandard ? $"It is compressed twice; decompress it once (it is {form} inside)." : $"It is {form}, which is not read; decompress it first.");
    }

    bool Reject(RejectReason reason, string detail)
    {
        Rejected = new(Location, reason, detail);
        return true;
    }
}
