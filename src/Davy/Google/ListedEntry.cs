using System.Text.Json;
using System.Text.RegularExpressions;

namespace Davy.Google;

/// <summary>A log entry as Cloud Logging lists it.</summary>
/// <param name="Json">Its bytes, untouched.</param>
/// <param name="LogName">Its log; empty where it does not say.</param>
/// <param name="Timestamp">Its time, RFC 3339 in UTC; empty where it does not say or says something else.</param>
public readonly record struct ListedEntry(ReadOnlyMemory<byte> Json, string LogName, string Timestamp)
{
    /// <summary>Whether it stands in the log that names the images of deployments.</summary>
    public bool IsSystemEvent => LogName.EndsWith("/logs/cloudaudit.googleapis.com%2Fsystem_event", StringComparison.Ordinal);
}

/// <summary>A page of entries (https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list).</summary>
/// <param name="Entries">The entries, in order of time.</param>
/// <param name="NextToken">The token of the next page; empty where this is the last. A page without entries may have one.</param>
public sealed partial record EntryPage(IReadOnlyList<ListedEntry> Entries, string NextToken)
{
    // Whoever deploys decides how deep an entry is nested. One that is too deep is judged where entries are read; it must not cost the others of its page.
    static readonly JsonReaderOptions Deep = new() { MaxDepth = 10_000 };

    /// <summary>Reads a page.</summary>
    /// <param name="utf8">The answer.</param>
    /// <returns>The page.</returns>
    /// <exception cref="JsonException">It is no such answer.</exception>
    public static EntryPage Read(ReadOnlyMemory<byte> utf8)
    {
        List<ListedEntry> entries = [];
        var token = "";
        Utf8JsonReader reader = new(utf8.Span, Deep);
        Expect(ref reader, JsonTokenType.StartObject);
        while (Member(ref reader) is { } name)
        {
            if (name == "entries")
            {
                if (reader.TokenType is not JsonTokenType.StartArray) throw new JsonException("entries is no list.");
                while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray) entries.Add(Entry(ref reader, utf8));
            }
            else if (name == "nextPageToken" && reader.TokenType is JsonTokenType.String)
            {
                token = reader.GetString()!;
            }
            else
            {
                reader.Skip();
            }
        }

        return new(entries, token);
    }

    static ListedEntry Entry(ref Utf8JsonReader reader, ReadOnlyMemory<byte> utf8)
    {
        if (reader.TokenType is not JsonTokenType.StartObject) throw new JsonException("An entry is no object.");
        var start = (int)reader.TokenStartIndex;
        var (log, time) = ("", "");
        while (Member(ref reader) is { } name)
        {
            if (name == "logName") log = Text(ref reader);
            else if (name == "timestamp") time = Text(ref reader);
            else reader.Skip();
        }

        return new(utf8[start..(int)reader.BytesConsumed], log, Moment().IsMatch(time) ? time : "");
    }

    /// <summary>Goes to the value of the next member; null at the end of the object.</summary>
    static string? Member(ref Utf8JsonReader reader)
    {
        if (!reader.Read()) throw new JsonException("It ends too early.");
        if (reader.TokenType is JsonTokenType.EndObject) return null;

        // Only short names are asked for, and half of a surrogate pair can stand in any.
        var name = reader.ValueTextEquals("entries"u8) ? "entries" : reader.ValueTextEquals("nextPageToken"u8) ? "nextPageToken"
            : reader.ValueTextEquals("logName"u8) ? "logName" : reader.ValueTextEquals("timestamp"u8) ? "timestamp" : "";
        if (!reader.Read()) throw new JsonException("It ends too early.");
        return name;
    }

    static string Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.String && !reader.ValueIsEscaped) return System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
        reader.Skip();
        return "";
    }

    static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type) throw new JsonException("It is no JSON object.");
    }

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z\z")]
    private static partial Regex Moment();
}
