using System.Security.Cryptography;
using System.Text;
using Davy.CloudRun;

namespace Davy.Findings;

/// <summary>The identity of a finding: the same rule, resource and repository always give the same id, whatever the tag, the digest, the order or the repetition.</summary>
public static class FindingId
{
    /// <summary>The first 32 lower-case hexadecimal characters of SHA-256 over rule, project, location, kind, name and repository, joined by line feeds in UTF-8.</summary>
    /// <param name="rule">The rule's name.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="repository">The repository as deployed, normalised by spelling alone; empty for rules that do not judge the image.</param>
    /// <returns>The id; 32 characters fit Security Command Center's rule for finding ids.</returns>
    public static string Of(string rule, CloudRunResource resource, string repository)
    {
        var text = string.Join('\n', rule, resource.Project, resource.Location, resource.Kind.Word, resource.Name, repository);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
    }
}
