using Davy.Images;

namespace Davy.Indicators;

/// <summary>One exception: what is covered, why, who answers for it and until when. Where image and resource are given, both must hold.</summary>
public sealed record ExceptionEntry
{
    /// <summary>The image: with a tag or digest that one only, otherwise the whole repository; null for any.</summary>
    public ImageReference? Image { get; init; }

    /// <summary>The resource's name as the file gives it; empty for any.</summary>
    public string Resource { get; init; } = "";

    /// <summary>Why it was intended.</summary>
    public required string Reason { get; init; }

    /// <summary>Who answers for it.</summary>
    public required string Owner { get; init; }

    /// <summary>The last day on which it holds, in UTC.</summary>
    public required DateOnly Expires { get; init; }

    internal ResourcePattern? Pattern { get; init; }

    /// <summary>Whether its last day is over.</summary>
    /// <param name="today">The day for which it is asked, in UTC.</param>
    /// <returns>True from the day after <see cref="Expires"/> on.</returns>
    public bool HasExpired(DateOnly today) => today > Expires;

    internal bool Covers(ImageReference? image, ResourcePattern resource) => CoversImage(image) && (Pattern is not { } pattern || pattern.Covers(resource));

    bool CoversImage(ImageReference? image) =>
        Image is null
        || (image is not null
            && image.Repository == Image.Repository
            && (Image.Digest is null || image.Digest == Image.Digest)
            && (Image.Digest is not null || Image.Tag.Length == 0 || image.Tag == Image.Tag));
}

/// <summary>A Cloud Run resource as an exception names it.</summary>
/// <param name="Project">The project's id.</param>
/// <param name="Location">The region; empty for any.</param>
/// <param name="Kind">The kind in the plural, lower case: <c>services</c>, <c>workerpools</c>.</param>
/// <param name="Name">The short name.</param>
readonly record struct ResourcePattern(string Project, string Location, string Kind, string Name)
{
    const string FullName = "//run.googleapis.com/";

    /// <summary>Reads either form of a resource's name (https://cloud.google.com/asset-inventory/docs/resource-name-format).</summary>
    public static bool TryParse(string text, out ResourcePattern pattern)
    {
        var name = text.StartsWith(FullName, StringComparison.Ordinal) ? text[FullName.Length..] : text;
        pattern = name.Split('/') switch
        {
            ["projects", var project, "locations", var location, var kind, var last] => new(project, location, kind.ToLowerInvariant(), last),
            ["namespaces", var project, var kind, var last] => new(project, "", kind.ToLowerInvariant(), last),
            _ => default,
        };
        return pattern is { Project.Length: > 0, Kind: "services" or "jobs" or "workerpools" or "instances", Name.Length: > 0 };
    }

    /// <summary>Whether a resource is the one meant.</summary>
    public bool Covers(ResourcePattern resource) =>
        (Project, Kind, Name) == (resource.Project, resource.Kind, resource.Name) && (Location.Length == 0 || Location == resource.Location);
}
