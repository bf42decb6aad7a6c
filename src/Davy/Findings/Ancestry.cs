namespace Davy.Findings;

/// <summary>What is known of the projects' place in the organisation: names, numbers, folders and security contacts. It never changes a finding's id.</summary>
public sealed class Ancestry
{
    readonly Dictionary<string, ProjectAncestry> _byProject = new(StringComparer.Ordinal);

    /// <summary>Nothing is known.</summary>
    public static Ancestry Unknown { get; } = new([]);

    /// <summary>Makes an ancestry of its projects; each is found by its id and by its number.</summary>
    /// <param name="projects">The projects.</param>
    public Ancestry(IEnumerable<ProjectAncestry> projects)
    {
        foreach (var project in projects)
        {
            _byProject[project.Number] = project;
            if (project.Id != "") _byProject[project.Id] = project;
        }
    }

    /// <summary>What is known of a project.</summary>
    /// <param name="project">Its id or number.</param>
    /// <returns>Null where nothing is.</returns>
    public ProjectAncestry? Of(string project) => _byProject.GetValueOrDefault(project);
}

/// <summary>A project's place in the organisation.</summary>
public sealed record ProjectAncestry
{
    /// <summary>Its number, in digits.</summary>
    public required string Number { get; init; }

    /// <summary>Its id; empty where it is not known.</summary>
    public string Id { get; init; } = "";

    /// <summary>Its display name; empty where it is not known.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>The folders above it, the deepest first.</summary>
    public IReadOnlyList<FolderAncestry> Folders { get; init; } = [];

    /// <summary>The organisation's number, in digits; empty where there is none.</summary>
    public string Organization { get; init; } = "";

    /// <summary>The organisation's display name; empty where it is not known.</summary>
    public string OrganizationDisplayName { get; init; } = "";

    /// <summary>The e-mail addresses of the security contacts, inherited ones included, in order and without repetition.</summary>
    public IReadOnlyList<string> SecurityContacts { get; init; } = [];
}

/// <summary>A folder.</summary>
/// <param name="Number">Its number, in digits.</param>
/// <param name="DisplayName">Its display name; empty where it is not known.</param>
public sealed record FolderAncestry(string Number, string DisplayName);
