namespace Davy.Images;

/// <summary>One thing that an image as written may be, and how that was found.</summary>
public abstract record ImageCandidate
{
    ImageCandidate(string transformation) => Transformation = transformation;

    /// <summary>How the text became this, in words: <c>mirror.gcr.io is Google's mirror of docker.io</c>; empty where it is as written.</summary>
    public string Transformation { get; init; }

    /// <summary>The same image in another spelling, or by the upstream that the user named.</summary>
    /// <param name="Reference">The image.</param>
    /// <param name="Transformation">How the text became this, in words.</param>
    public sealed record Exact(ImageReference Reference, string Transformation) : ImageCandidate(Transformation);

    /// <summary>
    /// What it may be if its repository of Artifact Registry is a remote one, whose upstream is not known
    /// (https://cloud.google.com/artifact-registry/docs/repositories/remote-overview). To be held only against whole repositories, never a namespace or prefix.
    /// </summary>
    /// <param name="Path">The last two parts of the path, on whatever registry: <c>metal3d/xmrig</c>.</param>
    /// <param name="Transformation">How the text became this, in words.</param>
    public sealed record BehindRemote(string Path, string Transformation) : ImageCandidate(Transformation);
}
