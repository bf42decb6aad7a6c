using System.Buffers;
using Davy.CloudRun;
using Davy.Findings;

namespace Davy.Reports;

/// <summary>
/// A finding's names and those of its project in Google's spelling (https://cloud.google.com/apis/design/resource_names), as far as log and ancestry tell them; each is empty where they do not.
/// </summary>
sealed class FindingNames
{
    const string ResourceManager = "//cloudresourcemanager.googleapis.com/";

    static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    public FindingNames(Finding finding, ReportOptions options)
    {
        var told = finding.Resource.Project;
        var toldNumber = IsNumber(finding.ProjectNumber) ? finding.ProjectNumber : IsNumber(told) ? told : "";

        Ancestry = options.Ancestry.Of(told) ?? options.Ancestry.Of(toldNumber);
        ProjectNumber = Ancestry?.Number ?? toldNumber;
        ProjectId = told != "" && !IsNumber(told) ? told : Ancestry?.Id ?? "";
        Resource = ProjectId != "" ? finding.Resource with { Project = ProjectId } : finding.Resource;

        var parent = Organization != "" ? Organization : Project;
        Parent = parent != "" ? $"{parent}/sources/{options.SourceId}/locations/global" : "";
        Name = Parent != "" ? $"{Parent}/findings/{finding.Id}" : "";
        CanonicalName = Project != "" ? $"{Project}/sources/{options.SourceId}/locations/global/findings/{finding.Id}" : "";
        ConsolePage = options.ConsoleUri != "" ? $"{options.ConsoleUri.TrimEnd('/')}/findings/{finding.Id}" : "";
        LogsExplorer = LogsExplorerLink.To(finding.Representative, ProjectId, ProjectNumber);
    }

    /// <summary>What is known of the project's place.</summary>
    public ProjectAncestry? Ancestry { get; }

    /// <summary>The resource, its project by id wherever one is known.</summary>
    public CloudRunResource Resource { get; }

    public string ProjectId { get; }

    public string ProjectNumber { get; }

    /// <summary>The id or, where it is not known, the number.</summary>
    public string ProjectWord => ProjectId != "" ? ProjectId : ProjectNumber;

    /// <summary>The display name or, where it is not known, the id.</summary>
    public string ProjectDisplayName => Ancestry is { DisplayName: not "" } known ? known.DisplayName : ProjectId;

    /// <summary><c>projects/NUMBER</c>, by id where no number is known.</summary>
    public string Project => ProjectNumber != "" ? $"projects/{ProjectNumber}" : ProjectId != "" ? $"projects/{ProjectId}" : "";

    /// <summary><c>//cloudresourcemanager.googleapis.com/projects/NUMBER</c>.</summary>
    public string FullProject => Project != "" ? ResourceManager + Project : "";

    /// <summary><c>organizations/NUMBER</c>.</summary>
    public string Organization => Ancestry is { Organization: not "" } known ? $"organizations/{known.Organization}" : "";

    /// <summary>The parent of the project: its deepest folder, else the organisation.</summary>
    public string FullParent => Ancestry is { Folders: [var deepest, ..] } ? FullFolder(deepest) : Organization != "" ? ResourceManager + Organization : "";

    public string ParentDisplayName => Ancestry is { Folders: [var deepest, ..] } ? deepest.DisplayName : Ancestry?.OrganizationDisplayName ?? "";

    /// <summary>The source that the finding stands below.</summary>
    public string Parent { get; }

    public string Name { get; }

    public string CanonicalName { get; }

    /// <summary>The finding's page in Davy's console.</summary>
    public string ConsolePage { get; }

    /// <summary>The representative entry in the Logs Explorer.</summary>
    public string LogsExplorer { get; }

    public static string FullFolder(FolderAncestry folder) => $"{ResourceManager}folders/{folder.Number}";

    static bool IsNumber(string text) => text != "" && !text.AsSpan().ContainsAnyExcept(Digits);
}
