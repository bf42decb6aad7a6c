using Davy.Outbound;

namespace Davy.Server.Ingest.Files;

/// <summary>
/// Follows files as they grow, are rotated, truncated, replaced and deleted. It looks at all of them, reads what is new, keeps it together with how far that was, and pauses; it asks
/// the disk and no notification, so that it works alike on network file systems and over restarts.
/// </summary>
/// <param name="declared">What the configuration says.</param>
/// <param name="keeping">Where it is kept.</param>
/// <param name="health">How it stands with each source.</param>
/// <param name="clock">The clock.</param>
sealed class FilesSource(FilesDeclaration declared, FileKeeping keeping, SourceFaults health, TimeProvider clock) : ILogSource, IDisposable
{
    // Where there are many files the looking takes no more than a tenth of the time.
    const int PauseForWork = 9;
    const int LongestShown = 300;

    // Between the renaming of a log and the making of the next there is none.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly NamedPaths _paths = new(declared.Paths);
    readonly Dictionary<string, DateTimeOffset> _refusedSince = new(StringComparer.Ordinal);
    FollowedFiles? _files;

    /// <inheritdoc/>
    public string Name => $"files/{declared.Name}";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            var began = clock.GetTimestamp();
            var hasMore = await LookAsync(cancel);
            var pause = clock.GetElapsedTime(began) * PauseForWork;
            if (!hasMore) await Task.Delay(pause > declared.Every ? pause : declared.Every, clock, cancel);
        }
    }

    /// <summary>Looks at all files once, and keeps what is new in them.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Whether there is more to be read at once.</returns>
    public async Task<bool> LookAsync(CancellationToken cancel)
    {
        _files ??= new(declared, keeping, clock, await keeping.FollowedAsync(declared.Name, cancel));
        Dictionary<string, string> refused = new(StringComparer.Ordinal);
        var hasMore = await _files.LookAsync(_paths.Find((path, why) => refused.TryAdd(path, why)), (path, why) => refused[path] = why, cancel);
        Tell(refused);
        return hasMore;
    }

    /// <inheritdoc/>
    public void Dispose() => _files?.Dispose();

    /// <summary>Tells what cannot be read, once that was seen twice and has been so for a while.</summary>
    void Tell(Dictionary<string, string> refused)
    {
        var now = clock.GetUtcNow();
        foreach (var path in _refusedSince.Keys.Where(path => !refused.ContainsKey(path)).ToList()) _refusedSince.Remove(path);
        foreach (var path in refused.Keys) _refusedSince.TryAdd(path, now);
        var told = refused.Where(each => now - _refusedSince[each.Key] >= Patience).OrderBy(each => each.Key, StringComparer.Ordinal).ToList();
        if (told.Count == 0) health.Recovered(Name);
        else health.Failed(Name, new IOException(Excerpt.Of($"{told.Count} of its files and folders cannot be read, the first is {told[0].Key}: {told[0].Value}", LongestShown)));
    }
}
