using System.Text.RegularExpressions;
using Davy.CloudRun;

namespace Davy.Responses;

/// <summary>Names of the Cloud Run Admin API v2 (https://cloud.google.com/run/docs/reference/rest): they go into paths of requests and into command lines, so that nothing else passes.</summary>
public static partial class WorkloadName
{
    /// <summary>Reads a name.</summary>
    /// <param name="text"><c>projects/P/locations/L/services/S</c>, <c>…/jobs/J</c> or <c>…/workerPools/W</c>; also with <c>//run.googleapis.com/</c> before it.</param>
    /// <returns>The resource; null where the text is no such name.</returns>
    public static CloudRunResource? Parse(string text)
    {
        const string service = "//run.googleapis.com/";
        var name = text.StartsWith(service, StringComparison.Ordinal) ? text[service.Length..] : text;
        if (name.Length > 300 || Form().Match(name) is not { Success: true } match) return null;

        var kind = match.Groups["kind"].Value switch { "services" => ResourceKind.Service, "jobs" => ResourceKind.Job, _ => ResourceKind.WorkerPool };
        return new(kind, match.Groups["project"].Value, match.Groups["location"].Value, match.Groups["name"].Value);
    }

    /// <summary>Whether a name that Cloud Run gave is one of a revision or execution of a resource.</summary>
    internal static bool IsChild(string name, CloudRunResource parent, string collection) =>
        name.StartsWith($"{parent.AdminName}/{collection}/", StringComparison.Ordinal) && Short().IsMatch(name[(parent.AdminName.Length + collection.Length + 2)..]);

    /// <summary>Whether a name that Cloud Run gave is one of an operation.</summary>
    internal static bool IsOperation(string name) => name.Length <= 300 && Operation().IsMatch(name);

    [GeneratedRegex(@"\Aprojects/(?<project>(?:[a-z][a-z0-9.-]{1,61}:)?[a-z0-9][a-z0-9-]{1,62})/locations/(?<location>[a-z][a-z0-9-]{1,40})/(?<kind>services|jobs|workerPools)/(?<name>[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)\z")]
    private static partial Regex Form();

    [GeneratedRegex(@"\A[a-z](?:[a-z0-9-]{0,99}[a-z0-9])?\z")]
    private static partial Regex Short();

    [GeneratedRegex(@"\Aprojects/[A-Za-z0-9.:-]+/locations/[a-z0-9-]+/operations/[A-Za-z0-9_.-]+\z")]
    private static partial Regex Operation();
}
