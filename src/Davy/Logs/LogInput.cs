namespace Davy.Logs;

/// <summary>Something to read logs from.</summary>
/// <param name="Name">Its name, for locations: the path as given or found, <c>-</c> for standard input.</param>
/// <param name="Open">Opens it.</param>
/// <param name="Length">Its size in bytes; null where it is not known.</param>
/// <param name="IsRereadable">Whether it gives the same bytes when it is opened again.</param>
public sealed record LogInput(string Name, Func<Stream> Open, long? Length, bool IsRereadable)
{
    /// <summary>The inputs that paths name: a file is itself; a folder is walked in ordinal order, which is the order of time in a Cloud Storage sink. Names that begin with a dot are passed over, and so are links to folders, which may lead in circles.</summary>
    /// <param name="path">A file or folder.</param>
    /// <returns>The inputs; one that cannot be opened says so when it is.</returns>
    public static IEnumerable<LogInput> At(string path)
    {
        if (!Directory.Exists(path)) return [OfFile(path)];

        return Directory.EnumerateFileSystemEntries(path)
            .Where(entry => !Path.GetFileName(entry).StartsWith('.') && !(Directory.Exists(entry) && new FileInfo(entry).LinkTarget is not null))
            .Order(StringComparer.Ordinal)
            .SelectMany(At);
    }

    static LogInput OfFile(string path)
    {
        var file = new FileInfo(path);
        var isRegular = file.Exists && (file.Attributes & FileAttributes.Device) == 0;
        return new(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1), isRegular ? file.Length : null, isRegular);
    }
}
