namespace Davy.Images;

/// <summary>Reads a file of the user's (a list of indicators, of exceptions, of upstreams, an ancestry) whole, and no more than fits into memory: a device has no end.</summary>
public static class UserFile
{
    /// <summary>How many bytes such a file may have; a list of a million indicators in JSON stays below it.</summary>
    public const int MostBytes = 256 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, as the user named it.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="UnreadableFileException">There is no such file, it is a folder, or it has more than <see cref="MostBytes"/>.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[] Read(string path) => Read(path, MostBytes);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, as the user named it.</param>
    /// <param name="most">How many bytes it may have.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="UnreadableFileException">There is no such file, it is a folder, or it has more.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    internal static byte[] Read(string path, int most)
    {
        if (Directory.Exists(path)) throw new UnreadableFileException(path, 0, "it is a folder; name a file.");
        if (!File.Exists(path)) throw new UnreadableFileException(path, 0, "there is no such file.");

        using var file = File.OpenRead(path);
        using MemoryStream content = new(file.CanSeek ? (int)Math.Min(file.Length, most) : 0);
        var buffer = new byte[64 << 10];
        for (int count; (count = file.Read(buffer)) > 0;)
        {
            if (content.Length + count > most) throw new UnreadableFileException(path, 0, $"it has more than {most >> 20} MiB; split it, or name another file.");
            content.Write(buffer, 0, count);
        }

        // A long list is not held twice.
        return content.GetBuffer().Length == content.Length ? content.GetBuffer() : content.ToArray();
    }
}
