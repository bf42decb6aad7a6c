namespace Davy.Images.Content;

/// <summary>An index or a manifest, told from each other as CVE-2021-41190 teaches: by what it says it is, what it was sent as, and what it holds, which must agree.</summary>
public abstract record ImageDocument
{
    ImageDocument() { }

    /// <summary>Several images, one a platform (https://github.com/opencontainers/image-spec/blob/main/image-index.md).</summary>
    /// <param name="Manifests">The images.</param>
    public sealed record Index(IReadOnlyList<Descriptor> Manifests) : ImageDocument;

    /// <summary>One image (https://github.com/opencontainers/image-spec/blob/main/manifest.md).</summary>
    /// <param name="Config">Its configuration.</param>
    /// <param name="Layers">Its layers, the lowest first.</param>
    public sealed record Manifest(Descriptor Config, IReadOnlyList<Descriptor> Layers) : ImageDocument;

    /// <summary>Reads a document.</summary>
    /// <param name="utf8">Its bytes, checked against its digest.</param>
    /// <param name="sentAs">The media type that its sender or its descriptor gives it; empty for none.</param>
    /// <param name="limits">How much it may hold.</param>
    /// <returns>The index or manifest.</returns>
    /// <exception cref="UnreadableImageException">It is neither, or both.</exception>
    public static ImageDocument Parse(ReadOnlyMemory<byte> utf8, string sentAs, ImageLimits limits)
    {
        var json = HostileJson.Parse(utf8, "the manifest");
        if (json.Number("schemaVersion") is 1 || json.Member("fsLayers").Exists)
        {
            throw Fault("it is a manifest of Docker's schema 1, which registries gave up; push the image again with a program of this decade");
        }

        if (json.Number("schemaVersion") is { } version && version != 2) throw Fault($"its schemaVersion is {version}, and 2 is the only one known");

        var says = json.Text("mediaType");
        if (says.Length > 0 && sentAs.Length > 0 && says != sentAs) throw Fault($"it says that it is '{says}', and was sent as '{sentAs}'");

        var type = says.Length > 0 ? says : sentAs;
        var hasManifests = json.Member("manifests").Exists;
        var hasLayers = json.Member("layers").Exists || json.Member("config").Exists;
        if (hasManifests && hasLayers) throw Fault("it is an index and a manifest at once, which programs read differently");
        if (hasManifests ? MediaTypes.IsManifest(type) : MediaTypes.IsIndex(type)) throw Fault($"it is called '{type}' and holds something else");
        if (!hasManifests && !hasLayers) throw Fault("it has neither 'manifests' nor 'layers' and 'config'");
        if (type.Length > 0 && !MediaTypes.IsIndex(type) && !MediaTypes.IsManifest(type)) throw Fault($"its media type '{type}' is not known");

        return hasManifests ? new Index(Descriptors(json, "manifests", limits.Manifests)) : ManifestOf(json, limits);
    }

    static Manifest ManifestOf(HostileJson json, ImageLimits limits)
    {
        var config = json.Object("config");
        if (!config.Exists) throw Fault("it has no configuration");
        return new(DescriptorOf(config), Descriptors(json, "layers", limits.Layers));
    }

    static IReadOnlyList<Descriptor> Descriptors(HostileJson json, string name, int most)
    {
        var list = json.List(name);
        if (list.Count > most) throw new UnreadableImageException(UnreadableReason.Limit, $"The manifest has {list.Count} {name}, and no more than {most} are read.");
        return [.. list.Select(DescriptorOf)];
    }

    static Descriptor DescriptorOf(HostileJson json)
    {
        var text = json.Text("digest");
        if (!Digest.TryParse(text, out var digest)) throw json.Fault("digest", Digest.WhyNot(text));
        var size = json.Number("size") ?? throw json.Fault("size", "is missing");
        if (size < 0) throw json.Fault("size", "is negative");

        var platform = json.Object("platform");
        return new()
        {
            MediaType = json.Text("mediaType"),
            Digest = digest,
            Size = size,
            Platform = platform.Exists ? new(platform.Text("os"), platform.Text("architecture"), platform.Text("variant")) : null,
            IsForeign = MediaTypes.IsForeign(json.Text("mediaType")) || json.List("urls").Count > 0,
            IsAttestation = json.Object("annotations").Text("vnd.docker.reference.type").Length > 0,
        };
    }

    static UnreadableImageException Fault(string fault) => new(UnreadableReason.Format, $"The manifest cannot be trusted: {fault}.");
}
