using Davy.Images.Content;
using Davy.Images.Sources;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary>Where an image is had, by how it is named.</summary>
static class ImageSources
{
    const string Layout = "oci:";
    const string Archive = "docker-archive:";

    /// <summary>Opens a source; nothing is read yet.</summary>
    /// <param name="name">The image as the user named it.</param>
    /// <param name="limits">How much is read.</param>
    /// <exception cref="UsageException">It is named in no way that is known.</exception>
    public static IImageSource Open(string name, ImageLimits limits)
    {
        if (name.StartsWith(Layout, StringComparison.Ordinal)) return new OciLayout(PathIn(name, Layout), limits);
        if (name.StartsWith(Archive, StringComparison.Ordinal)) return new DockerArchive(PathIn(name, Archive), limits);
        throw new UsageException($"{TextSanitizer.Clean(name)}: name an image as oci:DIR or docker-archive:FILE. Try 'davy image inspect --help'.");
    }

    static string PathIn(string name, string scheme) =>
        name[scheme.Length..] is { Length: > 0 } path ? path : throw new UsageException($"{scheme} names nothing; write {(scheme == Layout ? "oci:DIR" : "docker-archive:FILE")}.");
}
