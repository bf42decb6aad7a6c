using System.Text.Json;

namespace Davy.Reports;

/// <summary>The part <c>resource</c> of the published form: the project and what stands above it.</summary>
static class PublishedResource
{
    public static void Write(Utf8JsonWriter json, FindingNames names)
    {
        json.WriteStartObject("resource");
        json.Known("name", names.FullProject);
        json.Known("displayName", names.ProjectDisplayName);
        json.WriteString("type", "google.cloud.resourcemanager.Project");
        json.WriteString("cloudProvider", "GOOGLE_CLOUD_PLATFORM");
        json.WriteString("service", "cloudresourcemanager.googleapis.com");
        Metadata(json, names);
        Path(json, names);
        json.Known("resourcePathString", PathString(names));
        json.WriteEndObject();
    }

    static void Metadata(Utf8JsonWriter json, FindingNames names)
    {
        json.WriteStartObject("gcpMetadata");
        json.Known("project", names.FullProject);
        json.Known("projectDisplayName", names.ProjectDisplayName);
        json.Known("parent", names.FullParent);
        json.Known("parentDisplayName", names.ParentDisplayName);

        if (names.Ancestry is { } ancestry)
        {
            json.WriteStartArray("folders");
            foreach (var folder in ancestry.Folders)
            {
                json.WriteStartObject();
                json.WriteString("resourceFolder", FindingNames.FullFolder(folder));
                json.Known("resourceFolderDisplayName", folder.DisplayName);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.Known("organization", names.Organization);
        json.WriteEndObject();
    }

    /// <summary>The lowest node first.</summary>
    static void Path(Utf8JsonWriter json, FindingNames names)
    {
        json.WriteStartObject("resourcePath");
        json.WriteStartArray("nodes");
        if (names.Project != "") Node(json, "GCP_PROJECT", names.Project, names.ProjectDisplayName);
        foreach (var folder in names.Ancestry?.Folders ?? []) Node(json, "GCP_FOLDER", $"folders/{folder.Number}", folder.DisplayName);
        if (names.Organization != "") Node(json, "GCP_ORGANIZATION", names.Organization, "");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Node(Utf8JsonWriter json, string type, string id, string displayName)
    {
        json.WriteStartObject();
        json.WriteString("nodeType", type);
        json.WriteString("id", id);
        json.Known("displayName", displayName);
        json.WriteEndObject();
    }

    /// <summary>The highest node first.</summary>
    static string PathString(FindingNames names)
    {
        var folders = (names.Ancestry?.Folders ?? []).Reverse().Select(folder => $"folders/{folder.Number}");
        string[] nodes = [names.Organization, .. folders, names.Project];
        return string.Join('/', nodes.Where(node => node != ""));
    }
}
