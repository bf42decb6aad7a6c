namespace Davy.Logs;

/// <summary>Something to read logs from.</summary>
/// <param name="Name">Its name, for locations: the path as given or found, <c>-</c> for standard input.</param>
/// <param name="Open">Opens it; throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where it cannot be read.</param>
/// <param name="Length">Its size in bytes; null where it is not known.</param>
/// <param name="IsRereadable">Whether it gives the same bytes when it is opened again.</param>
public sealed record LogInput(string Name, Func<Stream> Open, long? Length, bool IsRereadable)
{
    /// <summary>The most that is read of a file that says it is empty: those of <c>/proc</c> do, and so do devices, some of which have no end.</summary>
    const long MostOfEndless = 64 << 20;

    static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>
    /// The inputs that a path names: a file is itself; a folder is walked in ordinal order, which is the order of time in a Cloud Storage sink. Names that begin with a dot are
    /// passed over, and so are links to folders, which may lead in circles, and pipes and devices, on which a walk would wait.
    /// </summary>
    /// <param name="path">A file or folder.</param>
    /// <returns>The inputs, in order; one that cannot be read, a folder too, says so when it is opened.</returns>
    public static IEnumerable<LogInput> At(string path) => Directory.Exists(path) ? Walk(path) : [OfFile(path)];

    static IEnumerable<LogInput> Walk(string folder)
    {
        FileSystemInfo[] children;
        try
        {
            children = [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Everything)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [new(folder, () => throw fault, null, false)];
        }

        Array.Sort(children, (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return children.Where(child => !child.Name.StartsWith('.')).SelectMany(child => OfChild(folder, child));
    }

    static IEnumerable<LogInput> OfChild(string folder, FileSystemInfo child)
    {
        var path = Path.Combine(folder, child.Name);
        if (child is DirectoryInfo) return child.LinkTarget is null ? Walk(path) : [];

        // Pipes and devices say that they are empty; of what is, nothing needs to be read.
        return [LengthOf(path) == 0 ? new(path, () => Stream.Null, 0, true) : OfFile(path)];
    }

    static LogInput OfFile(string path)
    {
        var length = LengthOf(path) is > 0 and var known ? known : (long?)null;
        return new(path, () => OpenFile(path), length, length is not null);
    }

    /// <summary>The length of a file, or of the one that a link leads to; null where there is none.</summary>
    static long? LengthOf(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return ((file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo) ?? file).Length;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static Stream OpenFile(string path)
    {
        var file = new FileStream(path, new FileStreamOptions
        {
            // Others may go on writing, renaming or deleting it, as log rotation does. The reader has a buffer of its own.
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.SequentialScan,
            BufferSize = 0,
        });
        return file.CanSeek && file.Length == 0 ? new EndlessStream(file, MostOfEndless) : file;
    }
}
