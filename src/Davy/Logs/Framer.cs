namespace Davy.Logs;

/// <summary>
/// Finds the records of a text, whatever their framing: one a line, the elements of an array, or one behind the other, each compact or pretty-printed. Brackets and commas
/// between records are passed over. What is no record is a fault, told once, and costs no record beside it. All of this depends on the text alone, never on how it comes in.
/// </summary>
/// <param name="text">The text.</param>
/// <param name="limits">What a record may be.</param>
/// <param name="begin">Where to begin, and what is known there.</param>
/// <param name="stopAt">Records that begin here or later are left to others.</param>
/// <param name="isFiltering">Whether records that cannot concern Cloud Run may be passed over and only counted.</param>
sealed class Framer(TextWindow text, ReadLimits limits, Checkpoint begin, long stopAt, bool isFiltering)
{
    readonly RecordScanner _scanner = new();
    readonly WholeLine _line = new(text);
    long _at = begin.At;
    long _atLine = begin.Line;
    int _indentation = begin.Indentation;
    bool _beginsLine = begin.BeginsLine;
    bool _isInArray = begin.IsInArray;
    bool _isElementDue = begin.IsElementDue;
    bool _isOver;
    (long Line, long Byte) _array = begin.Array;
    (long Line, long Byte)? _cutOff;

    /// <summary>The offset of the first byte of the record or fault.</summary>
    public long Start { get; private set; }

    /// <summary>The offset behind a record.</summary>
    public long End { get; private set; }

    /// <summary>The line that the record or fault begins on, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>How deep a record is nested at its deepest; 0 where it was not looked at.</summary>
    public int Depth { get; private set; }

    /// <summary>What the prefilter says of a record.</summary>
    public bool MayConcernCloudRun { get; private set; }

    /// <summary>How many records were passed over that cannot concern Cloud Run; others may follow of which the same is said one by one.</summary>
    public long PassedOver { get; private set; }

    /// <summary>Why this is no record; null where it is one.</summary>
    public (RejectReason Reason, string Detail)? Fault { get; private set; }

    /// <summary>Where the first record begins that was left to others; null where none was.</summary>
    public Checkpoint? Stopped { get; private set; }

    /// <summary>What was known where the record or fault began.</summary>
    public Checkpoint Began { get; private set; }

    /// <summary>Goes to the next record or fault.</summary>
    /// <returns>False at the end of the text, or where what follows is left to others.</returns>
    /// <exception cref="IOException">The input cannot be read.</exception>
    public bool Next()
    {
        Fault = null;
        while (Find())
        {
            if (isFiltering && _beginsLine && !_isInArray && _at < stopAt) PassPlainLines();
            (Start, Line) = (_at, _atLine);
            Began = new(_at, _atLine, _beginsLine, _indentation, _isInArray, _isElementDue, _array);
            if (_at >= stopAt)
            {
                (Stopped, _isOver) = (Began, true);
                return false;
            }

            var first = text.From(_at)[0];
            if (first == '{' && _beginsLine && !_isInArray && _line.TryFind(_at, out var end, out var mayConcern) && end - _at <= limits.EnvelopeBytes) return Take(end, depth: 0, mayConcern);
            if (first is (byte)'{' or (byte)'[' ? TakeScanned(isObject: first == '{') : TakeForeign()) return true;
        }

        return !_isOver && TakeEnd();
    }

    /// <summary>Most logs are lines that begin and end with their braces: up to the next that is not, or may concern Cloud Run, they need only be counted.</summary>
    void PassPlainLines()
    {
        var rest = text.From(_at);
        if (rest[0] != '{') return;

        var lines = PlainLines.Pass(rest[..(int)Math.Min(rest.Length, stopAt - _at)], Math.Min(WholeLine.LongestLine, limits.EnvelopeBytes), out var passed);
        if (lines == 0) return;
        (_at, _atLine, _indentation) = (_at + passed, _atLine + lines, 0);
        PassedOver += lines;
    }

    /// <summary>Passes white space, byte order marks and the structure between records; false at the end of the text.</summary>
    bool Find()
    {
        while (true)
        {
            foreach (var each in text.From(_at))
            {
                if (!PassesBetween(each)) break;
                _at++;
            }

            if (_at == text.End ? !text.Fill(_at) : !TryPassMark()) return _at < text.End;
        }
    }

    bool PassesBetween(byte each)
    {
        switch (each)
        {
            case (byte)'\n':
                (_beginsLine, _indentation) = (true, 0);
                _atLine++;
                return true;
            case (byte)' ' or (byte)'\t' or (byte)'\r':
                if (_beginsLine) _indentation++;
                return true;
            case (byte)'[' when !_isElementDue:
                (_isInArray, _isElementDue, _array) = (true, true, (_atLine, _at));
                break;
            case (byte)']':
                (_isInArray, _isElementDue) = (false, false);
                break;
            case (byte)',':
                _isElementDue = _isInArray;
                break;
            default:
                return false;
        }

        _beginsLine = false;
        return true;
    }

    bool TryPassMark()
    {
        while (text.From(_at) is [0xEF] or [0xEF, 0xBB] && text.Fill(_at))
        {
        }

        if (text.From(_at) is not [0xEF, 0xBB, 0xBF, ..]) return false;
        _at += 3;
        return true;
    }

    /// <summary>Follows the record through its structure; false where the text is cut off in it, which is told at the end.</summary>
    bool TakeScanned(bool isObject)
    {
        _scanner.Begin(_at, _indentation);
        for (var keep = _at; _scanner.State is ScanState.Open;)
        {
            var isLast = text.IsLast;
            _scanner.Scan(text.From(_scanner.Position), isLast);
            if (isLast) break;

            // Of what is too large only the end is looked for.
            if (_scanner.Position - Start > limits.EnvelopeBytes) keep = _scanner.Position;
            if (_scanner.State is ScanState.Open) text.Fill(keep);
        }

        if (_scanner.State is not ScanState.Complete) return TakeBroken();

        _atLine += _scanner.Newlines;
        return _scanner.Position - Start > limits.EnvelopeBytes ? RejectTooLarge(_scanner.Position)
            : isObject ? Take(_scanner.Position, _scanner.Depth, Prefilter.MayConcernCloudRun(text.Between(Start, _scanner.Position).Span))
            : Reject(_scanner.Position, RejectReason.NotAnObject, "It is an array within an array; a log entry is an object.");
    }

    /// <summary>
    /// The record ends with its first line. What follows belongs to it, up to a line that begins like a record and is indented no deeper; or, where a bracket shows that the next
    /// record or the end of the array came too early, up to that. (Of what is too deep only the last such line is tried, so that no text is read more often than the depth allows.)
    /// </summary>
    bool TakeBroken()
    {
        var broken = _scanner.Position;
        var isTooLarge = broken - Start > limits.EnvelopeBytes;
        var likely = isTooLarge ? -1 : _scanner.Depth > limits.Depth ? _scanner.LastLikely : _scanner.FirstLikely;
        var isCutOff = _scanner.State is ScanState.Open && likely < 0;
        if (isCutOff && text.Damage is not null) return CutOff(broken);

        _at = likely < 0 ? broken : likely;
        _atLine += likely < 0 ? _scanner.Newlines : text.Between(Start, _at).Span.Count((byte)'\n');
        _beginsLine = _scanner.State is not ScanState.BrokenAtBracket || likely >= 0;
        if (likely >= 0) _indentation = 0;
        else if (_beginsLine && !(_scanner.State is ScanState.BrokenAtLine && _scanner.IsAtLikely)) SkipLines();

        if (isCutOff) _isInArray = false;
        return isTooLarge ? RejectTooLarge(_at) : Reject(_at, RejectReason.Malformed, _scanner.State switch
        {
            ScanState.BrokenInString => $"It breaks off in a string, at byte {broken}.",
            ScanState.BrokenAtLine => $"It breaks off: it cannot go on as it does at byte {broken}.",
            ScanState.BrokenAtBracket => $"A bracket is missing, or one is too many, at byte {broken}.",
            _ => "The input ends before it does.",
        });
    }

    /// <summary>Passes lines up to one that begins like a record, or with structure, and is indented no deeper than the record that broke off.</summary>
    void SkipLines()
    {
        var deepest = _indentation;
        while (PassesLine())
        {
            (_beginsLine, _indentation) = (true, 0);
            while (TryPeek(out var each))
            {
                if (each is (byte)'{' or (byte)'[' or (byte)']' && _indentation <= deepest) return;
                if (each is not ((byte)' ' or (byte)'\t' or (byte)'\r')) break;
                _at++;
                _indentation++;
            }
        }
    }

    bool PassesLine()
    {
        while (true)
        {
            var newline = text.From(_at).IndexOf((byte)'\n');
            _at = newline < 0 ? text.End : _at + newline + 1;
            if (newline >= 0)
            {
                _atLine++;
                return true;
            }

            if (!text.Fill(_at)) return false;
        }
    }

    bool TryPeek(out byte each)
    {
        each = 0;
        if (_at == text.End && !text.Fill(_at)) return false;
        each = text.From(_at)[0];
        return true;
    }

    /// <summary>What is neither record nor structure: a value of another kind, or no JSON. It ends with its line; among records, before the next of them.</summary>
    bool TakeForeign()
    {
        var foreign = new ForeignText(_isInArray, _beginsLine);
        var end = _at;
        bool isEnded;
        do
        {
            isEnded = foreign.Pass(text.From(end), out var passed);
            end += passed;
        }
        while (!isEnded && text.Fill(end - Start > limits.EnvelopeBytes ? end : Start));

        if (!isEnded && text.Damage is not null) return CutOff(end);
        if (end - Start > limits.EnvelopeBytes) return RejectTooLarge(end);
        return ForeignText.IsValue(text.Between(Start, end).Span)
            ? Reject(end, RejectReason.NotAnObject, "It is a JSON value, but no object; a log entry is one.")
            : Reject(end, RejectReason.Malformed, "It is not JSON.");
    }

    /// <summary>At the end: what was lost there.</summary>
    bool TakeEnd()
    {
        _isOver = true;
        (Line, Start) = text.Damage is not null ? _cutOff ?? (_atLine, _at) : _array;
        Fault = text.Damage is { } damage ? (RejectReason.BadCompression, damage)
            : _isInArray ? (RejectReason.Malformed, "The input ends before this array does; what came of it was read.")
            : null;
        return Fault is not null;
    }

    /// <summary>The text is damaged and ends in a record: that is one fault, told at the end.</summary>
    bool CutOff(long end)
    {
        (_cutOff, _at) = ((Line, Start), end);
        return false;
    }

    bool Take(long end, int depth, bool mayConcernCloudRun)
    {
        (_at, End, Depth, MayConcernCloudRun, _beginsLine, _isElementDue) = (end, end, depth, mayConcernCloudRun, false, false);
        return true;
    }

    bool RejectTooLarge(long end) =>
        Reject(end, RejectReason.TooLarge, $"It is larger than the limit of {limits.EnvelopeBytes} bytes. If it holds many entries, give them one a line or in one array.");

    bool Reject(long end, RejectReason reason, string detail)
    {
        Fault = (reason, detail);
        (_at, _isElementDue) = (end, false);
        return true;
    }
}
