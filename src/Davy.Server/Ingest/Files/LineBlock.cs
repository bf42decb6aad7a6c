using System.Text.Json;
using Davy.Logs;
using Microsoft.Win32.SafeHandles;

namespace Davy.Server.Ingest.Files;

/// <summary>Some whole lines of a file that grows.</summary>
/// <param name="Records">What stands on them, each with its place.</param>
/// <param name="Next">Where reading goes on.</param>
/// <param name="HasMore">Whether there is more to be had now.</param>
/// <param name="IsCutOff">Whether the file ends in a line that has no end yet.</param>
sealed record LineBlock(IReadOnlyList<(ReadOnlyMemory<byte> Json, EntryLocation Location)> Records, FilePlace Next, bool HasMore, bool IsCutOff)
{
    // More only for a line that needs it.
    const int UsualBytes = 256 << 10;
    const int MostRecords = 1_000;
    const int MostDepth = 1_000;

    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads lines.</summary>
    /// <param name="file">The file.</param>
    /// <param name="place">Where to begin.</param>
    /// <param name="isSettled">Whether the file has been as it is for a while: then a record at its end counts as whole without the end of its line.</param>
    /// <param name="limits">What a record may be.</param>
    /// <returns>Null where the file no longer holds what was read of it.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static LineBlock? Read(SafeFileHandle file, FilePlace place, bool isSettled, ReadLimits limits)
    {
        // Most files are small, and one that grows meanwhile is read again at once.
        var first = (int)Math.Min(UsualBytes, Math.Max(RandomAccess.GetLength(file) - place.At, 0) + 1);
        for (var size = first; ; size = (int)Math.Min(size * 8L, limits.EnvelopeBytes + 1L))
        {
            // What was read last is read again with what follows, so that the two belong together.
            var buffer = new byte[place.TailBytes + size];
            var count = Fill(file, buffer, place.At - place.TailBytes);
            if (count < place.TailBytes || (place.TailBytes > 0 && FilePlace.Mark(buffer.AsSpan(0, place.TailBytes)) != place.Tail)) return null;

            var text = buffer.AsMemory(place.TailBytes..count);
            var isWholeBuffer = text.Length == size;
            if (text.Span.LastIndexOf((byte)'\n') is >= 0 and var newline) return Lines(text[..(newline + 1)], place, isWholeBuffer, isCutOff: newline + 1 < text.Length);
            if (place.IsInTooLarge && text.Length > 0) return new([], Moved(place, text.Span, 0) with { IsInTooLarge = true }, isWholeBuffer, IsCutOff: !isWholeBuffer);
            if (isWholeBuffer && size > limits.EnvelopeBytes) return TooLarge(text, place, limits);
            if (!isWholeBuffer) return isSettled && IsObject(text.Span) ? Lines(text, place, hasMore: false, isCutOff: false) : new([], place, HasMore: false, IsCutOff: text.Length > 0);
        }
    }

    /// <summary>Whether the first bytes of a file are those that a place knows.</summary>
    public static bool BeginsAs(SafeFileHandle file, FilePlace place)
    {
        var head = new byte[place.HeadBytes];
        return Fill(file, head, 0) == head.Length && (head.Length == 0 || FilePlace.Mark(head) == place.Head);
    }

    /// <summary>Reads as much as there is, up to the size of the buffer.</summary>
    public static int Fill(SafeFileHandle file, Span<byte> buffer, long from)
    {
        var count = 0;
        while (count < buffer.Length && RandomAccess.Read(file, buffer[count..], from + count) is var read and > 0) count += read;
        return count;
    }

    static LineBlock Lines(ReadOnlyMemory<byte> text, FilePlace place, bool hasMore, bool isCutOff)
    {
        List<(ReadOnlyMemory<byte>, EntryLocation)> records = [];
        var (at, newlines, isPassing) = (0, 0, place.IsInTooLarge);
        if (place.At == 0 && text.Span.StartsWith(ByteOrderMark)) at = ByteOrderMark.Length;
        while (at < text.Length)
        {
            if (records.Count == MostRecords) return new(records, Moved(place, text.Span[..at], newlines), HasMore: true, isCutOff);

            var length = text.Span[at..].IndexOf((byte)'\n');
            var line = length < 0 ? text[at..] : text.Slice(at, length);
            var start = at + line.Span.IndexOfAnyExcept(" \t\r"u8);
            if (!isPassing && start >= at) records.Add((text[start..(at + line.Span.LastIndexOfAnyExcept(" \t\r"u8) + 1)], new(place.Path, place.Line + newlines, place.At + start)));
            isPassing = false;
            at += line.Length;
            if (length < 0) break;
            at++;
            newlines++;
        }

        return new(records, Moved(place, text.Span[..at], newlines), hasMore, isCutOff);
    }

    /// <summary>So much of the line is given out that it is seen to be too large; the rest is passed.</summary>
    static LineBlock TooLarge(ReadOnlyMemory<byte> text, FilePlace place, ReadLimits limits) =>
        new([(text[..Math.Min(text.Length, limits.EntryBytes + 1)], new(place.Path, place.Line, place.At))], Moved(place, text.Span, 0) with { IsInTooLarge = true }, HasMore: true, IsCutOff: true);

    static FilePlace Moved(FilePlace place, ReadOnlySpan<byte> text, int newlines)
    {
        var tail = text[^Math.Min(text.Length, FilePlace.MostOfTail)..];
        var head = text[..Math.Min(text.Length, FilePlace.MostOfHead)];
        var moved = place with { At = place.At + text.Length, Line = place.Line + newlines, Tail = FilePlace.Mark(tail), TailBytes = tail.Length, IsInTooLarge = false };
        return place.At > 0 ? moved : moved with { Head = FilePlace.Mark(head), HeadBytes = head.Length };
    }

    static bool IsObject(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith(ByteOrderMark)) text = text[ByteOrderMark.Length..];
        Utf8JsonReader reader = new(text, new JsonReaderOptions { MaxDepth = MostDepth });
        try
        {
            if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject) return false;
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
