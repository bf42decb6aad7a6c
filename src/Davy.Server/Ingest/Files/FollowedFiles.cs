namespace Davy.Server.Ingest.Files;

/// <summary>The files that are followed, by what tells them from others whatever they are called.</summary>
sealed class FollowedFiles : IDisposable
{
    /// <summary>How many files stay open after they grew.</summary>
    const int MostOpen = 256;

    // A file that was renamed is looked for in its folder, but not for ever.
    const int Searches = 5;
    static readonly TimeSpan OpenAfterGrowth = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    readonly FilesDeclaration _declared;
    readonly FileKeeping _keeping;
    readonly TimeProvider _clock;
    readonly FileReading _reading;
    readonly Dictionary<FileIdentity, FollowedFile> _files = [];
    readonly Dictionary<string, FollowedFile> _byPath = new(StringComparer.Ordinal);
    readonly List<FollowedFile> _open = [];
    readonly FileBatch _batch = new();

    /// <summary>Goes on with files.</summary>
    /// <param name="declared">What the configuration says.</param>
    /// <param name="keeping">Where it is kept.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="files">Those that were followed before.</param>
    public FollowedFiles(FilesDeclaration declared, FileKeeping keeping, TimeProvider clock, IReadOnlyList<FollowedFile> files)
    {
        (_declared, _keeping, _clock) = (declared, keeping, clock);
        _reading = new(_batch, KeepAsync);
        foreach (var file in files) (_files[file.Identity], _byPath[file.Place.Path]) = (file, file);
    }

    /// <summary>Looks at files, and keeps what is new in them.</summary>
    /// <param name="found">Those that are there.</param>
    /// <param name="refuse">Told what cannot be read, and why.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Whether there is more to be read at once.</returns>
    public async Task<bool> LookAsync(IEnumerable<FoundFile> found, Action<string, string> refuse, CancellationToken cancel)
    {
        HashSet<FileIdentity> seen = [];
        var hasMore = false;
        foreach (var (path, state, root) in found)
        {
            cancel.ThrowIfCancellationRequested();
            if (!seen.Add(state.Identity)) continue;
            if (Follow(path, state, root) is { } file) hasMore |= await ReadAsync(file, state, refuse, cancel);
            else refuse(path, $"More than {_declared.Most} files are followed already.");
        }

        Dictionary<string, Dictionary<FileIdentity, string>> folders = new(StringComparer.Ordinal);
        foreach (var file in _files.Values.Where(file => !seen.Contains(file.Identity)).ToList())
        {
            cancel.ThrowIfCancellationRequested();
            hasMore |= await ReadLostAsync(file, folders, refuse, cancel);
        }

        await KeepAsync(cancel);
        CloseIdle();
        return hasMore;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _open) file.Dispose();
    }

    /// <summary>The file that is followed; null where there are too many.</summary>
    FollowedFile? Follow(string path, FileState state, string? root)
    {
        if (!_files.TryGetValue(state.Identity, out var file))
        {
            if (_files.Count >= _declared.Most) return null;

            // Where another stood at its path it may be the same content, copied back or mounted anew: that shows when it is read.
            _files[state.Identity] = file = new(state.Identity, _byPath.TryGetValue(path, out var before) ? before.Place : new() { Path = path });
        }

        (file.Missed, file.Root) = (0, root);
        if (file.Place.Path != path) file.Place = file.Place with { Path = path };
        _byPath[path] = file;
        return file;
    }

    async Task<bool> ReadAsync(FollowedFile file, FileState state, Action<string, string> refuse, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        file.See(state, now);
        if (file.ReadAt == state) return false;
        try
        {
            // Since the time of a network's file system may be another, what is an hour old counts as finished at once.
            var isSettled = now - file.ChangedAt >= _declared.Settled || now - DateTimeOffset.UnixEpoch.AddTicks(state.Modified) >= Remembered;
            Open(file);
            return file.Handle is not null && await _reading.ReadAsync(file, state, isSettled, now, cancel);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            refuse(file.Place.Path, fault.Message);
            return false;
        }
    }

    void Open(FollowedFile file)
    {
        if (file.Handle is not null || !file.TryOpen()) return;
        if (_open.Count == MostOpen)
        {
            _open[0].Dispose();
            _open.RemoveAt(0);
        }

        _open.Add(file);
    }

    /// <summary>Reads a file that is not where it is looked for: under the name that it has now, or, where it was deleted, for as long as it is open.</summary>
    async Task<bool> ReadLostAsync(FollowedFile file, Dictionary<string, Dictionary<FileIdentity, string>> folders, Action<string, string> refuse, CancellationToken cancel)
    {
        var state = FileState.At(file.Place.Path, throughLinks: false);
        if (state?.Identity != file.Identity)
        {
            if (file.Handle is null && TryHandOver(file)) return false;
            state = null;
            if (file.Missed++ < Searches && Siblings(file.Place.Path, folders).TryGetValue(file.Identity, out var path))
            {
                (file.Place, file.Missed) = (file.Place with { Path = path }, 0);
                state = FileState.At(path, throughLinks: false);
            }

            if (state is null && file.Handle is { } handle) state = FileState.Of(handle, file.Place.Path);
        }

        var (now, hasMore) = (_clock.GetUtcNow(), false);
        if (state is { } there && there.Identity == file.Identity) hasMore = await ReadAsync(file, there, refuse, cancel);
        else file.GoneAt ??= now;

        // It may be only the disk that is away for a while.
        var isOver = file.GoneAt is not null || file.ReadAt is not null;
        if (isOver && now - (file.GoneAt ?? file.ChangedAt) >= Remembered) Forget(file);
        return hasMore;
    }

    static Dictionary<FileIdentity, string> Siblings(string path, Dictionary<string, Dictionary<FileIdentity, string>> folders)
    {
        var folder = Path.GetDirectoryName(path) ?? "";
        if (folders.TryGetValue(folder, out var known)) return known;

        Dictionary<FileIdentity, string> siblings = [];
        try
        {
            foreach (var child in Directory.EnumerateFiles(folder))
            {
                if (FileState.At(child, throughLinks: false) is { Kind: FileKind.Regular } state) siblings.TryAdd(state.Identity, child);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Whoever looked for the folder itself has told of it.
        }

        return folders[folder] = siblings;
    }

    /// <summary>Where the file at its path holds the same and was read as far, it is the same one with another inode, as network file systems give them.</summary>
    bool TryHandOver(FollowedFile file)
    {
        if (!_byPath.TryGetValue(file.Place.Path, out var next) || next == file) return false;
        if (!next.Place.HasBegun || next.Place.Head != file.Place.Head || next.Place.HeadBytes != file.Place.HeadBytes || next.Place.Whole != file.Place.Whole || next.Place.At < file.Place.At) return false;

        Forget(file);
        _batch.Move(next.Identity, next.Place);
        return true;
    }

    void Forget(FollowedFile file)
    {
        file.Dispose();
        _open.Remove(file);
        _files.Remove(file.Identity);
        if (_byPath.TryGetValue(file.Place.Path, out var last) && last == file) _byPath.Remove(file.Place.Path);
        _batch.Move(file.Identity, null);
    }

    void CloseIdle()
    {
        var now = _clock.GetUtcNow();
        foreach (var file in _open.Where(file => now - file.ChangedAt >= OpenAfterGrowth).ToList())
        {
            file.Dispose();
            _open.Remove(file);
        }
    }

    async Task KeepAsync(CancellationToken cancel)
    {
        if (!_batch.IsEmpty) await _keeping.KeepAsync(_declared.Name, _batch, cancel);
        _batch.Clear();
    }
}
