using System.Buffers;

namespace Davy.Logs;

/// <summary>Follows what stands where a record should: a JSON value of another kind, or no JSON at all.</summary>
/// <param name="isInArray">Whether it is an element of an array, and ends where the next may begin.</param>
/// <param name="beginsLine">Whether nothing stands before it on its line; outside of arrays the line is then all its own.</param>
struct ForeignText(bool isInArray, bool beginsLine)
{
    static readonly SearchValues<byte> OfNumbers = SearchValues.Create("0123456789+-.eE"u8);

    bool _isInString;
    bool _isEscaped;
    bool _isBeyondBraces;

    /// <summary>Passes what belongs to it.</summary>
    /// <param name="text">The text that follows.</param>
    /// <param name="passed">How many bytes belong to it.</param>
    /// <returns>False where it may go on behind the text.</returns>
    public bool Pass(ReadOnlySpan<byte> text, out int passed)
    {
        for (passed = 0; passed < text.Length; passed++)
        {
            var each = text[passed];
            if (each == '\n') return true;
            if (_isInString)
            {
                _isInString = each != '"' || _isEscaped;
                _isEscaped = each == '\\' && !_isEscaped;
                continue;
            }

            if (IsBehind(each)) return true;
            _isInString = each == '"';
            _isBeyondBraces |= each is not ((byte)'}' or (byte)' ' or (byte)'\t' or (byte)'\r');
        }

        return false;
    }

    /// <summary>Whether it is one JSON value: a string, a number or a literal.</summary>
    public static bool IsValue(ReadOnlySpan<byte> text)
    {
        text = text.TrimEnd(" \t\r"u8);
        if (text[0] == '"')
        {
            var closing = 1;
            while (closing < text.Length && text[closing] != '"') closing += text[closing] == '\\' ? 2 : 1;
            return closing == text.Length - 1;
        }

        return text.SequenceEqual("true"u8) || text.SequenceEqual("false"u8) || text.SequenceEqual("null"u8)
            || (text[0] is (byte)'-' or (>= (byte)'0' and <= (byte)'9') && !text.ContainsAnyExcept(OfNumbers));
    }

    /// <summary>Closing braces that are too many cost nothing that stands behind them.</summary>
    readonly bool IsBehind(byte each) => each switch
    {
        (byte)'{' => isInArray || !beginsLine || !_isBeyondBraces,
        (byte)',' or (byte)']' => isInArray || !_isBeyondBraces,
        _ => false,
    };
}
