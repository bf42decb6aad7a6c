using System.Collections.Concurrent;
using Davy.Findings.Live;
using Davy.Google;
using Davy.Outbound;

namespace Davy.Server.Ingest.Logging;

/// <summary>Asks Cloud Logging for the entries of all projects below a node, round by round: first for those of the past, then for what is new. One that cannot be read is told and holds up no other.</summary>
/// <param name="declared">What the configuration says.</param>
/// <param name="hierarchy">Where the projects are found.</param>
/// <param name="logs">The logs of the projects.</param>
/// <param name="health">How it stands with each source.</param>
/// <param name="clock">The clock.</param>
sealed class CloudLoggingSource(CloudLoggingDeclaration declared, GoogleHierarchy hierarchy, ProjectLogs logs, SourceFaults health, TimeProvider clock) : ILogSource
{
    // Each may hold a page, which has 64 MiB at most.
    const int AtOnce = 2;
    const int LongestShown = 300;

    static readonly TimeSpan Rediscovery = TimeSpan.FromHours(1);

    IReadOnlyCollection<string> _projects = [];
    DateTimeOffset? _foundAt;

    /// <inheritdoc/>
    public string Name => $"cloud-logging/{declared.Name}";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancel)
    {
        await logs.LoadAsync(cancel);
        while (true)
        {
            await RoundAsync(cancel);
            await Task.Delay(declared.Every, clock, cancel);
        }
    }

    /// <summary>Reads what is new of each project, once.</summary>
    /// <param name="cancel">Stops it.</param>
    public async Task RoundAsync(CancellationToken cancel)
    {
        ConcurrentDictionary<string, string> refused = new(StringComparer.Ordinal);
        if (_foundAt is not { } at || clock.GetUtcNow() - at >= Rediscovery) await FindAsync(refused, cancel);
        await Parallel.ForEachAsync(_projects, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (project, stop) =>
        {
            try
            {
                await logs.ReadAsync(project, stop);
            }
            catch (GoogleApiException fault)
            {
                refused[$"projects/{project}"] = fault.Message;
            }
        });
        Tell(refused);
    }

    /// <summary>Finds the projects. Those that were known are read on where they cannot be listed; those that are gone are forgotten where all were.</summary>
    async Task FindAsync(ConcurrentDictionary<string, string> refused, CancellationToken cancel)
    {
        var known = _projects.Union(logs.Projects).ToHashSet(StringComparer.Ordinal);
        try
        {
            var found = await NodeProjects.FindAsync(declared.Node, hierarchy, cancel);
            foreach (var (what, why) in found.Refused) refused[what] = why;
            if (found.Refused.Count == 0) await logs.ForgetAsync([.. known.Except(found.Projects)], cancel);
            _projects = found.Refused.Count == 0 ? [.. found.Projects] : [.. known.Union(found.Projects).Order(StringComparer.Ordinal)];
            if (found.Refused.Count == 0) _foundAt = clock.GetUtcNow();
        }
        catch (GoogleApiException fault) when (known.Count > 0)
        {
            refused[declared.Node] = fault.Message;
            _projects = [.. known.Order(StringComparer.Ordinal)];
        }
    }

    void Tell(ConcurrentDictionary<string, string> refused)
    {
        if (refused.IsEmpty) health.Recovered(Name);
        else if (refused.MinBy(each => each.Key, StringComparer.Ordinal) is var (what, why)) health.Failed(Name, new IOException(Excerpt.Of($"Of {_projects.Count} projects, {refused.Count} cannot be read or listed, the first is {what}: {why}", LongestShown)));
    }
}
