using System.Text;

namespace Davy.Indicators;

/// <summary>The lines of a list of plain text that hold a reference, one after the other: a list of millions would be held twice over as one text.</summary>
/// <param name="utf8">The list.</param>
ref struct IndicatorLines(ReadOnlySpan<byte> utf8)
{
    ReadOnlySpan<byte> _rest = utf8.StartsWith("\uFEFF"u8) ? utf8["\uFEFF"u8.Length..] : utf8;
    char[] _room = new char[256];
    SpanLineEnumerator _lines;
    bool _isWithin;

    /// <summary>The reference as it is written, without comment and blanks.</summary>
    public ReadOnlySpan<char> Written { get; private set; }

    /// <summary>The line, counted from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The line.</summary>
    public readonly IndicatorLines Current => this;

    /// <summary>Goes through them.</summary>
    /// <returns>For <c>foreach</c>.</returns>
    public readonly IndicatorLines GetEnumerator() => this;

    /// <summary>Goes to the next line that holds a reference.</summary>
    /// <returns>False at the end.</returns>
    public bool MoveNext()
    {
        while (true)
        {
            while (_isWithin && _lines.MoveNext())
            {
                Number++;
                var comment = _lines.Current.IndexOf('#');
                Written = (comment < 0 ? _lines.Current : _lines.Current[..comment]).Trim();
                if (!Written.IsEmpty) return true;
            }

            if (_rest.IsEmpty) return false;
            var end = _rest.IndexOf((byte)'\n') is >= 0 and var newline ? newline : _rest.Length;
            if (_room.Length < end) _room = new char[end];
            ReadOnlySpan<char> piece = _room.AsSpan(0, Encoding.UTF8.GetChars(_rest[..end], _room));
            _rest = _rest[Math.Min(_rest.Length, end + 1)..];

            // Other systems end lines in other ways.
            _lines = (piece.EndsWith('\r') ? piece[..^1] : piece).EnumerateLines();
            _isWithin = true;
        }
    }
}
