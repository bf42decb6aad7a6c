using System.Buffers;

namespace Davy.Logs;

/// <summary>Cuts inputs into parts: a large file whose records begin lines into many, every other input into one.</summary>
/// <param name="limits">What a record may be.</param>
/// <param name="partBytes">How long a part is, in bytes.</param>
sealed class PartPlan(ReadLimits limits, long partBytes)
{
    /// <summary>How long a part mostly is: long enough that opening the file again does not count, short enough that what waits takes little memory.</summary>
    public const long UsualBytes = 4 << 20;

    const int MostIndentation = 64;
    const int SearchBytes = 64 << 10;

    /// <summary>Whether an input is long enough to be cut.</summary>
    public bool IsLong(LogInput input) => input.IsRereadable && input.Length >= 2 * partBytes;

    /// <summary>The parts of an input.</summary>
    /// <param name="input">The input.</param>
    public IEnumerable<LogPart<T>> PartsOf<T>(LogInput input)
        where T : struct
    {
        var kind = IsLong(input) ? KindOf(input) : null;
        var count = kind is null ? 1 : input.Length!.Value / partBytes;
        for (long part = 0; part < count; part++) yield return new(input, part * partBytes, part == count - 1 ? long.MaxValue : (part + 1) * partBytes, kind);
    }

    /// <summary>Finds the first line of a part that begins like a record.</summary>
    /// <param name="stream">The input.</param>
    /// <param name="part">The part.</param>
    /// <returns>Where the record begins; null where there is no such line.</returns>
    /// <exception cref="IOException">The input cannot be read.</exception>
    public static Checkpoint? FirstOf<T>(Stream stream, LogPart<T> part)
        where T : struct
    {
        var kind = part.Kind!.Value;
        var buffer = ArrayPool<byte>.Shared.Rent(SearchBytes);
        try
        {
            // The line feed before the part tells that a line begins with it.
            var at = part.From - 1;
            stream.Position = at;
            for (var kept = 0; at < part.To;)
            {
                var count = stream.ReadAtLeast(buffer.AsSpan(kept), 1, throwOnEndOfStream: false);
                var text = buffer.AsSpan(0, kept + count);
                if (PlaceIn(text, kind.Indentation, out var place)) return at + place < part.To ? kind with { At = at + place, Line = Checkpoint.UnknownLine } : null;
                if (count == 0) break;

                at += place;
                text[place..].CopyTo(buffer);
                kept = text.Length - place;
            }

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Finds a brace behind a line feed and so many blanks; where there is none, the place from which more text must be seen.</summary>
    static bool PlaceIn(ReadOnlySpan<byte> text, int indentation, out int place)
    {
        for (place = 0; ;)
        {
            var newline = text[place..].IndexOf((byte)'\n');
            if (newline < 0)
            {
                place = text.Length;
                return false;
            }

            place += newline;
            if (text.Length <= place + 1 + indentation) return false;

            var line = text[(place + 1)..];
            if (line[indentation] == '{' && !line[..indentation].ContainsAnyExcept((byte)' ', (byte)'\t'))
            {
                place += 1 + indentation;
                return true;
            }

            place++;
        }
    }

    /// <summary>What the second record of an input begins with, so that others can be found; null where it does not begin a line, or is no record.</summary>
    Checkpoint? KindOf(LogInput input)
    {
        try
        {
            using var stream = input.Open();
            if (!stream.CanSeek) return null;

            using var reader = new LogReader(stream, input.Name, limits, prefilter: false, SearchBytes);
            for (var records = 0; records < 2; records++)
            {
                if (!reader.IsPlain || !reader.Read() || reader.Rejected is not null) return null;
            }

            return reader.Began is { BeginsLine: true, Indentation: <= MostIndentation } kind ? kind : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Whoever reads it says so.
            return null;
        }
    }
}
