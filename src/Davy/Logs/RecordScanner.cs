using System.Numerics;

namespace Davy.Logs;

/// <summary>
/// Follows one record, which begins with a bracket, through strings and brackets to its end, over as many lines as it takes. It checks no grammar, but stops where no valid
/// JSON could go on as the text does: that is how a record that breaks off is told from one that is pretty-printed, and the good record behind it is found.
/// </summary>
sealed class RecordScanner
{
    JsonBlock.Carry _carry;
    Nesting _nesting;
    int _indentation;
    byte _last;
    byte _lastOfLine;
    bool _isAfterLine;
    long _newline;

    /// <summary>The offset of the first byte not looked at; behind the record where it is complete, where it cannot go on where it is broken.</summary>
    public long Position { get; private set; }

    /// <summary>How far the record has come.</summary>
    public ScanState State { get; private set; }

    /// <summary>How many line feeds stand before <see cref="Position"/>.</summary>
    public long Newlines { get; private set; }

    /// <summary>How deep it is nested at its deepest.</summary>
    public int Depth => _nesting.Deepest;

    /// <summary>The offset of the first further line that begins like a record and is indented no deeper; where this record is broken, that one may be good. -1 where there is none.</summary>
    public long FirstLikely { get; private set; }

    /// <summary>The offset of the last such line.</summary>
    public long LastLikely { get; private set; }

    /// <summary>Whether the line at which the record is broken is such a line.</summary>
    public bool IsAtLikely { get; private set; }

    /// <summary>Begins with another record.</summary>
    /// <param name="position">The offset of its opening bracket.</param>
    /// <param name="indentation">How far the line is indented that it begins on.</param>
    public void Begin(long position, int indentation)
    {
        (Position, State, Newlines, FirstLikely, LastLikely) = (position, ScanState.Open, 0, -1, -1);
        (_carry, _nesting, _indentation, _isAfterLine) = (default, default, indentation, false);
    }

    /// <summary>Goes on.</summary>
    /// <param name="text">The text from <see cref="Position"/> on.</param>
    /// <param name="isLast">Whether the text ends with it.</param>
    public void Scan(ReadOnlySpan<byte> text, bool isLast)
    {
        for (; text.Length >= JsonBlock.Size; text = text[JsonBlock.Size..])
        {
            if (!Pass(text[..JsonBlock.Size])) return;
            Position += JsonBlock.Size;
        }

        if (!isLast || text.IsEmpty) return;
        Span<byte> padded = stackalloc byte[JsonBlock.Size];
        padded.Fill((byte)' ');
        text.CopyTo(padded);
        if (Pass(padded)) Position += text.Length;
    }

    /// <summary>Passes a block; false where the record ends in it, or cannot go on.</summary>
    bool Pass(ReadOnlySpan<byte> bytes)
    {
        var block = new JsonBlock(bytes, ref _carry);
        if (block.Newlines == 0 && !_isAfterLine) return PassBrackets(block, bytes);

        var events = block.Brackets | block.Newlines;
        if (_isAfterLine) events |= Lowest(block.Significant);

        for (; events != 0; events &= events - 1)
        {
            var at = BitOperations.TrailingZeroCount(events);
            var bit = 1UL << at;
            if ((block.Newlines & bit) != 0)
            {
                if ((block.InString & bit) != 0) return Stop(ScanState.BrokenInString, at);
                if (!_isAfterLine) _lastOfLine = LastBefore(at, block.Significant, bytes);
                (_isAfterLine, _newline) = (true, Position + at);
                Newlines++;
                events |= Lowest(block.Significant & ~(bit - 1));
                continue;
            }

            if (_isAfterLine)
            {
                _isAfterLine = false;
                if (!BeginLine(bytes[at], Position + at)) return Stop(ScanState.BrokenAtLine, at);
            }

            if ((block.Brackets & bit) == 0) continue;
            if (!_nesting.TryPass(bytes[at], LastBefore(at, block.Significant, bytes))) return Stop(ScanState.BrokenAtBracket, at);
            if (_nesting.Depth == 0) return Stop(ScanState.Complete, at + 1);
        }

        _last = LastBefore(JsonBlock.Size, block.Significant, bytes);
        return true;
    }

    /// <summary>What <see cref="Pass"/> comes to where no line ends: most blocks are such, and only their brackets count.</summary>
    bool PassBrackets(in JsonBlock block, ReadOnlySpan<byte> bytes)
    {
        var nesting = _nesting;
        for (var brackets = block.Brackets; brackets != 0; brackets &= brackets - 1)
        {
            var at = BitOperations.TrailingZeroCount(brackets);
            var isPassed = Nesting.IsClosing(bytes[at]) ? nesting.TryClose(bytes[at] == '}') : nesting.TryOpen(bytes[at] == '{', LastBefore(at, block.Significant, bytes));
            if (isPassed && nesting.Depth > 0) continue;

            _nesting = nesting;
            return isPassed ? Stop(ScanState.Complete, at + 1) : Stop(ScanState.BrokenAtBracket, at);
        }

        _nesting = nesting;
        _last = LastBefore(JsonBlock.Size, block.Significant, bytes);
        return true;
    }

    static ulong Lowest(ulong bits) => bits & (0 - bits);

    byte LastBefore(int at, ulong significant, ReadOnlySpan<byte> bytes)
    {
        var before = at == JsonBlock.Size ? significant : significant & ((1UL << at) - 1);
        return before == 0 ? _last : bytes[BitOperations.Log2(before)];
    }

    /// <summary>Looks at the first byte of a further line; false where no valid JSON goes on so.</summary>
    bool BeginLine(byte first, long position)
    {
        IsAtLikely = first is (byte)'{' or (byte)'[' && position - _newline - 1 <= _indentation;
        if (IsAtLikely) LastLikely = _newline + 1;
        if (FirstLikely < 0) FirstLikely = LastLikely;
        return _nesting.MayGoOn(_lastOfLine, first);
    }

    bool Stop(ScanState state, int at)
    {
        State = state;
        Position += at;
        return false;
    }
}

/// <summary>How far a record has come.</summary>
enum ScanState
{
    /// <summary>It goes on.</summary>
    Open,

    /// <summary>It is complete.</summary>
    Complete,

    /// <summary>A line ends within a string.</summary>
    BrokenInString,

    /// <summary>It cannot go on as the next line begins.</summary>
    BrokenAtLine,

    /// <summary>It cannot go on with this bracket, which may belong to what stands around or behind it.</summary>
    BrokenAtBracket,
}
