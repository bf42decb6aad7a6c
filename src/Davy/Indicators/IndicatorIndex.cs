using System.Collections.Frozen;
using Davy.Images;

namespace Davy.Indicators;

/// <summary>Indicators by what they cover. A look-up costs the same however many there are: one for each part of a path, and one for each length of a prefix.</summary>
sealed class IndicatorIndex
{
    const string RemoteIsPossible = "whether this repository of Artifact Registry passes on images of another registry is not known";
    const string TagIsPossible = "the reference has a digest, which decides what runs; its tag is only a comment";

    readonly Lookup _repositories;
    readonly Lookup _namespaces;
    readonly Lookup _prefixes;
    readonly Lookup _tags;
    readonly Lookup _paths;
    readonly int[] _prefixLengths;
    readonly FrozenDictionary<Digest, Indicator[]> _digests;

    public IndicatorIndex(IReadOnlyList<Indicator> indicators)
    {
        _repositories = new(Of(IndicatorScope.Repository), indicator => indicator.Reference);
        _namespaces = new(Of(IndicatorScope.Namespace), indicator => indicator.Reference[..^"/*".Length]);
        _prefixes = new(Of(IndicatorScope.Prefix), indicator => indicator.Reference[..^"*".Length]);
        _tags = new(Of(IndicatorScope.Tag), indicator => indicator.Reference[..indicator.Reference.LastIndexOf(':')]);
        _paths = new(Of(IndicatorScope.Repository).Where(indicator => indicator.Reference.Count('/') == 2), indicator => indicator.Reference[(indicator.Reference.IndexOf('/') + 1)..]);
        _prefixLengths = [.. Of(IndicatorScope.Prefix).Select(indicator => indicator.Reference.Length - "*".Length).Distinct().Order()];
        _digests = Of(IndicatorScope.Digest)
            .GroupBy(indicator => Digest.TryParse(indicator.Reference, out var digest) ? digest : throw new ArgumentException($"'{indicator.Reference}' is no digest.", nameof(indicators)))
            .ToFrozenDictionary(group => group.Key, group => group.ToArray());

        IEnumerable<Indicator> Of(IndicatorScope scope) => indicators.Where(indicator => indicator.Scope == scope);
    }

    public List<IndicatorMatch> Matches(Digest digest) => [.. _digests.GetValueOrDefault(digest, []).Select(indicator => IndicatorMatch.Of(indicator, ""))];

    public List<IndicatorMatch> Matches(ImageCandidate candidate) => candidate switch
    {
        ImageCandidate.Exact exact => Matches(exact.Reference, exact.Transformation),
        ImageCandidate.BehindRemote remote => [.. _paths.Under(remote.Path).Select(indicator => IndicatorMatch.Of(indicator, remote.Transformation, RemoteIsPossible))],
        _ => throw new InvalidOperationException($"There is no candidate of the kind {candidate.GetType().Name}."),
    };

    /// <summary>The indicators of single tags of a repository.</summary>
    public Indicator[] TagsOf(string repository) => _tags.Under(repository);

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

        void Add(Indicator[] found)
        {
            foreach (var indicator in found) matches.Add(IndicatorMatch.Of(indicator, transformation));
        }
    }

    /// <summary>Indicators by a text that can be asked for without making a string of it.</summary>
    sealed class Lookup
    {
        readonly FrozenDictionary<string, Indicator[]>.AlternateLookup<ReadOnlySpan<char>> _byText;

        public Lookup(IEnumerable<Indicator> indicators, Func<Indicator, string> key) =>
            _byText = indicators.GroupBy(key, StringComparer.Ordinal)
                .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal)
                .GetAlternateLookup<ReadOnlySpan<char>>();

        public Indicator[] Under(ReadOnlySpan<char> text) => _byText.TryGetValue(text, out var found) ? found : [];
    }
}
