using Davy.Images;

namespace Davy.Detection;

/// <summary>The detectors: a list by hand, to be read.</summary>
public static class Detectors
{
    /// <summary>All detectors, in the order of their findings.</summary>
    /// <param name="upstreams">What stands behind remote repositories and mirrors.</param>
    /// <returns>The detectors.</returns>
    public static IReadOnlyList<IDetector> All(Upstreams upstreams) =>
    [
        new CryptominingDockerImage(upstreams),
        new CryptominingCommands(),
    ];
}
