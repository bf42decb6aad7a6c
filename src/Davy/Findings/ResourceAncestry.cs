using System.Text.Json.Nodes;

namespace Davy.Findings;

/// <summary>Fills a finding's resource with what stands above it, as SCC v2's <c>Resource</c> has it (https://cloud.google.com/security-command-center/docs/reference/rest/v2/Resource).</summary>
public static class ResourceAncestry
{
    const string Service = "//cloudresourcemanager.googleapis.com/";

    /// <summary>The project of a finding whose place is not known yet.</summary>
    /// <param name="content">The finding.</param>
    /// <returns>Its id or number; null where there is none, or where its place is known.</returns>
    public static string? Missing(FindingContent content)
    {
        var resource = FindingJsonText.Parse(content.Resource, "resource");
        if (resource.Text("gcpMetadata", "organization").Length > 0 || resource.At("gcpMetadata", "folders") is JsonArray { Count: > 0 }) return null;
        return FindingNodes.ProjectOf(resource) is { Length: > 0 } project ? project[(project.LastIndexOf('/') + 1)..] : null;
    }

    /// <summary>Fills a finding. What it says itself stays, and so do its name and its resource's.</summary>
    /// <param name="content">The finding.</param>
    /// <param name="ancestry">What is known of its project.</param>
    /// <returns>The finding with it.</returns>
    public static FindingContent Fill(FindingContent content, ProjectAncestry ancestry)
    {
        var resource = FindingJsonText.Parse(content.Resource, "resource");
        var metadata = resource["gcpMetadata"] as JsonObject ?? [];
        resource["gcpMetadata"] = metadata;

        var organization = ancestry.Organization.Length > 0 ? $"organizations/{ancestry.Organization}" : "";
        var (parent, parentName) = ancestry.Folders is [var nearest, ..] ? ($"folders/{nearest.Number}", nearest.DisplayName) : (organization, ancestry.OrganizationDisplayName);
        Give(resource, "displayName", ancestry.DisplayName);
        Give(metadata, "projectDisplayName", ancestry.DisplayName);
        Give(metadata, "parent", parent.Length > 0 ? Service + parent : "");
        Give(metadata, "parentDisplayName", parentName);
        Give(metadata, "organization", organization);
        metadata["folders"] = new JsonArray([.. ancestry.Folders.Select(Folder)]);

        var project = $"projects/{ancestry.Number}";
        JsonArray path = [Node("GCP_PROJECT", project, ancestry.DisplayName)];
        foreach (var folder in ancestry.Folders) path.Add((JsonNode)Node("GCP_FOLDER", $"folders/{folder.Number}", folder.DisplayName));
        if (organization.Length > 0) path.Add((JsonNode)Node("GCP_ORGANIZATION", organization, ancestry.OrganizationDisplayName));
        resource["resourcePath"] = new JsonObject { ["nodes"] = path };
        string[] names = [organization, .. ancestry.Folders.Reverse().Select(folder => $"folders/{folder.Number}"), project];
        resource["resourcePathString"] = string.Join('/', names.Where(name => name.Length > 0));

        return content with { Resource = FindingJsonText.Write(resource), Document = WithContacts(content.Document, ancestry.SecurityContacts) };
    }

    static string WithContacts(string document, IReadOnlyList<string> emails)
    {
        if (emails.Count == 0) return document;

        var finding = FindingJsonText.Parse(document, "finding");
        if (finding.At("contacts", "security", "contacts") is JsonArray { Count: > 0 }) return document;

        var contacts = finding["contacts"] as JsonObject ?? [];
        finding["contacts"] = contacts;
        contacts["security"] = new JsonObject { ["contacts"] = new JsonArray([.. emails.Select(email => (JsonNode)new JsonObject { ["email"] = email })]) };
        return FindingJsonText.Write(finding);
    }

    static JsonNode Folder(FolderAncestry folder)
    {
        JsonObject json = new() { ["resourceFolder"] = $"{Service}folders/{folder.Number}" };
        Give(json, "resourceFolderDisplayName", folder.DisplayName);
        return json;
    }

    static JsonObject Node(string type, string id, string displayName)
    {
        JsonObject json = new() { ["nodeType"] = type, ["id"] = id };
        Give(json, "displayName", displayName);
        return json;
    }

    static void Give(JsonObject json, string name, string value)
    {
        if (value.Length > 0 && json.Text(name).Length == 0) json[name] = value;
    }
}
