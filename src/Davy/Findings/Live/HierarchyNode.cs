namespace Davy.Findings.Live;

/// <summary>An organisation, a folder or a project, as Resource Manager tells of it.</summary>
/// <param name="Name"><c>organizations/1</c>, <c>folders/2</c> or <c>projects/3</c>, with a number.</param>
/// <param name="Id">A project's id; empty for all else.</param>
/// <param name="DisplayName">For people; empty where there is none.</param>
/// <param name="Parent">What it stands in; empty for an organisation, and for a project that stands in none.</param>
public sealed record HierarchyNode(string Name, string Id, string DisplayName, string Parent)
{
    /// <summary>Its number, in digits.</summary>
    public string Number => Name[(Name.IndexOf('/') + 1)..];

    /// <summary><c>organizations</c>, <c>folders</c> or <c>projects</c>.</summary>
    public string Kind => Name[..Name.IndexOf('/')];

    /// <summary>The e-mail addresses of the security contacts that are set at this very node.</summary>
    public IReadOnlyList<string> SecurityContacts { get; init; } = [];
}
