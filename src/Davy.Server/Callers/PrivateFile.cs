using System.Text;

namespace Davy.Server.Callers;

/// <summary>A new file for its owner alone (mode 0600).</summary>
static class PrivateFile
{
    /// <summary>Writes it, durably.</summary>
    /// <param name="path">Where; nothing may stand there, not even a link.</param>
    /// <param name="text">What is in it, ASCII.</param>
    /// <exception cref="IOException">Something stands there, or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, string text)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        using FileStream file = new(path, options);
        file.Write(Encoding.ASCII.GetBytes(text));
        file.Flush(flushToDisk: true);
    }
}
