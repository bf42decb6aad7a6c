namespace Davy.Images.Tar;

/// <summary>One entry of an archive. Nothing of it ever becomes a path on this machine.</summary>
/// <param name="Path">Its path as it is written: hostile.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Link">What a link leads to, as it is written: hostile; empty for others.</param>
/// <param name="Size">How many bytes of content follow in the archive.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="IsSparse">Whether holes were left out of the content.</param>
readonly record struct TarEntry(string Path, TarKind Kind, string Link, long Size, int Mode, bool IsSparse)
{
    /// <summary>Whether somebody may execute it.</summary>
    public bool IsExecutable => (Mode & 0b001_001_001) != 0;
}

/// <summary>What an entry of an archive is.</summary>
enum TarKind
{
    /// <summary>A file; also whatever has content and no kind that is known, as programs that unpack have it.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>Another name of a file.</summary>
    HardLink,

    /// <summary>A device, a pipe, or something else without content.</summary>
    Other,
}
