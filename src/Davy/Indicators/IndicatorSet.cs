using Davy.Images;

namespace Davy.Indicators;

/// <summary>All indicators at one moment. It never changes, so that any number of threads may ask it; what a question takes does not grow with the lists.</summary>
public sealed class IndicatorSet
{
    const string OwnList = "known-miners.json";

    static readonly Lazy<IndicatorSet> OwnSet = new(() => new([IndicatorFile.Parse(OwnList, EmbeddedFile.Read(OwnList))]));

    readonly IndicatorIndex _index;
    readonly Lazy<bool> _mayListFiles;

    /// <summary>Puts lists together.</summary>
    /// <param name="lists">The lists; where two hold the same reference, both count, and the better one answers.</param>
    public IndicatorSet(IEnumerable<IndicatorList> lists)
    {
        Lists = [.. lists];
        _index = new([.. Lists.Select(list => list.Indicators)]);
        _mayListFiles = new(() => Lists.Except(Default.Lists).Any(list => list.Indicators.Any(indicator => indicator.Scope is IndicatorScope.Digest)));
    }

    /// <summary>The list that comes with Davy, read when it is first asked for.</summary>
    public static IndicatorSet Default => OwnSet.Value;

    /// <summary>A set that knows nothing.</summary>
    public static IndicatorSet Empty { get; } = new([]);

    /// <summary>The lists, each with its name and date.</summary>
    public IReadOnlyList<IndicatorList> Lists { get; }

    /// <summary>Whether a digest on a list may be that of a file: the list that comes with Davy has those of images alone.</summary>
    internal bool MayListFiles => _mayListFiles.Value;

    /// <summary>All indicators, in the order of the lists.</summary>
    public IEnumerable<Indicator> Indicators => Lists.SelectMany(list => list.Indicators);

    /// <summary>A set that knows other lists too.</summary>
    /// <param name="lists">The lists that come on top.</param>
    /// <returns>The larger set; this one stays as it is.</returns>
    public IndicatorSet With(params IEnumerable<IndicatorList> lists) => new([.. Lists, .. lists]);

    /// <summary>The best match of an image: of its names, and of the digest in its reference.</summary>
    /// <param name="image">The image as it was written.</param>
    /// <returns>The match; null where none is listed, which for a text that cannot be read does not mean that it is clean.</returns>
    public IndicatorMatch? Match(ImageSpelling image)
    {
        IndicatorMatch? best = image.Reference?.Digest is { } digest ? MatchDigest(digest) : null;
        for (var candidate = 0; candidate < image.Candidates.Count; candidate++) best = Best(_index.Matches(image.Candidates[candidate]), best);
        return best;
    }

    /// <summary>The best match of a digest, whatever the image is called.</summary>
    /// <param name="digest">The digest of a manifest, an index or a configuration.</param>
    /// <returns>The match; null where the digest is not listed.</returns>
    public IndicatorMatch? MatchDigest(Digest digest) => Best(_index.Matches(digest), null);

    /// <summary>All that an image may be, with what each answers to or why it answers to nothing.</summary>
    /// <param name="image">The image as it was written.</param>
    /// <returns>An outcome for each candidate, and one for the digest where the reference has one; empty where the text cannot be read.</returns>
    public IReadOnlyList<CandidateOutcome> Explain(ImageSpelling image)
    {
        List<CandidateOutcome> outcomes = [.. image.Candidates.Select(candidate => candidate switch
        {
            ImageCandidate.Exact exact => Outcome(exact.Reference.Repository, candidate, WhyNot(exact.Reference)),
            ImageCandidate.BehindRemote remote => Outcome($"{remote.Path} on any registry", candidate, "no list holds a whole repository of this path"),
            _ => throw new InvalidOperationException($"There is no candidate of the kind {candidate.GetType().Name}."),
        })];

        if (image.Reference?.Digest is { } digest)
        {
            var matches = Sorted(_index.Matches(digest));
            outcomes.Add(new(digest.ToString(), "", matches, matches.Count > 0 ? "" : "no list holds this digest"));
        }

        return outcomes;
    }

    CandidateOutcome Outcome(string tried, ImageCandidate candidate, string whyNot)
    {
        var matches = Sorted(_index.Matches(candidate));
        return new(tried, candidate.Transformation, matches, matches.Count > 0 ? "" : whyNot);
    }

    string WhyNot(ImageReference reference)
    {
        var tags = _index.TagsOf(reference.Repository);
        return tags.Count > 0
            ? $"of this repository only these are listed: {string.Join(", ", tags.Select(tag => tag.Reference))}"
            : "no list holds this repository, a namespace above it or the beginning of its name";
    }

    static IndicatorMatch? Best(List<IndicatorMatch> matches, IndicatorMatch? best)
    {
        foreach (var match in matches)
        {
            if (best is null || IndicatorMatch.BestFirst.Compare(match, best) < 0) best = match;
        }

        return best;
    }

    static List<IndicatorMatch> Sorted(List<IndicatorMatch> matches)
    {
        matches.Sort(IndicatorMatch.BestFirst);
        return matches;
    }
}
