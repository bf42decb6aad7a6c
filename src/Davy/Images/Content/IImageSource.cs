namespace Davy.Images.Content;

/// <summary>Where an image is had: a registry, a folder, an archive. What it gives is hostile, and checked by who reads it.</summary>
public interface IImageSource : IDisposable
{
    /// <summary>The images under the name that the source was opened for.</summary>
    /// <param name="asked">The platform asked for; null for all.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>The images.</returns>
    /// <exception cref="UnreadableImageException">There are none that can be read.</exception>
    Task<ImageContents> ContentsAsync(Platform? asked, CancellationToken cancel);

    /// <summary>Opens a configuration or layer.</summary>
    /// <param name="blob">What a manifest says of it.</param>
    /// <param name="cancel">Ends the reading, also of the stream.</param>
    /// <returns>Its bytes as they are stored, not checked yet.</returns>
    /// <exception cref="UnreadableImageException">It cannot be had.</exception>
    Task<Stream> OpenAsync(Descriptor blob, CancellationToken cancel);
}
