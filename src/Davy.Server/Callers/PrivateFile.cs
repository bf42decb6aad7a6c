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
    public static void Write(string path, string text) => Write(path, Encoding.ASCII.GetBytes(text));

    /// <summary>Writes it, durably.</summary>
    /// <param name="path">Where; nothing may stand there, not even a link.</param>
    /// <param name="bytes">What is in it.</param>
    /// <exception cref="IOException">Something stands there, or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        using FileStream file = new(path, options);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }
}
