namespace Davy.Cli.Output;

/// <summary>Writes a file whole or not at all: into a temporary file beside it, which then takes its place.</summary>
static class AtomicFile
{
    /// <summary>Writes a file. Through a link it is the file that the link leads to, and it keeps its permissions. A device or a pipe is written to as it is: it cannot be replaced, only destroyed.</summary>
    /// <param name="path">The file; what stands there is replaced only once the new content is whole.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full)) throw new IOException($"{path} is a folder.");

        if (Special(full) is { } special)
        {
            using (special) write(special);
            return;
        }

        var target = File.Exists(full) ? File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
        var temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                if (!OperatingSystem.IsWindows() && File.Exists(target)) File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>
    /// What stands at the path, opened, where it is no ordinary file: a pipe or socket, which knows no position, or anything below /dev and /proc. An ordinary file is null.
    /// </summary>
    static FileStream? Special(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path)) return null;

        var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        if (!stream.CanSeek || path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal)) return stream;

        stream.Dispose();
        return null;
    }
}
