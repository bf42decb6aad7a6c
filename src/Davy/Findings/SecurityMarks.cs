using System.Text.Json.Nodes;

namespace Davy.Findings;

/// <summary>The marks that people put on a finding (https://cloud.google.com/security-command-center/docs/reference/rest/v2/SecurityMarks). Keys count without regard to case.</summary>
public static class SecurityMarks
{
    const int MostMarks = 1_000;
    const int LongestKey = 256;
    const int LongestValue = 4_096;

    /// <summary>Changes marks.</summary>
    /// <param name="finding">The finding's document.</param>
    /// <param name="name">The finding's name.</param>
    /// <param name="changes">Key to new value; null takes the mark away.</param>
    /// <param name="replaceAll">Whether what is not in <paramref name="changes"/> is taken away.</param>
    /// <exception cref="RefusedException">A key or value is not allowed.</exception>
    internal static void Change(JsonObject finding, FindingName name, IReadOnlyDictionary<string, string?> changes, bool replaceAll)
    {
        SortedDictionary<string, string> marks = new(StringComparer.Ordinal);
        if (!replaceAll)
        {
            foreach (var (key, value) in Of(finding)) marks[key] = value;
        }

        foreach (var (key, value) in changes)
        {
            Check(key, value);
            foreach (var known in marks.Keys.Where(known => string.Equals(known, key, StringComparison.OrdinalIgnoreCase)).ToList()) marks.Remove(known);
            if (value is not null) marks[key] = value.Trim();
        }

        if (marks.Count > MostMarks) throw new RefusedException(Refusal.InvalidArgument, $"security_marks.marks: there would be {marks.Count} marks; at most {MostMarks} are kept.");
        if (marks.Count == 0)
        {
            finding.Remove("securityMarks");
            return;
        }

        finding["securityMarks"] = new JsonObject
        {
            ["name"] = $"{name}/securityMarks",
            ["marks"] = new JsonObject(marks.Select(mark => KeyValuePair.Create(mark.Key, (JsonNode?)mark.Value))),
            ["canonicalName"] = $"{(finding.Text("canonicalName") is { Length: > 0 } canonical ? canonical : name.ToString())}/securityMarks",
        };
    }

    /// <summary>One JSON object of the marks, keys sorted; empty where there are none.</summary>
    internal static string Canonical(JsonObject finding)
    {
        var marks = Of(finding).OrderBy(mark => mark.Key, StringComparer.Ordinal).ToList();
        return marks.Count == 0 ? "" : FindingJsonText.Write(new JsonObject(marks.Select(mark => KeyValuePair.Create(mark.Key, (JsonNode?)mark.Value))));
    }

    static IEnumerable<KeyValuePair<string, string>> Of(JsonObject finding) =>
        finding.At("securityMarks", "marks") is JsonObject marks ? marks.Select(mark => KeyValuePair.Create(mark.Key, mark.Value.Text())) : [];

    static void Check(string key, string? value)
    {
        if (key.Length is 0 or > LongestKey || key.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-')))
        {
            throw new RefusedException(Refusal.InvalidArgument, $"security_marks.marks: a key has 1 to {LongestKey} letters, digits, '_' or '-'.");
        }

        if (value is not null && value.Trim().Length is 0 or > LongestValue)
        {
            throw new RefusedException(Refusal.InvalidArgument, $"security_marks.marks.{key}: a value has 1 to {LongestValue} characters.");
        }
    }
}
