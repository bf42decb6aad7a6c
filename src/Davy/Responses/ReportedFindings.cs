using System.Text.Json;
using Davy.Images;

namespace Davy.Responses;

/// <summary>
/// Reads findings from a pipe: JSON Lines as <c>davy scan --format scc</c> and <c>davy findings list --format jsonl</c> write them, or one JSON value as <c>--format json</c> of the two writes it.
/// What is no finding is named by its line, and nothing is read then: a set that lacks something would look whole.
/// </summary>
public static class ReportedFindings
{
    /// <summary>How many bytes it may have.</summary>
    public const int MostBytes = 256 << 20;

    const int MostFaults = 10;

    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads all.</summary>
    /// <param name="input">The pipe.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The findings, as they stand there; none where there are none.</returns>
    /// <exception cref="UnreadableFileException">Something is no finding, or there is too much.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<IReadOnlyList<ReportedFinding>> ReadAsync(Stream input, CancellationToken cancel)
    {
        using MemoryStream content = new();
        var buffer = new byte[64 << 10];
        for (int count; (count = await input.ReadAsync(buffer, cancel)) > 0;)
        {
            if (content.Length + count > MostBytes) throw Fault($"it has more than {MostBytes >> 20} MiB; split the findings");
            content.Write(buffer, 0, count);
        }

        return Read(content.GetBuffer().AsMemory(0, (int)content.Length));
    }

    static List<ReportedFinding> Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Span.StartsWith(ByteOrderMark)) bytes = bytes[ByteOrderMark.Length..];
        List<ReportedFinding> found = [];
        List<string> faults = [];
        if (IsBlank(bytes.Span)) return found;
        if (Value(bytes) is { } whole)
        {
            Add(whole, "", found, faults);
        }
        else
        {
            for (var number = 1; !bytes.IsEmpty && faults.Count <= MostFaults; number++)
            {
                var end = bytes.Span.IndexOf((byte)'\n');
                var line = end < 0 ? bytes : bytes[..end];
                bytes = end < 0 ? default : bytes[(end + 1)..];
                if (IsBlank(line.Span)) continue;
                if (Value(line) is { } value) Add(value, $"line {number}", found, faults);
                else faults.Add($"line {number} is no JSON");
            }
        }

        if (faults.Count == 0) return found;
        throw Fault($"{string.Join("; ", faults.Take(MostFaults))}{(faults.Count > MostFaults ? "; and more" : "")}. Nothing was planned");
    }

    /// <summary>A value: a finding, a list of findings, or a document that has a list of them.</summary>
    static void Add(JsonElement value, string place, List<ReportedFinding> found, List<string> faults)
    {
        var isDocument = value.Member("version").ValueKind is JsonValueKind.Number && value.Member("findings").ValueKind is JsonValueKind.Array;
        if (value.ValueKind is not JsonValueKind.Array && !isDocument)
        {
            AddOne(value, place == "" ? "line 1" : place, found, faults);
            return;
        }

        var number = 0;
        foreach (var each in (isDocument ? value.Member("findings") : value).EnumerateArray())
        {
            number++;
            AddOne(each, place == "" ? $"finding {number}" : $"{place}, finding {number}", found, faults);
            if (faults.Count > MostFaults) return;
        }
    }

    static void AddOne(JsonElement value, string place, List<ReportedFinding> found, List<string> faults)
    {
        if (ReportedFinding.Of(value, place) is { } finding) found.Add(finding);
        else faults.Add($"{place} is no finding");
    }

    static JsonElement? Value(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonElement.Parse(bytes.Span, Strict);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    static bool IsBlank(ReadOnlySpan<byte> bytes) => bytes.Trim(" \t\r\n"u8).IsEmpty;

    static UnreadableFileException Fault(string fault) => new("standard input", 0, $"{fault}.");
}
