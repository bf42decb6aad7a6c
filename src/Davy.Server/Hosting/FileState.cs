namespace Davy.Server.Hosting;

/// <summary>By what it is told that files have changed: when they were written last, and their lengths.</summary>
/// <param name="Text">Both, of each file; a file that is not there has neither.</param>
readonly record struct FileState(string Text)
{
    /// <summary>The state of files as it is now.</summary>
    /// <param name="paths">The files.</param>
    public static FileState Of(IEnumerable<string> paths) => new(string.Join(' ', paths.Select(path => new FileInfo(path) is { Exists: true } file ? $"{file.LastWriteTimeUtc.Ticks}/{file.Length}" : "-")));
}
