using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Davy.Google;

namespace Davy.Findings.Live;

/// <summary>
/// The ancestry of projects, asked of Google when it is needed and kept for an hour; that a project is not known, or may not be read, for ten minutes. Where an answer cannot
/// be had, the one before holds on. What may not be read is left out, and told once.
/// </summary>
public sealed partial class LiveAncestry
{
    static readonly TimeSpan Known = TimeSpan.FromHours(1);
    static readonly TimeSpan Unknown = TimeSpan.FromMinutes(10);
    static readonly TimeSpan Failed = TimeSpan.FromMinutes(1);

    readonly GoogleHierarchy _google;
    readonly Action<string> _tell;
    readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);
    readonly Remembered<NodeAnswer> _nodes;
    readonly Remembered<ProjectAnswer> _projects;

    /// <summary>An ancestry.</summary>
    /// <param name="google">The way to Google.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Told what could not be read: a sentence, once a reason.</param>
    public LiveAncestry(GoogleHierarchy google, TimeProvider time, Action<string> tell)
    {
        (_google, _tell) = (google, tell);
        _nodes = new(time, NodeAsync);
        _projects = new(time, ProjectAsync);
    }

    /// <summary>What is known of a project.</summary>
    /// <param name="project">Its id or number.</param>
    /// <param name="cancel">Gives up waiting; what was asked is still kept when it comes.</param>
    /// <returns>Null where nothing is.</returns>
    public async Task<ProjectAncestry?> OfAsync(string project, CancellationToken cancel) =>
        ProjectForm().IsMatch(project) ? (await _projects.GetAsync(project, cancel)).Ancestry : null;

    async Task<(NodeAnswer Answer, TimeSpan Holds)> NodeAsync(string name, NodeAnswer? before)
    {
        try
        {
            return (new(await _google.NodeAsync(name, CancellationToken.None)), Known);
        }
        catch (GoogleApiException fault) when (fault.Code is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            if (fault.Code is HttpStatusCode.Forbidden) TellOnce($"{name.Split('/')[0]} in Resource Manager", fault.Message);
            return (new(null), Unknown);
        }
        catch (Exception fault) when (fault is GoogleApiException or CredentialException)
        {
            TellOnce(fault.GetType().Name, fault.Message);
            return (before ?? new(null) { HasFailed = true }, Failed);
        }
    }

    async Task<(ProjectAnswer Answer, TimeSpan Holds)> ProjectAsync(string project, ProjectAnswer? before)
    {
        var first = await _nodes.GetAsync($"projects/{project}", CancellationToken.None);
        List<FolderAncestry> folders = [];
        var (organization, organizationName) = ("", "");
        var isWhole = first.Node is not null;
        var hasFailed = first.HasFailed;
        for (var at = first.Node?.Parent ?? ""; at.Length > 0 && folders.Count <= AncestryFile.FoldersDeep;)
        {
            var answer = await _nodes.GetAsync(at, CancellationToken.None);
            hasFailed |= answer.HasFailed;
            var number = at[(at.IndexOf('/') + 1)..];
            if (at.StartsWith("organizations/", StringComparison.Ordinal))
            {
                (organization, organizationName) = (number, answer.Node?.DisplayName ?? "");
                break;
            }

            folders.Add(new(number, answer.Node?.DisplayName ?? ""));
            isWhole &= answer.Node is not null;
            at = answer.Node?.Parent ?? "";
        }

        // What is not there now may be there in a minute; until then what was known holds.
        if (hasFailed) return (before ?? new(null), Failed);

        var name = first.Node?.Name ?? "";
        if (!isWhole && await AncestorsAsync(project) is { Count: > 0 } ancestors)
        {
            name = ancestors[0];
            folders = await FoldersAsync(ancestors);
            organization = ancestors.FirstOrDefault(node => node.StartsWith("organizations/", StringComparison.Ordinal)) is { } found ? found[(found.IndexOf('/') + 1)..] : organization;
            if (organization.Length > 0) organizationName = (await _nodes.GetAsync($"organizations/{organization}", CancellationToken.None)).Node?.DisplayName ?? "";
        }

        if (name.Length == 0) return (new(null), Unknown);

        ProjectAncestry ancestry = new()
        {
            Number = name[(name.IndexOf('/') + 1)..],
            Id = first.Node?.Id ?? (project.All(char.IsAsciiDigit) ? "" : project),
            DisplayName = first.Node?.DisplayName ?? "",
            Folders = folders,
            Organization = organization,
            OrganizationDisplayName = organizationName,
            SecurityContacts = await ContactsAsync(name, before),
        };
        return (new(ancestry), Known);
    }

    async Task<List<FolderAncestry>> FoldersAsync(IReadOnlyList<string> ancestors)
    {
        List<FolderAncestry> folders = [];
        foreach (var folder in ancestors.Where(node => node.StartsWith("folders/", StringComparison.Ordinal)).Take(AncestryFile.FoldersDeep))
        {
            folders.Add(new(folder[(folder.IndexOf('/') + 1)..], (await _nodes.GetAsync(folder, CancellationToken.None)).Node?.DisplayName ?? ""));
        }

        return folders;
    }

    async Task<IReadOnlyList<string>> AncestorsAsync(string project)
    {
        try
        {
            return await _google.AncestorsAsync(project, CancellationToken.None);
        }
        catch (Exception fault) when (fault is GoogleApiException or CredentialException)
        {
            TellOnce("Cloud Asset Inventory", fault.Message);
            return [];
        }
    }

    async Task<IReadOnlyList<string>> ContactsAsync(string project, ProjectAnswer? before)
    {
        try
        {
            return await _google.ContactsAsync(project, inherited: true, CancellationToken.None);
        }
        catch (Exception fault) when (fault is GoogleApiException or CredentialException)
        {
            TellOnce("Essential Contacts", fault.Message);
            return before?.Ancestry?.SecurityContacts ?? [];
        }
    }

    void TellOnce(string matter, string message)
    {
        if (_told.TryAdd(matter, true)) _tell($"{matter}: {message}");
    }

    sealed record NodeAnswer(HierarchyNode? Node)
    {
        public bool HasFailed { get; init; }
    }

    sealed record ProjectAnswer(ProjectAncestry? Ancestry);

    // Ids of old projects may begin with a domain: example.com:project.
    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.:-]{0,99}\z")]
    private static partial Regex ProjectForm();
}
