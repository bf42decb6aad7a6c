using System.Text.Json;
using Davy.CloudRun;
using Davy.Logs;

namespace Davy.Reports;

/// <summary>Where a SARIF result stands: in a file, and in the cloud.</summary>
static class SarifLocation
{
    public static bool IsKnown(EntryLocation location) => !string.IsNullOrEmpty(location.Input);

    public static void Physical(Utf8JsonWriter json, EntryLocation location)
    {
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", Artifact(location.Input));
        json.WriteEndObject();
        if (location.Line > 0)
        {
            json.WriteStartObject("region");
            json.WriteNumber("startLine", location.Line);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public static void Logical(Utf8JsonWriter json, CloudRunResource resource)
    {
        json.WriteStartArray("logicalLocations");
        json.WriteStartObject();
        json.WriteString("name", resource.Name);
        json.WriteString("fullyQualifiedName", resource.FullName);
        json.WriteString("kind", "resource");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>
    /// The input as a relative reference (RFC 3986 §4.2), each segment percent-encoded, so that no name can turn into a scheme or a host. Standard input is called <c>stdin</c>:
    /// GitHub refuses a whole file for one result without an artifact.
    /// </summary>
    public static string Artifact(string input)
    {
        if (input == "-") return "stdin";

        var segments = input.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString).ToList();
        while (segments is [".", _, ..] or ["", "", ..]) segments.RemoveAt(0);
        return string.Join('/', segments);
    }
}
