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

    /// <summary>The longest line of which anything is said.</summary>
    public const int LongestLine = 128 << 10;

    const int MostBlanks = 4 << 10;

    /// <summary>Looks at the line that begins with a record; each line begins behind the one before.</summary>
    /// <param name="start">The offset of the opening brace.</param>
    /// <param name="end">The offset behind the closing one.</param>
    /// <param name="mayConcernCloudRun">What the prefilter says of it.</param>
    public bool TryFind(long start, out long end, out bool mayConcernCloudRun)
    {
        end = 0;
        if (!TryFindNewline(start, out var newline, out mayConcernCloudRun)) return false;

        var line = text.Between(start, newline).Span;
        while (line[^1] is (byte)' ' or (byte)'\t' or (byte)'\r') line = line[..^1];
        end = start + line.Length;
        return line[^1] == '}' && ObjectFollows(start, newline);
    }

    /// <summary>Finds the end of the line and all that stands before it in one pass; false where it is not found, or the line holds a seam. The end of the text ends a line too, unless it is cut off there.</summary>
    bool TryFindNewline(long start, out long newline, out bool holdsHint)
    {
        (newline, holdsHint) = (0, false);
        for (var at = 0; ;)
        {
            var line = text.From(start);
            line = line[..Math.Min(line.Length, LongestLine + 1)];
            for (Landmark found; (found = Landmarks.Next(line, ref at)) is not Landmark.None; at++)
            {
                newline = start + at;
                if (found is Landmark.LineFeed) return true;
                if (found is Landmark.Seam) return false;
                holdsHint = true;
            }

            newline = start + line.Length;
            if (line.Length > LongestLine) return false;
            if (!text.Fill(start)) return text.Damage is null;

            // What stands at the very end could not be seen whole.
            at = Math.Max(0, line.Length - Landmarks.Longest + 1);
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
