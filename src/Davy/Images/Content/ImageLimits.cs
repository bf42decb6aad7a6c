namespace Davy.Images.Content;

/// <summary>How much of an image is read before the answer is "not verified". Each is a promise of bounded memory, traffic or time.</summary>
public sealed record ImageLimits
{
    /// <summary>The defaults.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>The largest index, manifest or configuration, in bytes.</summary>
    public int DocumentBytes { get; init; } = 4 << 20;

    /// <summary>How many images an index may have.</summary>
    public int Manifests { get; init; } = 64;

    /// <summary>How deep an index may stand in another.</summary>
    public int IndexDepth { get; init; } = 3;

    /// <summary>How many layers an image may have.</summary>
    public int Layers { get; init; } = 128;

    /// <summary>The largest layer as it is stored, in bytes.</summary>
    public long LayerBytes { get; init; } = 2L << 30;

    /// <summary>The largest layer once it is inflated, in bytes.</summary>
    public long InflatedBytes { get; init; } = 8L << 30;

    /// <summary>The most of all layers of an image once they are inflated, in bytes.</summary>
    public long TotalBytes { get; init; } = 16L << 30;

    /// <summary>How many bytes may come out for each that goes in, once <see cref="RatioGrace"/> is passed.</summary>
    public int Ratio { get; init; } = 200;

    /// <summary>How many bytes may come out before <see cref="Ratio"/> is looked at.</summary>
    public long RatioGrace { get; init; } = 10 << 20;

    /// <summary>How many entries a layer may have.</summary>
    public int Entries { get; init; } = 500_000;

    /// <summary>The longest path of an entry, in bytes.</summary>
    public int PathBytes { get; init; } = 4 << 10;

    /// <summary>How long the inspection of an image may take.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(120);
}
