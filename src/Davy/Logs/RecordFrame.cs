namespace Davy.Logs;

/// <summary>
/// Follows a JSON object through strings and brackets to its end, over as many lines as it takes. It checks no grammar, but where a line ends it knows whether valid JSON could
/// go on as the next line does: that is how a record that breaks off is told from one that is pretty-printed.
/// </summary>
/// <param name="deepest">How deep a record of several lines may be.</param>
struct RecordFrame(int deepest)
{
    ulong _isArray;
    int _depth;
    bool _isInString;
    bool _isEscaped;
    bool _isAfterLine;
    byte _last;

    /// <summary>Takes bytes.</summary>
    /// <param name="bytes">The next bytes of the record.</param>
    /// <param name="taken">How many belong to it.</param>
    /// <returns>Whether it ended, broke, or goes on.</returns>
    public FrameState Take(ReadOnlySpan<byte> bytes, out int taken)
    {
        for (var at = 0; at < bytes.Length; at++)
        {
            var now = bytes[at];
            if (_isInString)
            {
                if (_isEscaped) _isEscaped = false;
                else if (now == '\\') _isEscaped = true;
                else if (now == '"') (_isInString, _last) = (false, now);

                if (now != '\n') continue;
                taken = at;
                return FrameState.Broken;
            }

            if (now is (byte)' ' or (byte)'\t' or (byte)'\r') continue;
            if (now == '\n')
            {
                _isAfterLine = true;
                continue;
            }

            if (_isAfterLine && !MayFollow(now) || _isAfterLine && _depth > deepest)
            {
                taken = at;
                return FrameState.Broken;
            }

            _isAfterLine = false;
            _last = now;
            switch (now)
            {
                case (byte)'"':
                    _isInString = true;
                    break;
                case (byte)'{' or (byte)'[':
                    if (_depth < 64) _isArray = now == '[' ? _isArray | (1UL << _depth) : _isArray & ~(1UL << _depth);
                    _depth++;
                    break;
                case (byte)'}' or (byte)']' when --_depth == 0:
                    taken = at + 1;
                    return FrameState.Ended;
            }
        }

        taken = bytes.Length;
        return FrameState.Open;
    }

    /// <summary>Whether valid JSON may go on with this byte on a new line.</summary>
    readonly bool MayFollow(byte now)
    {
        var isArray = _depth is > 0 and <= 64 && (_isArray >> (_depth - 1) & 1) == 1;
        var isCloseOrComma = now is (byte)',' or (byte)'}' or (byte)']';
        return _last switch
        {
            (byte)'{' => now is (byte)'"' or (byte)'}',
            (byte)'[' => now is not ((byte)',' or (byte)'}' or (byte)':'),
            (byte)',' => isArray ? now is not ((byte)',' or (byte)'}' or (byte)':') : now is (byte)'"' or (byte)'}',
            (byte)':' => !isCloseOrComma && now != ':',
            (byte)'"' => isCloseOrComma || (now == ':' && !isArray),
            _ => isCloseOrComma,
        };
    }
}

/// <summary>How far a record has come.</summary>
enum FrameState
{
    /// <summary>It goes on.</summary>
    Open,

    /// <summary>It ended.</summary>
    Ended,

    /// <summary>It cannot be valid JSON.</summary>
    Broken,
}
