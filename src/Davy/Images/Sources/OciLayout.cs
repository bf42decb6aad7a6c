using Davy.Images.Content;

namespace Davy.Images.Sources;

/// <summary>An image in a folder (https://github.com/opencontainers/image-spec/blob/main/image-layout.md), as skopeo, umoci and crane write it.</summary>
/// <param name="folder">The folder.</param>
/// <param name="limits">How much is read.</param>
public sealed class OciLayout(string folder, ImageLimits limits) : IImageSource
{
    /// <inheritdoc/>
    public async Task<ImageContents> ContentsAsync(Platform? asked, CancellationToken cancel)
    {
        var bytes = UserFile.Read(Path.Combine(folder, "index.json"), limits.DocumentBytes);
        if (ImageDocument.Parse(bytes, MediaTypes.OciIndex, limits) is not ImageDocument.Index index) throw new UnreadableImageException(UnreadableReason.Format, "index.json is no index.");

        // The index of a layout is a table of contents: its images are often named there without a platform, which their configuration knows.
        List<FoundImage> images = [];
        List<Digest> indexes = [];
        List<string> beside = [];
        foreach (var child in index.Manifests)
        {
            var isOther = child.IsAttestation || (asked is not null && child.Platform is { } platform && !platform.Answers(asked));
            if (isOther || !(MediaTypes.IsIndex(child.MediaType) || MediaTypes.IsManifest(child.MediaType)))
            {
                beside.Add(child.IsAttestation ? "an attestation" : child.Platform?.ToString() ?? $"something of the type '{child.MediaType}'");
                continue;
            }

            var contents = await new ManifestWalk(ReadAsync, asked, limits).FollowAsync(child.Digest!.Value, await ReadAsync(child, cancel), child.MediaType, cancel);
            images.AddRange(contents.Images.Where(image => !images.Exists(known => known.Digest == image.Digest)));
            indexes.AddRange(contents.Indexes);
            beside.AddRange(contents.Beside);
        }

        return images.Count > 0 ? new(images, indexes, beside)
            : throw new UnreadableImageException(UnreadableReason.Missing, beside.Count > 0 ? $"The layout holds no image for {asked?.ToString() ?? "any platform"}, only {string.Join(", ", beside)}." : "The layout holds no image.");
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(Descriptor blob, CancellationToken cancel)
    {
        // A digest is one of two words and hexadecimal characters, so that no other file can be named.
        var digest = blob.Digest!.Value;
        FileInfo file = new(Path.Combine(folder, "blobs", digest.Algorithm, digest.Hex));
        if (!file.Exists) throw new UnreadableImageException(UnreadableReason.Missing, $"The layout does not hold {blob.Digest}.");
        if (file.LinkTarget is not null) throw new UnreadableImageException(UnreadableReason.Refused, $"{blob.Digest} is a link, which a layout has none of.");

        // A pipe has no length, and would be waited for.
        if (file.Length != blob.Size) throw new UnreadableImageException(UnreadableReason.Mismatch, $"{blob.Digest} has {file.Length} bytes; the manifest says {blob.Size}.");
        return Task.FromResult<Stream>(blob.Size == 0 ? new MemoryStream([], writable: false) : file.OpenRead());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    Task<byte[]> ReadAsync(Descriptor document, CancellationToken cancel) => CheckedStream.ReadAllAsync(this, document, limits.DocumentBytes, cancel);
}
