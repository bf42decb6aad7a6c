using System.Net;
using System.Text.RegularExpressions;
using Davy.Google;

namespace Davy.Findings.Live;

/// <summary>The projects below a node, as far as they may be listed.</summary>
/// <param name="Projects">Their ids, or numbers where an id is not known.</param>
/// <param name="Refused">What of the node could not be looked at, and why.</param>
public sealed partial record NodeProjects(IReadOnlyList<string> Projects, IReadOnlyDictionary<string, string> Refused)
{
    const string OfProjects = "projects/";

    /// <summary>Finds them.</summary>
    /// <param name="node"><c>organizations/1</c>, <c>folders/2</c> or <c>projects/p</c>; a project is itself, and nothing is asked.</param>
    /// <param name="hierarchy">The way to Google.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="GoogleApiException">There is none, or nothing may be listed.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public static async Task<NodeProjects> FindAsync(string node, GoogleHierarchy hierarchy, CancellationToken cancel)
    {
        if (node.StartsWith(OfProjects, StringComparison.Ordinal)) return new([node[OfProjects.Length..]], new Dictionary<string, string>());

        AncestryExport walk = new(hierarchy, ContactScope.None);
        await walk.RunAsync(node, cancel);
        var projects = walk.Nodes.Where(found => found.Kind == "projects").Select(found => ProjectId().IsMatch(found.Id) ? found.Id : found.Number).Distinct(StringComparer.Ordinal).ToList();

        // What stands above the node is asked for by the walk, but is not wanted here.
        var refused = walk.Refused.Where(refusal => refusal.Key.Contains(" of ", StringComparison.Ordinal)).ToDictionary();
        return projects.Count > 0 || refused.Count > 0 ? new(projects, refused) : throw new GoogleApiException($"There is no project below {node}.") { Code = HttpStatusCode.NotFound };
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9.:-]{0,99}\z")]
    private static partial Regex ProjectId();
}
