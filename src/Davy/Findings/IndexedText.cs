using System.Text;
using System.Text.Json.Nodes;

namespace Davy.Findings;

/// <summary>
/// The texts of a finding that an index holds. PostgreSQL keeps no row in an index whose texts are longer than about 2,700 bytes together
/// (https://www.postgresql.org/docs/current/btree.html), so they are bounded, on both databases alike: what a caller sends is refused, what a log says is cut. The document
/// and its columns always say the same.
/// </summary>
static class IndexedText
{
    /// <summary>The longest, in bytes of UTF-8.</summary>
    public const int Longest = 1_500;

    // These stand in one index with the category.
    const int LongestWord = 100;

    const char Ellipsis = '…';

    static readonly (string[] Path, string Field, int Longest)[] OfFinding =
    [
        (["category"], "finding.category", Longest),
        (["resourceName"], "finding.resource_name", Longest),
        (["access", "principalEmail"], "finding.access.principal_email", Longest),
        (["sourceProperties", "properties", "resource", "kind"], "finding.source_properties.properties.resource.kind", Longest),
        (["state"], "finding.state", LongestWord),
        (["severity"], "finding.severity", LongestWord),
        (["mute"], "finding.mute", LongestWord),
    ];

    static readonly string[][] OfResource = [["gcpMetadata", "project"], ["gcpMetadata", "projectDisplayName"]];

    /// <summary>Refuses a finding whose texts are too long, unless they were so before.</summary>
    /// <exception cref="RefusedException">One is.</exception>
    public static void Check(JsonObject finding, JsonObject? before)
    {
        foreach (var (path, field, longest) in OfFinding)
        {
            var text = finding.Text(path);
            if (!IsWithin(text, longest) && text != before.Text(path)) throw new RefusedException(Refusal.InvalidArgument, $"{field}: it has more than {longest:N0} bytes.");
        }
    }

    /// <summary>Cuts what is too long; what was cut ends in an ellipsis.</summary>
    public static void Cut(JsonObject finding, JsonObject resource)
    {
        foreach (var (path, _, longest) in OfFinding) Cut(finding, path, longest);
        foreach (var path in OfResource) Cut(resource, path, Longest);
    }

    /// <summary>A text as an index can hold it.</summary>
    public static string Cut(string text, int longest = Longest)
    {
        if (IsWithin(text, longest)) return text;

        StringBuilder cut = new();
        var left = longest - Encoding.UTF8.GetByteCount([Ellipsis]);
        foreach (var rune in text.EnumerateRunes())
        {
            left -= rune.Utf8SequenceLength;
            if (left < 0) break;
            cut.Append(rune.ToString());
        }

        return cut.Append(Ellipsis).ToString();
    }

    static void Cut(JsonObject document, string[] path, int longest)
    {
        var text = document.Text(path);
        if (!IsWithin(text, longest)) document.At(path.AsSpan(..^1))![path[^1]] = Cut(text, longest);
    }

    // A UTF-16 unit is at most three bytes.
    static bool IsWithin(string text, int longest) => text.Length * 3 <= longest || (text.Length <= longest && Encoding.UTF8.GetByteCount(text) <= longest);
}
