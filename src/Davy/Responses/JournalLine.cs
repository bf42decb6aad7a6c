using System.Security.Cryptography;
using System.Text.Json;

namespace Davy.Responses;

/// <summary>A line of a journal of responses, with what ties it to the line before it.</summary>
public sealed record JournalLine
{
    /// <summary>The line, without its end.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Its SHA-256, in hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>The hash of the line before it, as this line has it; empty for the first, and for what a crash cut off.</summary>
    public string Previous { get; init; } = "";

    /// <summary>What it says; null for what a crash cut off, which the next line's hash covers.</summary>
    public JournalEntry? Entry { get; init; }

    /// <summary>Reads a line.</summary>
    /// <param name="bytes">The line, without its end.</param>
    public static JournalLine Of(ReadOnlyMemory<byte> bytes)
    {
        JournalLine line = new() { Bytes = bytes, Hash = Convert.ToHexStringLower(SHA256.HashData(bytes.Span)) };
        return Parsed(bytes.Span) is { } json && EntryOf(json) is { } entry ? line with { Entry = entry, Previous = json.Text("previous") } : line;
    }

    /// <summary>Whether it follows from a line.</summary>
    /// <param name="hash">That line's hash; empty where this one is to be the first.</param>
    public bool Follows(string hash) => Entry is null || Previous == hash;

    /// <summary>All lines, each without its end.</summary>
    /// <param name="bytes">The file.</param>
    internal static List<JournalLine> All(ReadOnlyMemory<byte> bytes)
    {
        List<JournalLine> lines = [];
        while (bytes.Length > 0)
        {
            var end = bytes.Span.IndexOf((byte)'\n');
            lines.Add(Of(end < 0 ? bytes : bytes[..end]));
            bytes = end < 0 ? default : bytes[(end + 1)..];
        }

        return lines;
    }

    static JsonElement? Parsed(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonElement.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static JournalEntry? EntryOf(JsonElement json) =>
        json.Moment("at") is { } at && json.Text("record") is { Length: > 0 } record && json.Text("what") is { Length: > 0 } what ? new(at, record, what, json.Member("details")) : null;
}

/// <summary>What a line of the journal says.</summary>
/// <param name="At">When.</param>
/// <param name="Record">Of which response.</param>
/// <param name="What">What happened, in a word.</param>
/// <param name="Details">All else.</param>
public sealed record JournalEntry(DateTimeOffset At, string Record, string What, JsonElement Details);

/// <summary>What a journal has.</summary>
/// <param name="Entries">Its lines.</param>
/// <param name="Faults">Where it was changed, in sentences; none where it is whole.</param>
/// <param name="LastHash">The hash of the last line: whoever keeps it elsewhere can tell later whether lines were taken away.</param>
public sealed record JournalReading(IReadOnlyList<JournalEntry> Entries, IReadOnlyList<string> Faults, string LastHash)
{
    /// <summary>Nothing was done.</summary>
    public static JournalReading Nothing { get; } = new([], [], "");

    /// <summary>The hash of the first line, which tells journals apart; empty where there is none.</summary>
    public string Journal { get; init; } = "";
}
