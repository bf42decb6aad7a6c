using Davy.Images;

namespace Davy.Indicators;

/// <summary>Indicators by what they cover. A look-up costs the same however many there are: one for each part of a path, and one for each length of a prefix.</summary>
sealed class IndicatorIndex
{
    const string RemoteIsPossible = "whether this repository of Artifact Registry passes on images of another registry is not known";
    const string TagIsPossible = "the reference has a digest, which decides what runs; its tag is only a comment";

    readonly IndicatorTable _repositories;
    readonly IndicatorTable _namespaces;
    readonly IndicatorTable _prefixes;
    readonly IndicatorTable _tags;
    readonly IndicatorTable _paths;
    readonly IndicatorTable _digests;
    readonly int[] _prefixLengths;

    public IndicatorIndex(IReadOnlyList<Indicator> indicators)
    {
        _repositories = Of(IndicatorScope.Repository, reference => reference);
        _namespaces = Of(IndicatorScope.Namespace, reference => reference.AsSpan(..^"/*".Length));
        _prefixes = Of(IndicatorScope.Prefix, reference => reference.AsSpan(..^"*".Length));
        _tags = Of(IndicatorScope.Tag, reference => reference.AsSpan(..reference.LastIndexOf(':')));
        _digests = Of(IndicatorScope.Digest, reference => Digest.TryParse(reference, out _) ? reference : throw new ArgumentException($"'{reference}' is no digest.", nameof(indicators)));
        _paths = new(indicators, indicator => indicator.Scope is IndicatorScope.Repository && indicator.Reference.AsSpan().Count('/') == 2, reference => reference.AsSpan((reference.IndexOf('/') + 1)..));
        _prefixLengths = [.. indicators.Where(indicator => indicator.Scope is IndicatorScope.Prefix).Select(indicator => indicator.Reference.Length - "*".Length).Distinct().Order()];

        IndicatorTable Of(IndicatorScope scope, IndicatorTable.KeyOf key) => new(indicators, indicator => indicator.Scope == scope, key);
    }

    public List<IndicatorMatch> Matches(Digest digest) => [.. _digests.Under(digest.ToString()).Select(indicator => IndicatorMatch.Of(indicator, ""))];

    public List<IndicatorMatch> Matches(ImageCandidate candidate) => candidate switch
    {
        ImageCandidate.Exact exact => Matches(exact.Reference, exact.Transformation),
        ImageCandidate.BehindRemote remote => [.. _paths.Under(remote.Path).Select(indicator => IndicatorMatch.Of(indicator, remote.Transformation, RemoteIsPossible))],
        _ => throw new InvalidOperationException($"There is no candidate of the kind {candidate.GetType().Name}."),
    };

    /// <summary>The indicators of single tags of a repository.</summary>
    public IReadOnlyList<Indicator> TagsOf(string repository) => _tags.Under(repository);

    List<IndicatorMatch> Matches(ImageReference image, string transformation)
    {
        var matches = new List<IndicatorMatch>();
        var repository = image.Repository;
        Add(_repositories.Under(repository));

        for (var end = repository.LastIndexOf('/'); end > 0; end = repository.AsSpan(0, end).LastIndexOf('/')) Add(_namespaces.Under(repository.AsSpan(0, end)));

        foreach (var length in _prefixLengths)
        {
            if (length > repository.Length) break;

            Add(_prefixes.Under(repository.AsSpan(0, length)));
        }

        foreach (var indicator in _tags.Under(repository))
        {
            // Without tag and digest, 'latest' is meant.
            var tag = image is { Tag: "", Digest: null } ? "latest" : image.Tag;
            if (indicator.Reference.AsSpan(repository.Length + 1).SequenceEqual(tag)) matches.Add(IndicatorMatch.Of(indicator, transformation, image.Digest is null ? "" : TagIsPossible));
        }

        return matches;

        void Add(IReadOnlyList<Indicator> found)
        {
            foreach (var indicator in found) matches.Add(IndicatorMatch.Of(indicator, transformation));
        }
    }
}
