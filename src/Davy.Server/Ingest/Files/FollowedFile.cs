using Microsoft.Win32.SafeHandles;

namespace Davy.Server.Ingest.Files;

/// <summary>A file that is followed.</summary>
/// <param name="identity">Which it is.</param>
/// <param name="place">How far it was read.</param>
sealed class FollowedFile(FileIdentity identity, FilePlace place) : IDisposable
{
    /// <summary>Which it is.</summary>
    public FileIdentity Identity => identity;

    /// <summary>How far it was read, with its path.</summary>
    public FilePlace Place { get; set; } = place;

    /// <summary>The folder that it must be in, without links; null for anywhere.</summary>
    public string? Root { get; set; }

    /// <summary>The file, open since it grew last: so it can be read to its end where it is renamed or deleted.</summary>
    public SafeFileHandle? Handle { get; private set; }

    /// <summary>How it stood when it was read to its end; null where there may be more.</summary>
    public FileState? ReadAt { get; set; }

    /// <summary>Since when it is as it is.</summary>
    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>How often in a row it was not found where it is looked for.</summary>
    public int Missed { get; set; }

    /// <summary>Since when nothing of it is there; null where something is.</summary>
    public DateTimeOffset? GoneAt { get; set; }

    FileState _state;

    /// <summary>Tells how it stands.</summary>
    public void See(FileState state, DateTimeOffset now)
    {
        GoneAt = null;
        if (state != _state) (_state, ChangedAt) = (state, now);
    }

    /// <summary>Opens it, unless it is open.</summary>
    /// <returns>False where another stands at its path.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public bool TryOpen() => (Handle ??= FileState.Open(Place.Path, identity, Root)) is not null;

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        Handle?.Dispose();
        Handle = null;
    }
}
