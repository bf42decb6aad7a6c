using System.Diagnostics.CodeAnalysis;
using Davy.Logs;

namespace Davy.Images;

/// <summary>
/// Where an image is said to be: registry, repository, tag and digest, in one spelling. Follows the grammar of distribution/reference
/// (https://github.com/distribution/reference/blob/main/reference.go) and its rules of normalisation for Docker Hub.
/// </summary>
public sealed record ImageReference
{
    /// <summary>The host of Docker Hub, which is meant where no host is given.</summary>
    public const string DockerHub = "docker.io";

    internal const string OfficialImages = "library/";

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

    /// <summary>
    /// Reads a reference strictly, as Docker does (https://github.com/distribution/reference/blob/main/normalize.go, ParseNormalizedNamed); beyond it, the
    /// host is put in lower case and its port 443 left out. Takes time in proportion to the text's length.
    /// </summary>
    /// <param name="text">The text, for example <c>metal3d/xmrig:latest</c>.</param>
    /// <param name="reference">The reference, where the text is one.</param>
    /// <param name="fault">What is wrong with the text, in words that do not quote it; empty where it is a reference.</param>
    /// <returns>False where the text is no reference.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference, out string fault)
    {
        reference = ReferenceGrammar.TrySplitNormalized(text, out var parts, out fault)
            ? Of(parts.Host, parts.Path, parts.Tag.ToString(), parts.Digest)
            : null;
        return reference is not null;
    }

    /// <summary>Reads a reference strictly, as <see cref="TryParse"/> does.</summary>
    /// <param name="text">The text, for example <c>metal3d/xmrig:latest</c>.</param>
    /// <returns>The reference.</returns>
    /// <exception cref="FormatException">The text is no reference.</exception>
    public static ImageReference Parse(string text) =>
        TryParse(text, out var reference, out var fault) ? reference : throw new FormatException($"'{text}' is no image reference: {fault}.");

    /// <summary>The reference in one line.</summary>
    /// <returns><c>host/path[:tag][@digest]</c></returns>
    public override string ToString() => $"{Repository}{(Tag.Length > 0 ? ":" : "")}{Tag}{(Digest is null ? "" : "@")}{Digest}";

    /// <summary>Puts checked parts into the one spelling.</summary>
    internal static ImageReference Of(ReadOnlySpan<char> host, ReadOnlySpan<char> path, string tag, Digest? digest)
    {
        var name = HostName(host);
        var official = name == DockerHub && !path.Contains('/');
        return new() { Host = name, Path = official ? $"{OfficialImages}{path}" : path.ToString(), Tag = tag, Digest = digest };
    }

    static string HostName(ReadOnlySpan<char> host)
    {
        if (host.EndsWith(":443")) host = host[..^4];
        return host is "" or DockerHub || host.Equals("index.docker.io", StringComparison.OrdinalIgnoreCase) ? DockerHub : TextPool.Of(host).ToLowerInvariant();
    }
}
