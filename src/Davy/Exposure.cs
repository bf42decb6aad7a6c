using System.Globalization;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Logs;

namespace Davy;

/// <summary>How long a resource was exposed to an image that was found to be bad only later.</summary>
/// <param name="From">When it was deployed.</param>
/// <param name="Until">When something else was deployed there, or it was deleted; null where neither is remembered: it may still run.</param>
sealed record Exposure(Timestamp From, Timestamp? Until)
{
    /// <summary>A finding that says so.</summary>
    /// <param name="content">The finding.</param>
    /// <param name="now">When it was found.</param>
    public FindingContent In(FindingContent content, DateTimeOffset now)
    {
        var document = FindingJsonText.Parse(content.Document, "finding");
        if (document.At("sourceProperties", "properties") is not JsonObject properties) return content;

        JsonObject exposure = new() { ["from"] = From.ToString(), ["foundAt"] = now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) };
        if (Until is { } until) exposure["until"] = until.ToString();
        properties["exposure"] = exposure;
        return content with { Document = FindingJsonText.Write(document) };
    }
}
