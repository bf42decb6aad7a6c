namespace Davy.Google;

/// <summary>Reads files that ought to be small.</summary>
static class BoundedFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The most bytes that it may have.</param>
    /// <returns>Its content.</returns>
    /// <exception cref="IOException">It cannot be read, or is larger.</exception>
    public static byte[] Read(string path, int most)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = new byte[most + 1];
        var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length > most ? throw new IOException($"it is larger than {most} bytes.") : buffer[..length];
    }
}
