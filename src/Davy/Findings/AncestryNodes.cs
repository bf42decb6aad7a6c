using Davy.Images;

namespace Davy.Findings;

/// <summary>A node of an ancestry file as it is written: an organisation, a folder or a project.</summary>
sealed record AncestryNode(string Kind, string Number, string Id, string DisplayName, string Parent, IReadOnlyList<string> Contacts, int Line)
{
    /// <summary><c>folders/123</c>.</summary>
    public string Name => $"{Kind}/{Number}";
}

/// <summary>Reads the nodes of an ancestry file.</summary>
static class AncestryNodes
{
    static readonly string[] Kinds = ["organizations", "folders", "projects"];

    /// <summary>Reads them.</summary>
    /// <param name="file">The name to call the file by in errors.</param>
    /// <param name="utf8">The content.</param>
    /// <returns>The nodes, in the order of the kinds.</returns>
    /// <exception cref="UnreadableFileException">It is not in the format.</exception>
    public static List<AncestryNode> Read(string file, ReadOnlySpan<byte> utf8)
    {
        var root = LocatedJson.Parse(file, utf8);
        root.ExpectVersion(AncestryFile.Version, Kinds);
        return [.. Kinds.Where(kind => root.Member(kind) is not null).SelectMany(kind => root.List(kind).Select(json => Node(kind, json)))];
    }

    static AncestryNode Node(string kind, LocatedJson json)
    {
        json.Expect(kind switch
        {
            "organizations" => ["number", "displayName", "securityContacts"],
            "folders" => ["number", "displayName", "parent", "securityContacts"],
            _ => ["number", "id", "displayName", "parent", "securityContacts"],
        });

        IReadOnlyList<string> contacts = json.Member("securityContacts") is null ? [] : [.. json.List("securityContacts").Select(contact => contact.Text())];
        return new(kind, json.OptionalText("number"), json.OptionalText("id"), json.OptionalText("displayName"), json.OptionalText("parent"), contacts, json.Line);
    }
}
