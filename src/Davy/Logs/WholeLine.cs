namespace Davy.Logs;

/// <summary>
/// Tells where a record is a whole line, without a look at its structure: it begins and ends with its braces, the next line that is not blank begins with another or there is
/// none, and no second object stands on it. That is sound, for in valid JSON no object follows on another and no string holds a line feed. Where it says no, the record may
/// still be whole.
/// </summary>
sealed class WholeLine(TextWindow text)
{
    /// <summary>The most of a text that is looked at.</summary>
    public const int MostBytes = LongestLine + MostBlanks;

    const int LongestLine = 128 << 10;
    const int MostBlanks = 4 << 10;

    long _searchedTo;
    Landmark _next;

    /// <summary>Looks at the line that begins with a record; each line begins behind the one before.</summary>
    /// <param name="start">The offset of the opening brace.</param>
    /// <param name="end">The offset behind the closing one.</param>
    /// <param name="mayConcernCloudRun">What the prefilter says of it.</param>
    public bool TryFind(long start, out long end, out bool mayConcernCloudRun)
    {
        (end, mayConcernCloudRun) = (0, false);
        if (!TryFindNewline(start, out var newline)) return false;

        var line = text.Between(start, newline).Span;
        while (line[^1] is (byte)' ' or (byte)'\t' or (byte)'\r') line = line[..^1];
        end = start + line.Length;
        return line[^1] == '}' && !HoldsSeam(start, end, out mayConcernCloudRun) && ObjectFollows(start, newline);
    }

    /// <summary>The whole window is searched at once: most lines are answered by where the next landmark stands.</summary>
    bool HoldsSeam(long start, long end, out bool holdsHint)
    {
        holdsHint = false;
        if (_searchedTo < start) (_searchedTo, _next) = (start, Landmark.None);
        while (_searchedTo < end)
        {
            if (_next is Landmark.None)
            {
                var at = 0;
                _next = Landmarks.Next(text.From(_searchedTo), ref at);
                _searchedTo = _next is Landmark.None ? Math.Max(_searchedTo, text.End - Landmarks.Longest + 1) : _searchedTo + at;
                if (_next is Landmark.None || _searchedTo >= end) return false;
            }

            if (_next is Landmark.Seam) return true;
            holdsHint = true;
            (_searchedTo, _next) = (_searchedTo + 1, Landmark.None);
        }

        return false;
    }

    /// <summary>The end of the text ends a line too, unless it is cut off there.</summary>
    bool TryFindNewline(long start, out long newline)
    {
        for (var searched = 0; ;)
        {
            var line = text.From(start);
            line = line[..Math.Min(line.Length, LongestLine + 1)];
            var at = line[searched..].IndexOf((byte)'\n');
            newline = start + (at < 0 ? line.Length : searched + at);
            if (at >= 0) return true;
            if (line.Length > LongestLine) return false;

            searched = line.Length;
            if (!text.Fill(start)) return text.Damage is null;
        }
    }

    bool ObjectFollows(long start, long newline)
    {
        var at = newline;
        do
        {
            foreach (var each in text.From(at))
            {
                if (each is not ((byte)'\n' or (byte)' ' or (byte)'\t' or (byte)'\r')) return each == '{';
                if (++at - newline > MostBlanks) return false;
            }
        }
        while (text.Fill(start));

        return true;
    }
}
