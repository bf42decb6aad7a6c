using System.Text.Json;
using Davy.Findings;
using Davy.Logs;

namespace Davy.Reports;

/// <summary>
/// What <c>davy scan --to</c> sends: an object a line. A finding is the published form, as <c>--format scc</c> writes it; a doubt is <c>{"doubt":{…}}</c> and a rejected entry
/// <c>{"rejectedEntry":{…}}</c>, which tells place and reason and never the entry itself. Described in docs/api.md.
/// </summary>
public static class ScanForm
{
    /// <summary>How many bytes a line may have.</summary>
    public const int MostLineBytes = 1024 * 1024;

    /// <summary>How many lines one request may have.</summary>
    public const int MostLines = 10_000;

    /// <summary>The member that makes an object a doubt.</summary>
    public const string DoubtMember = "doubt";

    /// <summary>The member that makes an object a rejected entry.</summary>
    public const string RejectedMember = "rejectedEntry";

    const int MostText = 8_192;

    /// <summary>A finding as one line, without its end.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="options">Ancestry, source and times.</param>
    /// <returns>The line in UTF-8; null for one that cannot be kept: without a project it has no name, or it is larger than a line may be.</returns>
    public static byte[]? Line(Finding finding, ReportOptions options)
    {
        if (!FindingName.TryParse(new FindingNames(finding, options).Name, out _)) return null;
        var line = Line(json => PublishedForm.Write(json, finding, options));
        return line.Length <= MostLineBytes ? line : null;
    }

    /// <summary>A doubt as one line, without its end.</summary>
    /// <param name="doubt">The doubt.</param>
    /// <returns>The line in UTF-8.</returns>
    public static byte[] Line(Doubt doubt) => Line(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject(DoubtMember);
        json.WriteString("kind", Words.Value(doubt.Kind));
        json.WriteString("key", Cut(doubt.Key));
        json.Known("project", Cut(doubt.Project));
        json.WriteString("detail", Cut(doubt.Detail));
        json.Known("example", Cut(doubt.Example));
        Write(json, doubt.Location);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>A rejected entry as one line, without its end.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>The line in UTF-8.</returns>
    public static byte[] Line(RejectedEntry entry) => Line(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject(RejectedMember);
        json.WriteString("reason", entry.Reason.ToString());
        json.WriteString("detail", Cut(entry.Detail));
        Write(json, entry.Location);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>Reads a doubt.</summary>
    /// <param name="json">What stands in <see cref="DoubtMember"/>.</param>
    /// <returns>The doubt.</returns>
    /// <exception cref="FormatException">It is none; the message says which member is wrong.</exception>
    public static Doubt ReadDoubt(JsonElement json)
    {
        Expect(json, "kind", "key", "project", "detail", "example", "location");
        var word = Text(json, "kind");
        foreach (var kind in Enum.GetValues<DoubtKind>())
        {
            if (Words.Value(kind) == word) return new(kind, Given(json, "key"), Given(json, "detail"), Location(json), Text(json, "example")) { Project = Text(json, "project") };
        }

        throw new FormatException($"kind is none; possible are {string.Join(", ", Enum.GetValues<DoubtKind>().Select(kind => Words.Value(kind)))}");
    }

    /// <summary>Reads a rejected entry.</summary>
    /// <param name="json">What stands in <see cref="RejectedMember"/>.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="FormatException">It is none; the message says which member is wrong.</exception>
    public static RejectedEntry ReadRejectedEntry(JsonElement json)
    {
        Expect(json, "reason", "detail", "location");
        var word = Text(json, "reason");
        foreach (var reason in Enum.GetValues<RejectReason>())
        {
            if (reason.ToString() == word) return new(Location(json), reason, Given(json, "detail"));
        }

        throw new FormatException($"reason is none; possible are {string.Join(", ", Enum.GetNames<RejectReason>())}");
    }

    static byte[] Line(Action<Utf8JsonWriter> write)
    {
        using MemoryStream line = new();
        using (var json = JsonWriting.Line(line)) write(json);
        return line.ToArray();
    }

    static void Write(Utf8JsonWriter json, EntryLocation location)
    {
        json.WriteStartObject("location");
        json.WriteString("input", Cut(location.Input ?? ""));
        json.WriteNumber("line", location.Line);
        json.WriteNumber("byte", location.Byte);
        json.WriteEndObject();
    }

    static string Cut(string text) => text.Length <= MostText ? text : text[..MostText];

    static void Expect(JsonElement json, params ReadOnlySpan<string> names)
    {
        if (json.ValueKind is not JsonValueKind.Object) throw new FormatException("it is no object");
        foreach (var member in json.EnumerateObject())
        {
            if (!names.Contains(member.Name)) throw new FormatException($"there is a member that it does not have; possible are {string.Join(", ", names.ToArray())}");
        }
    }

    static string Text(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value)) return "";
        try
        {
            if (value.ValueKind is JsonValueKind.String && value.GetString() is { Length: <= MostText } text) return text;
        }
        catch (InvalidOperationException)
        {
            throw new FormatException($"{name} is not valid Unicode");
        }

        throw new FormatException($"{name} is no text of at most {MostText} characters");
    }

    static string Given(JsonElement json, string name) => Text(json, name) is { Length: > 0 } text ? text : throw new FormatException($"{name} is missing");

    static EntryLocation Location(JsonElement json)
    {
        if (!json.TryGetProperty("location", out var location)) throw new FormatException("location is missing");
        Expect(location, "input", "line", "byte");
        return new(Text(location, "input"), Number(location, "line"), Number(location, "byte"));
    }

    static long Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0
            ? number
            : throw new FormatException($"location.{name} is no whole number of 0 or more");
}
