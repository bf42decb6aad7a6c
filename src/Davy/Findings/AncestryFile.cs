using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Davy.Images;

namespace Davy.Findings;

/// <summary>
/// The ancestry of projects as a file tells it: JSON with comments, described in <c>docs/formats.md</c>. Each node names its parent; folder chains and inherited contacts follow from that.
/// </summary>
public static class AncestryFile
{
    /// <summary>The version of the format that is read.</summary>
    public const int Version = 1;

    /// <summary>How many folders Google allows above one another (https://cloud.google.com/resource-manager/quotas).</summary>
    public const int FoldersDeep = 10;

    static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What it tells.</returns>
    /// <exception cref="UnreadableFileException">It is not in the format; the message begins with <c>file:line</c>.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Ancestry Read(string path) => Parse(path, UserFile.Read(path));

    /// <summary>Reads the content of a file.</summary>
    /// <param name="file">The name to call it by in errors.</param>
    /// <param name="utf8">The content.</param>
    /// <returns>What it tells.</returns>
    /// <exception cref="UnreadableFileException">It is not in the format; the message begins with <c>file:line</c>.</exception>
    public static Ancestry Parse(string file, ReadOnlySpan<byte> utf8)
    {
        var nodes = AncestryNodes.Read(file, utf8);
        var byName = new Dictionary<string, AncestryNode>(StringComparer.Ordinal);
        var ids = new HashSet<string>(StringComparer.Ordinal);

        foreach (var node in nodes)
        {
            if (node.Number == "" || node.Number.AsSpan().ContainsAnyExcept(Digits)) Fail(file, node, "its number is missing or not in digits");
            if (!byName.TryAdd(node.Name, node)) Fail(file, node, "it stands twice");
            if (node.Id != "" && !ids.Add(node.Id)) Fail(file, node, $"another project has the id '{node.Id}' too");
            if (node.Contacts.FirstOrDefault(contact => !contact.Contains('@', StringComparison.Ordinal)) is { } wrong) Fail(file, node, $"'{wrong}' is no e-mail address");
        }

        // Every folder is walked too, so that a fault shows even where no project stands below it.
        foreach (var folder in nodes.Where(node => node.Kind is "folders")) Above(folder, byName, file);
        return new(nodes.Where(node => node.Kind is "projects").Select(project => Project(project, byName, file)).ToList());
    }

    static ProjectAncestry Project(AncestryNode project, Dictionary<string, AncestryNode> byName, string file)
    {
        var above = Above(project, byName, file);
        var organization = above.LastOrDefault(node => node.Kind is "organizations");

        return new()
        {
            Number = project.Number,
            Id = project.Id,
            DisplayName = project.DisplayName,
            Folders = [.. above.Where(node => node.Kind is "folders").Select(folder => new FolderAncestry(folder.Number, folder.DisplayName))],
            Organization = organization?.Number ?? "",
            OrganizationDisplayName = organization?.DisplayName ?? "",
            SecurityContacts = [.. project.Contacts.Concat(above.SelectMany(node => node.Contacts)).Distinct(StringComparer.OrdinalIgnoreCase)],
        };
    }

    /// <summary>What stands above a node, the nearest first.</summary>
    static List<AncestryNode> Above(AncestryNode node, Dictionary<string, AncestryNode> byName, string file)
    {
        var above = new List<AncestryNode>();
        for (var at = node; at.Parent != "";)
        {
            if (!byName.TryGetValue(at.Parent, out var parent) || parent.Kind is "projects") Fail(file, at, $"its parent '{at.Parent}' is no folder or organisation of this file");

            // A circle is one of folders, so the same count catches it.
            if (parent.Kind is "folders" && above.Count == FoldersDeep) Fail(file, node, "more than ten folders stand above it, or they go round in a circle");
            above.Add(parent);
            at = parent;
        }

        return above;
    }

    [DoesNotReturn]
    static void Fail(string file, AncestryNode node, string fault) => throw new UnreadableFileException(file, node.Line, $"{node.Name}: {fault}.");
}
