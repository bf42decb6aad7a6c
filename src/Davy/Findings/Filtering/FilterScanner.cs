using System.Buffers;
using System.Globalization;
using System.Text;

namespace Davy.Findings.Filtering;

/// <summary>Reads the words, strings and numbers of a filter from left to right, and knows where it is.</summary>
/// <param name="text">The filter.</param>
sealed class FilterScanner(string text)
{
    int _at;

    /// <summary>Where the next token begins, from 1; blanks are skipped.</summary>
    public int Column
    {
        get
        {
            while (_at < text.Length && text[_at] is ' ' or '\t' or '\r' or '\n') _at++;
            return _at + 1;
        }
    }

    /// <summary>The next character; U+0000 at the end.</summary>
    public char Next => Column <= text.Length ? text[_at] : '\0';

    /// <summary>Whether nothing is left.</summary>
    public bool IsAtEnd => Column > text.Length;

    /// <summary>What comes next, for an error.</summary>
    public string Shown => IsAtEnd ? "the end" : Word() is { Length: > 0 } word ? $"'{PathSegment.Clip(word)}'" : Printable(text.AsSpan(_at));

    /// <summary>Takes a character, where it is the next.</summary>
    public bool Takes(char character)
    {
        if (IsAtEnd || text[_at] != character) return false;
        _at++;
        return true;
    }

    /// <summary>Takes a character, where it is the next without a blank before it.</summary>
    public bool TakesNow(char character) => _at < text.Length && text[_at] == character && Takes(character);

    /// <summary>Takes a word, where it is the next and no longer than that.</summary>
    public bool TakesWord(string word)
    {
        if (!Word().SequenceEqual(word)) return false;
        _at += word.Length;
        return true;
    }

    /// <summary>Whether a name and an opening parenthesis come next; takes both.</summary>
    public bool TakesFunction(string name)
    {
        if (!Word().SequenceEqual(name)) return false;

        var start = _at;
        _at += name.Length;
        if (Takes('(')) return true;

        _at = start;
        return false;
    }

    /// <summary>The next word, without taking it; empty where none comes.</summary>
    public ReadOnlySpan<char> Word()
    {
        var rest = text.AsSpan(Column - 1);
        var end = 0;
        while (end < rest.Length && (PathSegment.IsWord(rest[end]) || rest[end] == '.')) end++;
        return rest.StartsWith('-') ? default : rest[..end];
    }

    /// <summary>Takes a dotted path.</summary>
    public List<PathSegment> Path()
    {
        List<PathSegment> segments = [];
        do
        {
            var column = _at + 1;
            if (segments.Count > 0 && _at < text.Length && text[_at] is '"' or '\'')
            {
                var key = String();
                if (key.Length == 0) throw new FilterException(column, "a key between quotes is empty");
                segments.Add(new(key, column));
                continue;
            }

            var end = _at;
            while (end < text.Length && PathSegment.IsWord(text[end]) && !(end == _at && text[end] == '-')) end++;
            if (end == _at) throw new FilterException(column, "expected a name after the dot");
            segments.Add(new(text[_at..end], column));
            _at = end;
        }
        while (_at < text.Length && text[_at] == '.' && ++_at > 0);
        return segments;
    }

    /// <summary>Takes a string between quotes of either kind, and resolves its escapes.</summary>
    public string String()
    {
        var start = Column;
        var quote = text[_at++];
        var value = new StringBuilder();
        for (; _at < text.Length; _at++)
        {
            var character = text[_at];
            if (character == quote)
            {
                _at++;
                return Whole(value.ToString(), start);
            }

            value.Append(character == '\\' ? Escape() : character);
        }

        throw new FilterException(start, $"the string that begins here has no closing {quote}");
    }

    /// <summary>Takes a number: digits, perhaps with a sign, a fraction and an exponent.</summary>
    /// <returns>Its text; empty where none comes.</returns>
    public ReadOnlySpan<char> Number()
    {
        var rest = text.AsSpan(Column - 1);
        var end = rest.StartsWith('-') ? 1 : 0;
        if (end >= rest.Length || !char.IsAsciiDigit(rest[end])) return default;

        while (end < rest.Length && (char.IsAsciiLetterOrDigit(rest[end]) || rest[end] == '.' || rest[end] is '+' or '-' && rest[end - 1] is 'e' or 'E')) end++;
        _at += end;
        return rest[..end];
    }

    char Escape()
    {
        var column = _at + 1;
        if (++_at >= text.Length) throw new FilterException(column, "expected a character after the backslash");

        switch (text[_at])
        {
            case '"' or '\'' or '\\': return text[_at];
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u' when _at + 4 < text.Length
                && ushort.TryParse(text.AsSpan(_at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit):
                _at += 4;
                return (char)unit;
            default: throw new FilterException(column, "unknown escape; expected \\\", \\', \\\\, \\n, \\r, \\t or \\uXXXX (a backslash itself is \\\\)");
        }
    }

    /// <summary>Both databases keep whole Unicode text without U+0000, so no other text can be found.</summary>
    static string Whole(string value, int column)
    {
        if (value.Contains('\0')) throw new FilterException(column, "the string has the character U+0000, which no finding has");
        for (var at = 0; at < value.Length; at++)
        {
            if (!char.IsSurrogate(value[at])) continue;
            if (at + 1 == value.Length || !char.IsSurrogatePair(value[at], value[++at])) throw new FilterException(column, "the string has half of a surrogate pair");
        }

        return value;
    }

    static string Printable(ReadOnlySpan<char> rest) =>
        char.IsBetween(rest[0], '!', '~') ? $"'{rest[0]}'"
        : Rune.DecodeFromUtf16(rest, out var rune, out _) is OperationStatus.Done ? string.Create(CultureInfo.InvariantCulture, $"the character U+{rune.Value:X4}")
        : "half of a surrogate pair";
}
