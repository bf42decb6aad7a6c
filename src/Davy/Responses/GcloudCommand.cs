using System.Buffers;
using Davy.CloudRun;

namespace Davy.Responses;

/// <summary>Commands of gcloud to copy (https://cloud.google.com/sdk/gcloud/reference/run). A word that a shell could read in any other way than as itself is quoted; one that cannot be quoted safely gives no command at all.</summary>
static class GcloudCommand
{
    static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:/@=,");

    /// <summary>A command about a workload.</summary>
    /// <param name="resource">The workload.</param>
    /// <param name="words">What comes before region and project.</param>
    public static string Of(CloudRunResource resource, params IEnumerable<string> words) => Line(["gcloud", "run", .. words, $"--region={resource.Location}", $"--project={resource.Project}"]);

    /// <summary>gcloud's noun: <c>services</c>, <c>jobs</c>, <c>worker-pools</c>.</summary>
    public static string Noun(CloudRunResource resource) => resource.Kind is ResourceKind.WorkerPool ? "worker-pools" : resource.Kind.Collection;

    /// <summary>A line of words.</summary>
    /// <param name="words">The words.</param>
    /// <returns>The line; empty where a word has characters beside printable ASCII, or a single quote.</returns>
    public static string Line(params IReadOnlyList<string> words) => words.Any(word => word == "" || word.AsSpan().ContainsAnyExceptInRange(' ', '~') || word.Contains('\'')) ? "" : string.Join(' ', words.Select(Quoted));

    static string Quoted(string word) => word.AsSpan().ContainsAnyExcept(Plain) ? $"'{word}'" : word;
}
