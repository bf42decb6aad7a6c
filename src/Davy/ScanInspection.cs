using Davy.Images;
using Davy.Images.Content;
using Davy.Inspection;

namespace Davy;

/// <summary>How the images of the deployments that a scan finds are inspected.</summary>
public sealed record ScanInspection
{
    /// <summary>How many images are asked for where nothing else is said.</summary>
    public const int UsualLimit = 50;

    /// <summary>Opens an image; called on any thread. It throws <see cref="UnreadableImageException"/> where the image must not be asked for in this way.</summary>
    public required Func<ImageReference, IImageSource> Open { get; init; }

    /// <summary>How each image is inspected, its limits of size and time among them.</summary>
    public InspectionSettings Settings { get; init; } = new();

    /// <summary>How many images are asked for; the others are told. Those of findings come first, then those that were deployed last.</summary>
    public int Limit { get; init; } = UsualLimit;

    /// <summary>Whether images that are on a list are asked for, too, which may tell their owner.</summary>
    public bool AsksForListed { get; init; }

    /// <summary>How many images are inspected at once.</summary>
    public int AtOnce { get; init; } = 4;
}
