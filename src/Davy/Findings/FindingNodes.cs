using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Davy.Findings;

/// <summary>Where a finding stands in the organisation: all nodes at and above it, and a key for them.</summary>
/// <param name="Scope">The lowest node that is known, and a hash of all: findings have one key where they have the same nodes, and only there.</param>
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
        var lowest = path[0];

        var project = metadata.Text("projectDisplayName");
        if (lowest.StartsWith("projects/", StringComparison.Ordinal) && NodeName.IsProjectId(project)) Add(path, $"projects/{project}");
        List<string> all = [.. path.Order(StringComparer.Ordinal)];
        return new($"{lowest} {Hash(all)}", all);
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

    // A project may be moved, and may stand below two organisations in two sources: the lowest node alone does not tell what is above it.
    static string Hash(List<string> nodes) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', nodes))).AsSpan(0, 16));

    static void Add(List<string> path, string name)
    {
        var node = name.StartsWith(ResourceManager, StringComparison.Ordinal) ? name[ResourceManager.Length..] : name;
        if (node.Split('/') is [var kind, var id] && NodeName.IsNode(kind, id) && !path.Contains(node)) path.Add(node);
    }
}
