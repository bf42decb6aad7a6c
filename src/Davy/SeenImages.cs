using Davy.CloudRun;
using Davy.Findings;
using Davy.Images;
using Davy.Indicators;
using Davy.Logs;

namespace Davy;

/// <summary>
/// The images of the deployments that a scan saw and that no exception covers, each once by the digest that ran, else by its reference. What is kept is bounded; what is not is told.
/// </summary>
/// <param name="exceptions">What is allowed, and so not asked for.</param>
/// <param name="today">The day by which exceptions expire.</param>
/// <param name="imagesKept">How many images are kept.</param>
/// <param name="deploymentsKept">How many deployments of them are kept.</param>
sealed class SeenImages(ExceptionFile exceptions, DateOnly today, int imagesKept = 10_000, int deploymentsKept = 65_536)
{
    readonly Dictionary<string, SeenImage> _images = new(StringComparer.Ordinal);
    int _deployments;

    /// <summary>Whether there were more images than are kept.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The key of an image in the form in which a finding names it.</summary>
    /// <returns>Null for what cannot be read.</returns>
    public static string? KeyOf(string image) => ImageKey.Read(image)?.Key;

    /// <summary>Adds the images of an entry.</summary>
    /// <param name="examination">What came of the entry.</param>
    /// <param name="location">Where it stood.</param>
    public void See(Examination examination, EntryLocation location)
    {
        if (examination.Deployment is not { } deployment) return;

        foreach (var container in deployment.Containers)
        {
            var deployed = container.Image is { } written ? ImageSpelling.Read(written.Text).Reference : null;
            var ran = container.Ran is { } status ? ImageSpelling.Read(status.Text).Reference : null;

            // What is to be asked for is the image as it ran, else as it was deployed.
            if ((ran is { Digest: not null } ? ran : deployed) is not { } told || IsExcepted(deployed, deployment)) continue;

            var matches = examination.Findings.Where(found => ReferenceEquals(found.Verdict.Container, container)).Select(found => found.Verdict.Match).ToList();
            var listed = matches.FirstOrDefault(match => match.Repository != "");
            var image = ImageKey.Of(told);
            if (ImageOf(image) is not { } seen) continue;

            seen.See(image.Reference, listed is not null, matches.Count > 0, deployment.Entry.Timestamp);
            Sighting sighting = new(deployment with { Containers = [] }, container with { Command = [], Args = [], Environment = [] }, listed, location);
            if (seen.Add(sighting, _deployments >= deploymentsKept)) _deployments++;
        }
    }

    /// <summary>The images to inspect: those of findings first, then those that were deployed last.</summary>
    public IReadOnlyList<SeenImage> InOrder()
    {
        DropToldByDigest();
        return [.. _images.Values.Where(image => image.Sightings.Count > 0)
            .OrderByDescending(image => image.HasFinding).ThenByDescending(image => image.Last ?? Timestamp.Epoch).ThenBy(image => image.Key, StringComparer.Ordinal)];
    }

    /// <summary>A service's entry names the tag and its revision's the digest: both are one deployment, and the digest tells what ran.</summary>
    void DropToldByDigest()
    {
        HashSet<UInt128> told = [];
        foreach (var sighting in _images.Values.Where(image => image.IsByDigest).SelectMany(image => image.Sightings)) told.UnionWith(IdsOf(sighting));
        foreach (var image in _images.Values.Where(image => !image.IsByDigest)) image.Drop(sighting => IdsOf(sighting).Any(told.Contains));
    }

    /// <summary>What a deployment of an image is known by, in each of its entries.</summary>
    static IEnumerable<UInt128> IdsOf(Sighting sighting)
    {
        var (deployment, image) = (sighting.Deployment, sighting.Container.Image?.Text);
        if (deployment.OperationId != "") yield return EvidenceKey.Of(deployment.Resource.AdminName, image, "operation", deployment.OperationId);
        if (deployment.Revision != "") yield return EvidenceKey.Of(deployment.Resource.AdminName, image, "revision", deployment.Revision);
    }

    SeenImage? ImageOf(ImageKey key)
    {
        if (_images.TryGetValue(key.Key, out var image)) return image;
        if (_images.Count >= imagesKept || _deployments >= deploymentsKept)
        {
            IsCut = true;
            return null;
        }

        _images.Add(key.Key, image = new(key.Key, key.IsDigest));
        return image;
    }

    bool IsExcepted(ImageReference? image, Deployment deployment) =>
        exceptions.Entries.Count > 0 && exceptions.Covers(image, deployment.Resource.AdminName, today) is not null;
}
