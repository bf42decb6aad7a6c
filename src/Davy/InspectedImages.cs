using System.Globalization;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Findings;
using Davy.Indicators;
using Davy.Inspection;
using Davy.Logs;
using Davy.Reports;

namespace Davy;

/// <summary>What the inspection of a scan's images came to: findings, doubts, and what findings are told.</summary>
sealed class InspectedImages
{
    const int ImagesNamed = 3;

    readonly Dictionary<string, InspectedImage> _byKey = new(StringComparer.Ordinal);
    readonly List<(Deployment, Verdict.Malicious, EntryLocation)> _found = [];
    readonly List<Doubt> _doubts = [];
    readonly List<string> _notices = [];
    int _images;
    int _notAsked;
    int _leftOut;

    /// <summary>The miners: each deployment with the verdict on its container.</summary>
    public IReadOnlyList<(Deployment Deployment, Verdict.Malicious Verdict, EntryLocation Location)> Found => _found;

    /// <summary>What could not be told, or not surely enough.</summary>
    public IReadOnlyList<Doubt> Doubts => _doubts;

    /// <summary>What a person should be told besides.</summary>
    public IReadOnlyList<string> Notices => _notices;

    /// <summary>How many came to what.</summary>
    public InspectionCounts Counts => new()
    {
        Images = _images,
        Miner = CountOf(ImageVerdict.Miner),
        ContainsMiner = CountOf(ImageVerdict.ContainsMiner),
        Suspicious = CountOf(ImageVerdict.Suspicious),
        MentionsMiners = CountOf(ImageVerdict.MentionsMiners),
        Clean = CountOf(ImageVerdict.Clean),
        NotVerified = CountOf(ImageVerdict.NotVerified) - _notAsked - _leftOut,
        NotAsked = _notAsked,
        LeftOut = _leftOut,
    };

    /// <summary>Adds what an inspection came to.</summary>
    /// <param name="image">The image.</param>
    /// <param name="result">What it came to.</param>
    public void Add(SeenImage image, InspectedImage result)
    {
        _images++;
        _byKey.Add(image.Key, result);
        var isListed = image.Sightings.All(sighting => sighting.Listed is not null);
        switch (result.Verdict)
        {
            case ImageVerdict.Miner:
                foreach (var sighting in image.Sightings) Find(sighting, result);
                if (image.IsCut) Doubt(DoubtKind.ImageNotVerified, image, $"{result.Image} is a miner, and more deployments brought it than are kept: resources without a finding may run it, too.");
                return;
            case ImageVerdict.ContainsMiner when !isListed:
                Doubt(DoubtKind.SuspectImage, image, $"{result.Image} contains a miner, and nothing was seen to start it: {InspectionText.Proof(result)}");
                return;
            case ImageVerdict.Suspicious when !isListed:
                Doubt(DoubtKind.SuspectImage, image, $"{result.Image} is suspicious: {InspectionText.Proof(result)}");
                return;
            case ImageVerdict.NotVerified:
                Doubt(DoubtKind.ImageNotVerified, image, $"{result.Image} was not verified: {result.WhyNot}");
                return;
        }
    }

    /// <summary>Adds an image that is on a list and was not asked for.</summary>
    /// <param name="image">The image.</param>
    public void NotAsked(SeenImage image)
    {
        const string Why = "it is on a list, and to ask for it may tell its owner; --yes asks all the same.";
        _notAsked++;
        Doubt(DoubtKind.ImageNotVerified, image, $"{NotInspected(image, Why)} was not inspected: {Why}");
    }

    /// <summary>Adds the images beyond the limit: they are told by project, since they may be many.</summary>
    /// <param name="images">The images.</param>
    /// <param name="limit">The limit.</param>
    public void LeftOut(IReadOnlyList<SeenImage> images, int limit)
    {
        foreach (var image in images) NotInspected(image, string.Create(CultureInfo.InvariantCulture, $"--inspect-limit is {limit}."));
        _leftOut += images.Count;

        var byProject = images.SelectMany(image => image.Sightings.Select(sighting => (Image: NameOf(image), sighting.Deployment.Resource.Project, sighting.Location)));
        foreach (var project in byProject.GroupBy(each => each.Project, StringComparer.Ordinal))
        {
            var names = project.Select(each => each.Image).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            var which = string.Join(", ", names.Take(ImagesNamed)) + (names.Count > ImagesNamed ? ", …" : "");
            var first = project.Select(each => each.Location).Aggregate((one, other) => Sighting.IsEarlier(other, one) ? other : one);
            _doubts.Add(new(DoubtKind.ImageNotVerified, $"project {project.Key}",
                string.Create(CultureInfo.InvariantCulture, $"project {project.Key}: images that were not inspected, since --inspect-limit is {limit}: {names.Count} ({which})."), first)
            { Project = project.Key });
        }
    }

    /// <summary>Some images were not reached.</summary>
    public void Interrupted(int missing, int wanted)
    {
        _images += missing;
        _notices.Add(string.Create(CultureInfo.InvariantCulture, $"{missing} of {wanted} images were not inspected: the scan was interrupted."));
    }

    /// <summary>There were more images than are kept.</summary>
    public void TooMany() => _doubts.Add(new(DoubtKind.ImageNotVerified, "images beyond the bound", "images beyond the bound: there were more images than are kept, and the others were not inspected.", default));

    /// <summary>The finding, with what the inspection of its images came to.</summary>
    /// <param name="finding">The finding.</param>
    public Finding Tell(Finding finding) => finding with
    {
        Inspections = [.. finding.Containers.Select(container => SeenImages.KeyOf(container.ImageId)).Distinct().Select(key => key is null ? null : _byKey.GetValueOrDefault(key)).OfType<InspectedImage>().Take(FindingSet.InspectionsKept)],
    };

    int CountOf(ImageVerdict verdict) => _byKey.Values.Count(image => image.Verdict == verdict);

    void Find(Sighting sighting, InspectedImage result)
    {
        if (MatchOf(sighting.Container, sighting.Listed, result) is { } match) _found.Add((sighting.Deployment, new(sighting.Container, match), sighting.Location));
    }

    /// <summary>What a miner in a container's image says of the container.</summary>
    /// <param name="container">The container.</param>
    /// <param name="listed">What a list has of it; null for nothing.</param>
    /// <param name="result">What is in its image: a miner.</param>
    /// <returns>Null where a list says as much already.</returns>
    public static Match? MatchOf(Container container, Match? listed, InspectedImage result)
    {
        var whyPossible = string.Join("; ", new[]
        {
            container.Origin is ContainerOrigin.Annotation ? "only the annotation client.knative.dev/user-image names the image, and anyone who deploys can write that" : "",
            result.IsByDigest ? "" : "the image was inspected by its tag, which may name another one now than when it was deployed",
        }.Where(why => why != ""));

        // What a list has stays the list's; proof by the digest that ran makes it certain.
        if (listed is not null) return whyPossible == "" && listed.Certainty is Certainty.Possible ? listed with { Certainty = Certainty.Certain, WhyPossible = "" } : null;

        return new()
        {
            IsByInspection = true,
            Certainty = whyPossible == "" ? Certainty.Certain : Certainty.Possible,
            Indicator = InspectionText.Signs(result),
            List = Match.Inspection,
            WhyPossible = whyPossible,
            Place = (result.IsByDigest ? container.Ran ?? container.Image : container.Image)?.Place ?? "",
            Repository = RepositoryOf(container),
        };
    }

    /// <summary>As the detector has it, so that a list that learns of the repository later has the same finding.</summary>
    static string RepositoryOf(Container container) =>
        new[] { container.Image, container.Ran }.Select(text => text is null ? null : Images.ImageSpelling.Read(text.Text).Reference?.Repository).FirstOrDefault(repository => repository is not null) ?? "";

    /// <summary>Findings of an image that was not inspected say so.</summary>
    string NotInspected(SeenImage image, string why)
    {
        _images++;
        var name = NameOf(image);
        _byKey.Add(image.Key, new() { Image = name, IsByDigest = image.IsByDigest, Verdict = ImageVerdict.NotVerified, WhyNot = why });
        return name;
    }

    static string NameOf(SeenImage image) => image.References.First().Reference.ToString();

    void Doubt(DoubtKind kind, SeenImage image, string detail)
    {
        var resources = image.Sightings.Select(sighting => sighting.Deployment.Resource).Distinct().OrderBy(resource => resource.AdminName, StringComparer.Ordinal).ToList();
        var more = resources.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" and {resources.Count - 1} more");
        var first = image.Sightings.Select(sighting => sighting.Location).Aggregate((one, other) => Sighting.IsEarlier(other, one) ? other : one);
        _doubts.Add(new(kind, NameOf(image), $"{detail.TrimEnd('.')}. It is on {resources[0].AdminName}{more}.", first) { Project = resources[0].Project });
    }
}

/// <summary>How many images of a scan came to what; they add up to <see cref="Images"/>, unless the scan was interrupted.</summary>
public sealed record InspectionCounts
{
    /// <summary>The different images of the deployments that no exception covers.</summary>
    public required int Images { get; init; }

    /// <summary>They run a miner.</summary>
    public required int Miner { get; init; }

    /// <summary>They contain one, and nothing was seen to start it.</summary>
    public required int ContainsMiner { get; init; }

    /// <summary>There are signs, and not enough of them.</summary>
    public required int Suspicious { get; init; }

    /// <summary>They speak of miners as scanners and documents do.</summary>
    public required int MentionsMiners { get; init; }

    /// <summary>Nothing in them speaks of mining.</summary>
    public required int Clean { get; init; }

    /// <summary>They were asked for, and not or not wholly looked at.</summary>
    public required int NotVerified { get; init; }

    /// <summary>They are on a list, and were not asked for.</summary>
    public required int NotAsked { get; init; }

    /// <summary>They were more than the limit.</summary>
    public required int LeftOut { get; init; }

    /// <summary>How many were inspected.</summary>
    public int Inspected => Miner + ContainsMiner + Suspicious + MentionsMiners + Clean + NotVerified;
}
