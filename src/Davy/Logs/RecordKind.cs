using System.Buffers;

namespace Davy.Logs;

/// <summary>
/// What the records of an input begin like, learnt from its second one, so that a record can be found in the middle of the input. It is a guess: records may differ, and what looks
/// like a beginning may stand within a record.
/// </summary>
sealed class RecordKind
{
    /// <summary>How much of a record tells its beginning where it does not begin a line: mostly a brace and its first key.</summary>
    const int Beginning = 12;

    /// <summary>The most that may stand between the line feed, or the record before, and a record.</summary>
    const int MostBefore = 64;

    const int SearchBytes = 64 << 10;

    readonly Checkpoint _checkpoint;
    readonly byte[] _sign;
    readonly int _before;

    RecordKind(Checkpoint checkpoint, byte[] sign, int before) => (_checkpoint, _sign, _before) = (checkpoint, sign, before);

    /// <summary>Looks at the first records of an input; null where it has none that can be told, or is not plain text.</summary>
    /// <param name="input">The input.</param>
    /// <param name="limits">What a record may be.</param>
    public static RecordKind? Of(LogInput input, ReadLimits limits)
    {
        try
        {
            using var stream = input.Open();
            if (!stream.CanSeek) return null;

            using var reader = new LogReader(stream, input.Name, limits, prefilter: false, SearchBytes);
            if (!reader.IsPlain || !reader.Read() || reader.Rejected is not null) return null;

            var end = reader.Location.Byte + reader.Entry.Length;
            if (!reader.Read() || reader.Rejected is not null) return null;

            var checkpoint = reader.Began;
            var before = checkpoint.BeginsLine ? checkpoint.Indentation + 1 : checkpoint.At - end + 1;
            if (before > MostBefore || before > checkpoint.At) return null;

            var sign = new byte[before + (checkpoint.BeginsLine ? 1 : Beginning)];
            stream.Position = checkpoint.At - before;
            return stream.ReadAtLeast(sign, sign.Length, throwOnEndOfStream: false) == sign.Length ? new(checkpoint, sign, (int)before) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Whoever reads it says so.
            return null;
        }
    }

    /// <summary>Finds the first place that looks like the beginning of a record.</summary>
    /// <param name="stream">The input.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="to">Where to end.</param>
    /// <returns>The place; null where there is none.</returns>
    /// <exception cref="IOException">The input cannot be read.</exception>
    public Checkpoint? Find(Stream stream, long from, long to)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SearchBytes);
        try
        {
            var at = Math.Max(0, from - _before);
            stream.Position = at;
            for (var kept = 0; at < to;)
            {
                var count = stream.Read(buffer.AsSpan(kept));
                var text = buffer.AsSpan(0, kept + count);
                if (text.IndexOf(_sign) is >= 0 and var place)
                {
                    at += place + _before;
                    return at < to ? _checkpoint with { At = at, Line = Checkpoint.UnknownLine } : null;
                }

                if (count == 0) break;
                kept = Math.Min(text.Length, _sign.Length - 1);
                at += text.Length - kept;
                text[^kept..].CopyTo(buffer);
            }

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
