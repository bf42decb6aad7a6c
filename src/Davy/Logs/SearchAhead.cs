namespace Davy.Logs;

/// <summary>Answers for one record after the other whether something stands in it, but searches the whole window at once: most records are answered by where the next such thing stands.</summary>
/// <param name="search">Finds the first such thing in a text; -1 where there is none.</param>
/// <param name="longest">The most bytes that such a thing has.</param>
sealed class SearchAhead(Func<ReadOnlySpan<byte>, int> search, int longest)
{
    long _clearTo;
    bool _isFound;

    /// <summary>Whether it begins between two offsets in the window, of which the first is never before that of an earlier call.</summary>
    public bool StandsIn(TextWindow text, long from, long to)
    {
        if (_clearTo < from) (_clearTo, _isFound) = (from, false);
        if (!_isFound && _clearTo < to)
        {
            var at = search(text.From(_clearTo));
            _isFound = at >= 0;
            _clearTo = _isFound ? _clearTo + at : Math.Max(_clearTo, text.End - longest + 1);
        }

        return _isFound && _clearTo < to;
    }
}
