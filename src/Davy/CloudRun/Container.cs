namespace Davy.CloudRun;

/// <summary>A container that a Cloud Run resource was given to run.</summary>
public sealed record Container
{
    /// <summary>Its name in the specification; empty where it has none.</summary>
    public string Name { get; init; } = "";

    /// <summary>What says that the resource runs this container.</summary>
    public ContainerOrigin Origin { get; init; }

    /// <summary>The image as it was written, untouched; null where nothing names one (a job's overrides).</summary>
    public PlacedText? Image { get; init; }

    /// <summary>The image as it ran, <c>repository@sha256:…</c>, from a revision's status; null where the log does not say.</summary>
    public PlacedText? Ran { get; init; }

    /// <summary>The entrypoint.</summary>
    public IReadOnlyList<PlacedText> Command { get; init; } = [];

    /// <summary>The arguments.</summary>
    public IReadOnlyList<PlacedText> Args { get; init; } = [];

    /// <summary>The environment, with values in clear: they may be judged, and never leave the detectors.</summary>
    public IReadOnlyList<EnvironmentVariable> Environment { get; init; } = [];
}

/// <summary>A text of the log and where it stood.</summary>
/// <param name="Text">The text as it stands in the log: hostile.</param>
/// <param name="Place">Its path in the entry, for example <c>protoPayload.response.spec.template.spec.containers[0].image</c>; the path's own words are the log's and as hostile.</param>
public sealed record PlacedText(string Text, string Place);

/// <summary>An environment variable of a container.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value in clear; empty where it comes from a secret.</param>
/// <param name="Place">The value's path in the entry.</param>
public sealed record EnvironmentVariable(string Name, string Value, string Place);

/// <summary>What says that a container was given to a resource.</summary>
public enum ContainerOrigin
{
    /// <summary>The specification or status that Cloud Run wrote.</summary>
    Specification,

    /// <summary>The annotation <c>client.knative.dev/user-image</c>, which anyone who deploys can write.</summary>
    Annotation,

    /// <summary>The overrides of one execution of a job: arguments and environment, never an image.</summary>
    Override,
}
