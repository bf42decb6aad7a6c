using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
        while (true)
        {
            var ordinary = PassOrdinary(text);
            Position += ordinary;
            text = text[ordinary..];
            if (text.Length < JsonBlock.Size) break;

            if (!Pass(text[..JsonBlock.Size])) return;
            Position += JsonBlock.Size;
            text = text[JsonBlock.Size..];
        }

        if (!isLast || text.IsEmpty) return;
        Span<byte> padded = stackalloc byte[JsonBlock.Size];
        padded.Fill((byte)' ');
        text.CopyTo(padded);
        if (Pass(padded)) Position += text.Length;
    }

    /// <summary>
    /// Passes blocks in which all is as in most logs: brackets that fit each other within the record, and lines that go on with a name, a string or an end. It does what
    /// <see cref="Pass"/> does, in one loop that hardly calls anything; the first block with anything else in it is left as it is.
    /// </summary>
    /// <returns>How many bytes were passed.</returns>
    int PassOrdinary(ReadOnlySpan<byte> text)
    {
        ref var begin = ref MemoryMarshal.GetReference(text);
        var (carry, nesting, lines) = (_carry, _nesting, new Lines(this));
        var block = 0;
        for (; block + JsonBlock.Size <= text.Length; block += JsonBlock.Size)
        {
            var open = carry;
            var (low, high) = (Vector256.LoadUnsafe(ref begin, (nuint)block), Vector256.LoadUnsafe(ref begin, (nuint)(block + Vector256<byte>.Count)));
            var bytes = new JsonBlock(low, high, ref open);
            var goesOn = nesting;
            var brackets = bytes.Brackets;
            for (; brackets != 0; brackets &= brackets - 1)
            {
                var at = block + BitOperations.TrailingZeroCount(brackets);
                var bracket = text[at];
                var isOrdinary = Nesting.IsClosing(bracket) ? goesOn.TryCloseInner(bracket)
                    : goesOn.TryOpenKnown(bracket, at > 0 && text[at - 1] > ' ' ? text[at - 1] : LastBefore(text, at));
                if (!isOrdinary) break;
            }

            if (brackets != 0 || !lines.TryPass(bytes, text, block)) break;
            (carry, nesting) = (open, goesOn);
        }

        if (block == 0) return 0;
        (_carry, _nesting, _last) = (carry, nesting, LastBefore(text, block));
        lines.Tell(this);
        return block;
    }

    /// <summary>The last byte before a place that is not white space. It goes backwards, over white space alone.</summary>
    byte LastBefore(ReadOnlySpan<byte> text, int at)
    {
        while (--at >= 0)
        {
            if (text[at] > ' ') return text[at];
        }

        return _last;
    }

    /// <summary>Passes a block; false where the record ends in it, or cannot go on.</summary>
    bool Pass(ReadOnlySpan<byte> bytes)
    {
        var block = new JsonBlock(Vector256.Create(bytes), Vector256.Create(bytes[Vector256<byte>.Count..]), ref _carry);
        var (brackets, newlines, significant) = (block.Brackets, block.Newlines, block.Significant);
        var events = brackets | newlines;
        if (_isAfterLine) events |= Lowest(significant);

        for (; events != 0; events &= events - 1)
        {
            var at = BitOperations.TrailingZeroCount(events);
            var bit = 1UL << at;
            if ((newlines & bit) != 0)
            {
                if ((block.InString & bit) != 0) return Stop(ScanState.BrokenInString, at);
                if (!_isAfterLine) _lastOfLine = LastBefore(at, significant, bytes);
                (_isAfterLine, _newline) = (true, Position + at);
                Newlines++;
                events |= Lowest(significant & ~(bit - 1));
                continue;
            }

            if (_isAfterLine)
            {
                _isAfterLine = false;
                if (!BeginLine(bytes[at], Position + at)) return Stop(ScanState.BrokenAtLine, at);
            }

            if ((brackets & bit) == 0) continue;
            if (!_nesting.TryPass(bytes[at], LastBefore(at, significant, bytes))) return Stop(ScanState.BrokenAtBracket, at);
            if (_nesting.Depth == 0) return Stop(ScanState.Complete, at + 1);
        }

        _last = LastBefore(JsonBlock.Size, significant, bytes);
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

    /// <summary>The ends of lines in ordinary blocks.</summary>
    struct Lines(RecordScanner scanner)
    {
        readonly long _position = scanner.Position;
        long _newlines = scanner.Newlines;
        long _newline = scanner._newline;
        byte _lastOfLine = scanner._lastOfLine;
        bool _isAfterLine = scanner._isAfterLine;

        /// <summary>
        /// Passes the ends of lines in a block; false, and nothing is passed, where not every new line begins with an end, or with a quote behind a line that ends with a comma
        /// or an opening bracket, as <see cref="Nesting.MayGoOn"/> lets them in objects and arrays alike.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool TryPass(in JsonBlock block, ReadOnlySpan<byte> text, int at)
        {
            var newlines = block.Newlines;
            return (newlines == 0 && !_isAfterLine) || TryPass(block, newlines, text, at);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        bool TryPass(in JsonBlock block, ulong newlines, ReadOnlySpan<byte> text, int at)
        {
            var (significant, quotesAndClosing, quotes) = (block.Significant, block.QuotesAndClosing, block.Places('"'));
            if ((newlines & block.InString) != 0) return false;

            // What is added to a run of blanks runs through it and comes out behind it: where a line ends in the run, that is the first byte of the next.
            var firsts = (~significant + newlines + (_isAfterLine ? 1UL : 0)) & significant;
            var usual = (~significant + (newlines & (block.CommasAndOpening << 1)) + (_isAfterLine && _lastOfLine is (byte)',' or (byte)'{' or (byte)'[' ? 1UL : 0)) & significant;
            if ((firsts & ~quotesAndClosing) != 0 || (firsts & quotes & ~usual) != 0) return false;

            if (newlines == 0)
            {
                _isAfterLine = significant == 0;
                return true;
            }

            var last = BitOperations.Log2(newlines);
            var isAfterLine = significant >> last == 0;
            if (isAfterLine && significant != 0) _lastOfLine = text[at + BitOperations.Log2(significant)];
            else if (isAfterLine && !_isAfterLine) return false;

            (_isAfterLine, _newline) = (isAfterLine, _position + at + last);
            _newlines += BitOperations.PopCount(newlines);
            return true;
        }

        /// <summary>Tells how far it has come.</summary>
        public readonly void Tell(RecordScanner scanner) =>
            (scanner.Newlines, scanner._newline, scanner._lastOfLine, scanner._isAfterLine) = (_newlines, _newline, _lastOfLine, _isAfterLine);
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
