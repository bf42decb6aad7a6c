namespace Davy.Images.Content;

/// <summary>
/// The media types of images: OCI (https://github.com/opencontainers/image-spec/blob/main/media-types.md) and Docker's schema 2
/// (https://distribution.github.io/distribution/spec/manifest-v2-2/).
/// </summary>
static class MediaTypes
{
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciConfig = "application/vnd.oci.image.config.v1+json";
    public const string OciLayer = "application/vnd.oci.image.layer.v1.tar";
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>What a registry is asked for.</summary>
    public static readonly string[] Documents = [OciIndex, OciManifest, DockerList, DockerManifest];

    public static bool IsIndex(string type) => type is OciIndex or DockerList;

    public static bool IsManifest(string type) => type is OciManifest or DockerManifest;

    /// <summary>Whether a registry does not hold the layer itself: it has addresses elsewhere, which are never asked.</summary>
    public static bool IsForeign(string type) => type.Contains("nondistributable", StringComparison.Ordinal) || type.Contains("foreign", StringComparison.Ordinal);

    /// <summary>Whether the layer cannot be read without a key.</summary>
    public static bool IsEncrypted(string type) => type.EndsWith("+encrypted", StringComparison.Ordinal);
}
