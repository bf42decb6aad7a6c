namespace Davy.Images;

/// <summary>
/// Where an image is said to be: registry, repository, tag and digest, in one spelling. Follows the grammar of distribution/reference
/// (https://github.com/distribution/reference/blob/main/reference.go) and its rules of normalisation for Docker Hub.
/// </summary>
public sealed record ImageReference
{
    /// <summary>The registry's host, lower case, with a port other than 443: <c>docker.io</c>.</summary>
    public required string Host { get; init; }

    /// <summary>The path below the host: <c>metal3d/xmrig</c>, <c>library/nginx</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The tag; empty where none is given.</summary>
    public string Tag { get; init; } = "";

    /// <summary>The digest; null where none is given.</summary>
    public Digest? Digest { get; init; }

    /// <summary>Host and path: <c>docker.io/metal3d/xmrig</c>.</summary>
    public string Repository => $"{Host}/{Path}";
}
