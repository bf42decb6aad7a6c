namespace Davy.Images.Content;

/// <summary>What a source holds under a name: one image, or one a platform.</summary>
/// <param name="Images">The images that were asked for.</param>
/// <param name="Indexes">The digests of the indexes on the way to them, the outermost first.</param>
/// <param name="Beside">What else is there and was not asked for, in words: another platform, an attestation.</param>
public sealed record ImageContents(IReadOnlyList<FoundImage> Images, IReadOnlyList<Digest> Indexes, IReadOnlyList<string> Beside);

/// <summary>An image by its manifest.</summary>
/// <param name="Digest">The manifest's digest; null where an archive of <c>docker save</c> has no manifest.</param>
/// <param name="Manifest">The manifest.</param>
/// <param name="Bytes">The manifest as it is stored; empty where there is none.</param>
/// <param name="Name">What the source calls it, such as a tag in an archive; empty for nothing; hostile.</param>
public sealed record FoundImage(Digest? Digest, ImageDocument.Manifest Manifest, ReadOnlyMemory<byte> Bytes, string Name);
