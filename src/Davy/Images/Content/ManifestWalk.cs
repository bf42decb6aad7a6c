namespace Davy.Images.Content;

/// <summary>The way from a document to the images of a platform, through indexes in indexes, each opened once.</summary>
/// <param name="read">Reads a document and checks it against its digest and size.</param>
/// <param name="asked">The platform asked for; null for all.</param>
/// <param name="limits">How deep, and how many.</param>
sealed class ManifestWalk(Func<Descriptor, CancellationToken, Task<byte[]>> read, Platform? asked, ImageLimits limits)
{
    readonly List<FoundImage> _images = [];
    readonly List<Digest> _indexes = [];
    readonly List<string> _beside = [];
    readonly HashSet<Digest> _seen = [];

    /// <summary>Follows a document.</summary>
    /// <param name="digest">Its digest.</param>
    /// <param name="bytes">Its bytes, checked.</param>
    /// <param name="sentAs">The media type that it was sent as; empty for none.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="UnreadableImageException">There is no image of the platform, or the way to it is none.</exception>
    public async Task<ImageContents> FollowAsync(Digest digest, byte[] bytes, string sentAs, CancellationToken cancel)
    {
        await FollowAsync(digest, bytes, sentAs, 0, cancel);
        if (_images.Count > 0) return new(_images, _indexes, _beside);

        var there = _beside.Count > 0 ? $" There is {string.Join(", ", _beside)}." : "";
        throw new UnreadableImageException(UnreadableReason.Missing, asked is null ? "The index holds no image." : $"There is no image for {asked}.{there} Name one with --platform.");
    }

    async Task FollowAsync(Digest digest, byte[] bytes, string sentAs, int depth, CancellationToken cancel)
    {
        if (!_seen.Add(digest)) return;
        switch (ImageDocument.Parse(bytes, sentAs, limits))
        {
            case ImageDocument.Manifest manifest:
                _images.Add(new(digest, manifest, bytes, ""));
                break;
            case ImageDocument.Index index:
                _indexes.Add(digest);
                // Lists name nearly all by SHA-256, whatever the image is called by.
                if (digest.IsSha512) _indexes.Add(Digest.Compute(bytes));
                if (depth == limits.IndexDepth) throw new UnreadableImageException(UnreadableReason.Limit, $"Indexes stand in one another more than {limits.IndexDepth} deep.");
                foreach (var child in Wanted(index)) await FollowAsync(child.Digest!.Value, await read(child, cancel), child.MediaType, depth + 1, cancel);
                break;
        }
    }

    IEnumerable<Descriptor> Wanted(ImageDocument.Index index)
    {
        foreach (var child in index.Manifests)
        {
            if (IsWanted(child, index.Manifests.Count))
            {
                if (_seen.Count >= limits.Manifests) throw new UnreadableImageException(UnreadableReason.Limit, $"There are more than {limits.Manifests} manifests.");
                yield return child;
            }
            else
            {
                _beside.Add(child.IsAttestation ? "an attestation" : child.Platform?.ToString() ?? $"something of the type '{child.MediaType}'");
            }
        }
    }

    /// <summary>An index has to be looked into; an image without a platform is taken where it is alone, as programs that run it do.</summary>
    bool IsWanted(Descriptor child, int count)
    {
        if (MediaTypes.IsIndex(child.MediaType)) return true;
        if (!MediaTypes.IsManifest(child.MediaType) || child.IsAttestation || child.Platform is { OperatingSystem: "unknown" }) return false;
        return asked is null || (child.Platform is { } platform ? platform.Answers(asked) : count == 1);
    }
}
