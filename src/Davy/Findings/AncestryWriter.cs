using System.Text.Encodings.Web;
using System.Text.Json;
using Davy.Findings.Live;

namespace Davy.Findings;

/// <summary>Writes ancestry files, as <see cref="AncestryFile"/> reads them.</summary>
public static class AncestryWriter
{
    static readonly JsonWriterOptions Readable = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.Default };

    /// <summary>Writes a file.</summary>
    /// <param name="nodes">The nodes, in the order in which they are written.</param>
    /// <param name="stream">Where to.</param>
    public static void Write(IReadOnlyList<HierarchyNode> nodes, Stream stream)
    {
        using (Utf8JsonWriter json = new(stream, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("version", AncestryFile.Version);
            foreach (var kind in (string[])["organizations", "folders", "projects"])
            {
                json.WriteStartArray(kind);
                foreach (var node in nodes.Where(node => node.Kind == kind)) Write(json, node);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    static void Write(Utf8JsonWriter json, HierarchyNode node)
    {
        json.WriteStartObject();
        json.WriteString("number", node.Number);
        if (node.Id.Length > 0) json.WriteString("id", node.Id);
        if (node.DisplayName.Length > 0) json.WriteString("displayName", node.DisplayName);
        if (node.Parent.Length > 0) json.WriteString("parent", node.Parent);
        if (node.SecurityContacts.Count > 0)
        {
            json.WriteStartArray("securityContacts");
            foreach (var contact in node.SecurityContacts) json.WriteStringValue(contact);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
