using Davy.Images;
using Davy.Images.Content;
using Davy.Indicators;

namespace Davy.Inspection;

/// <summary>What the lists say of the digests of an image: index, manifest, configuration, layers as they are stored and as they are inflated.</summary>
/// <param name="indicators">The lists.</param>
sealed class ListedDigests(IndicatorSet indicators)
{
    /// <summary>Everything that is listed.</summary>
    /// <param name="indexes">The indexes on the way.</param>
    /// <param name="image">The image.</param>
    /// <param name="config">Its configuration; null where it could not be read.</param>
    /// <param name="id">The SHA-256 of the configuration; null where it could not be read.</param>
    public IEnumerable<ImageEvidence> Look(IReadOnlyList<Digest> indexes, FoundImage image, ImageConfig? config, Digest? id)
    {
        foreach (var index in indexes)
        {
            if (Evidence(index, "index", EvidenceRole.Runs, Judgement.Enough, "The index is that of an image on the list") is { } found) yield return found;
        }

        foreach (var manifest in InBoth(image.Digest, image.Digest is { IsSha512: true } ? Digest.Compute(image.Bytes.Span) : null))
        {
            if (Evidence(manifest, "manifest", EvidenceRole.Runs, Judgement.Enough, "It is the very image that is on the list") is { } listed) yield return listed;
        }

        foreach (var own in InBoth(image.Manifest.Config.Digest, id))
        {
            if (Evidence(own, "configuration", EvidenceRole.Runs, Judgement.Enough, "It has the configuration of an image on the list") is { } same) yield return same;
        }

        for (var i = 0; i < image.Manifest.Layers.Count; i++)
        {
            LayerPlace place = new(i, image.Manifest.Layers[i].Digest);
            if (place.Digest is { } layer && Layer(layer, place, "layer") is { } stored) yield return stored;
            else if (config is not null && i < config.DiffIds.Count && Layer(config.DiffIds[i], place, "layer, inflated") is { } inflated) yield return inflated;
        }
    }

    /// <summary>The sign that a listed digest is.</summary>
    public static EvidenceSign Sign(IndicatorMatch match) =>
        new($"listed: {match.Indicator.List}", SignalWeight.Strong, match.Indicator.Reference, -1, 0, match.Indicator.Sources);

    /// <summary>The digest that a document is called by, and its SHA-256 where that is another.</summary>
    static IEnumerable<Digest> InBoth(Digest? called, Digest? sha256)
    {
        if (called is { } one) yield return one;
        if (sha256 is { } other && other != called) yield return other;
    }

    /// <summary>The lowest layer is shared by all images that are made from the same base, good and bad.</summary>
    ImageEvidence? Layer(Digest digest, LayerPlace place, string what) => place.Index == 0
        ? Evidence(digest, what, EvidenceRole.Mentioned, 0, "The lowest layer is on the list, but is a base that honest images share, and does not count")
        : Evidence(digest, what, EvidenceRole.Contained, Judgement.Enough, "It holds a layer on the list") is { } found ? found with { Layer = place } : null;

    ImageEvidence? Evidence(Digest digest, string place, EvidenceRole role, int points, string why) => indicators.MatchDigest(digest) is not { } match
        ? null
        : new()
        {
            Kind = EvidenceKind.Listed,
            Role = role,
            Points = match.Certainty is Certainty.Certain ? points : Math.Min(points, Judgement.Suspect),
            Place = place,
            Signs = [Sign(match)],
            Why = match.WhyPossible.Length > 0 ? $"{why}; {match.WhyPossible}." : $"{why}.",
        };
}
