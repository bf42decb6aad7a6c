using Davy.Images;

namespace Davy.Findings;

/// <summary>An image as it can be asked for, and what it is known by: the digest where one is told, else repository and tag.</summary>
/// <param name="Key"><c>sha256:…</c>, else <c>repository:tag</c>.</param>
/// <param name="Reference">Repository and digest, else repository and tag.</param>
readonly record struct ImageKey(string Key, ImageReference Reference)
{
    /// <summary>Whether it is known by a digest.</summary>
    public bool IsDigest => Reference.Digest is not null;

    /// <summary>The key of a reference.</summary>
    public static ImageKey Of(ImageReference reference)
    {
        // By the digest where it is known, else by the tag, also where none is written.
        var exact = reference with { Tag = reference.Digest is not null ? "" : reference.Tag == "" ? "latest" : reference.Tag };
        return new(exact.Digest?.ToString() ?? exact.ToString(), exact);
    }

    /// <summary>The key of an image as somebody wrote it.</summary>
    /// <returns>Null for what cannot be read.</returns>
    public static ImageKey? Read(string image) => ImageSpelling.Read(image).Reference is { } reference ? Of(reference) : null;

    /// <summary>The key of what a container was given: as it ran where the digest of that is told, else as it was deployed.</summary>
    /// <param name="deployed">The image as it was deployed; empty where it is not told.</param>
    /// <param name="ran">The image as it ran; empty where it is not told.</param>
    /// <returns>Null for what cannot be read.</returns>
    public static ImageKey? Of(string deployed, string ran) => Read(ran) is { IsDigest: true } exact ? exact : Read(deployed);
}
