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

    /// <summary>Makes an index.</summary>
    /// <param name="lists">The lists, which must stay as they are.</param>
    /// <exception cref="ArgumentException">An indicator of a digest has none.</exception>
    public IndicatorIndex(IReadOnlyList<IReadOnlyList<Indicator>> lists)
    {
        IndicatorRows rows = new(lists);
        _repositories = Of(IndicatorScope.Repository, reference => reference);
        _namespaces = Of(IndicatorScope.Namespace, reference => reference[..^"/*".Length]);
        _prefixes = Of(IndicatorScope.Prefix, reference => reference[..^"*".Length]);
        _tags = Of(IndicatorScope.Tag, reference => reference[..reference.LastIndexOf(':')]);
        _digests = Of(IndicatorScope.Digest, reference => Digest.TryParse(reference, out _) ? reference : throw new ArgumentException($"'{reference}' is no digest.", nameof(lists)));
        _paths = new(rows, (scope, reference, out key) =>
        {
            key = reference[(reference.IndexOf('/') + 1)..];
            return scope is IndicatorScope.Repository && reference.Count('/') == 2;
        });

        HashSet<int> lengths = [];
        Span<char> room = stackalloc char[IndicatorRows.LongestReference];
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.ScopeOf(row) is IndicatorScope.Prefix) lengths.Add(rows.ReferenceOf(row, room).Length - "*".Length);
        }

        _prefixLengths = [.. lengths.Order()];

        IndicatorTable Of(IndicatorScope scope, Part part) => new(rows, (other, reference, out key) =>
        {
            var isMember = other == scope;
            key = isMember ? part(reference) : default;
            return isMember;
        });
    }

    delegate ReadOnlySpan<char> Part(ReadOnlySpan<char> reference);

    public List<IndicatorMatch> Matches(Digest digest) => Of(_digests.Under(digest.ToString()), "", "");

    public List<IndicatorMatch> Matches(ImageCandidate candidate) => candidate switch
    {
        ImageCandidate.Exact exact => Matches(exact.Reference, exact.Transformation),
        ImageCandidate.BehindRemote remote => Of(_paths.Under(remote.Path), remote.Transformation, RemoteIsPossible),
        _ => throw new InvalidOperationException($"There is no candidate of the kind {candidate.GetType().Name}."),
    };

    /// <summary>The indicators of single tags of a repository.</summary>
    public IReadOnlyList<Indicator> TagsOf(string repository) => _tags.Under(repository);

    static List<IndicatorMatch> Of(IReadOnlyList<Indicator> found, string transformation, string doubt) =>
        found.Count == 0 ? [] : [.. found.Select(indicator => IndicatorMatch.Of(indicator, transformation, doubt))];

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
            for (var each = 0; each < found.Count; each++) matches.Add(IndicatorMatch.Of(found[each], transformation));
        }
    }
}
