using System.Text.Json.Nodes;

namespace Davy.Findings;

/// <summary>Where a finding stands in the organisation: its lowest node, and all nodes at and above it.</summary>
/// <param name="Scope">The lowest node that is known.</param>
/// <param name="All">That node and those above it, sorted: <c>organizations/1</c>, <c>folders/2</c>, <c>projects/3</c>, <c>projects/an-id</c>.</param>
sealed record FindingNodes(string Scope, IReadOnlyList<string> All)
{
    const string ResourceManager = "//cloudresourcemanager.googleapis.com/";

    public static FindingNodes Of(FindingName name, JsonObject resource)
    {
        List<string> path = [];
        var metadata = resource["gcpMetadata"];
        Add(path, metadata.Text("project"));
        foreach (var folder in metadata.At("folders").Objects()) Add(path, folder.Text("resourceFolder"));
        Add(path, metadata.Text("organization"));
        foreach (var node in resource.At("resourcePath", "nodes").Objects()) Add(path, node.Text("id"));

        // The name's node is above the rest, unless nothing else is known.
        Add(path, name.Node);
        var scope = path[0];

        var project = metadata.Text("projectDisplayName");
        if (scope.StartsWith("projects/", StringComparison.Ordinal) && NodeName.IsProjectId(project)) Add(path, $"projects/{project}");
        return new(scope, [.. path.Order(StringComparer.Ordinal)]);
    }

    /// <summary>The project's node; empty where none is known.</summary>
    public static string ProjectOf(JsonObject resource)
    {
        List<string> path = [];
        Add(path, resource.Text("gcpMetadata", "project"));
        return path is [var node] && node.StartsWith("projects/", StringComparison.Ordinal) ? node : "";
    }

    /// <summary>Whether a node is this finding's or above it.</summary>
    public bool Below(string node) => All.Contains(node, StringComparer.Ordinal);

    static void Add(List<string> path, string name)
    {
        var node = name.StartsWith(ResourceManager, StringComparison.Ordinal) ? name[ResourceManager.Length..] : name;
        if (node.Split('/') is [var kind, var id] && NodeName.IsNode(kind, id) && !path.Contains(node)) path.Add(node);
    }
}
