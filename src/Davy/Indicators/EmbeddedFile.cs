using System.IO.Compression;

namespace Davy.Indicators;

/// <summary>The lists that come with Davy, inside its assembly, compressed by gzip.</summary>
static class EmbeddedFile
{
    /// <summary>The content of a list.</summary>
    public static byte[] Read(string name)
    {
        using var stream = typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        using GZipStream gzip = new(stream, CompressionMode.Decompress);
        using MemoryStream content = new();
        gzip.CopyTo(content);
        return content.ToArray();
    }
}
