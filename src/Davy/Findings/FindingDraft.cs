using Davy.CloudRun;
using Davy.Detection;
using Davy.Images;
using Davy.Indicators;
using Davy.Logs;

namespace Davy.Findings;

/// <summary>A finding that grows: whatever the order and repetition of its entries, it ends as the same finding.</summary>
sealed class FindingDraft(string id, IDetector detector, CloudRunResource resource)
{
    const int ContainersKept = 50;

    readonly EvidenceSet _evidence = new();
    readonly SortedSet<(string ImageId, string Uri, string Name)> _containers = [];
    readonly Dictionary<string, OccurrenceDraft> _occurrences = new(StringComparer.Ordinal);
    readonly OccurrenceDraft _deletion = new() { IsDeletion = true };
    Match? _match;
    string _projectNumber = "";
    EntryLocation? _location;
    (Timestamp? Time, string Input, long Byte) _locationOrder;

    /// <summary>The resource.</summary>
    public CloudRunResource Resource => resource;

    /// <summary>Adds what an entry shows.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="verdict">The verdict on one of its containers.</param>
    /// <param name="location">Where the entry stood.</param>
    public void Add(Deployment deployment, Verdict.Malicious verdict, EntryLocation location)
    {
        _evidence.Add(deployment.Entry);
        _match = Surer(_match, verdict.Match);
        if (string.CompareOrdinal(deployment.ProjectNumber, _projectNumber) > 0) _projectNumber = deployment.ProjectNumber;
        See(deployment.Entry.Timestamp, location);

        var (container, digest) = Describe(verdict);
        if (_containers.Add(container) && _containers.Count > ContainersKept) _containers.Remove(_containers.Max);

        if (deployment.IsDeletion)
        {
            _deletion.Add(deployment, digest);
            return;
        }

        var key = deployment.OperationId != "" ? $"operation {deployment.OperationId}" : $"revision {deployment.Revision}";
        if (!_occurrences.TryGetValue(key, out var occurrence)) _occurrences.Add(key, occurrence = new());
        occurrence.Add(deployment, digest);
    }

    /// <summary>Adds an entry that tells of the resource's deletion without naming what it ran.</summary>
    public void AddDeletion(EntryIdentity entry) => _evidence.Add(entry);

    /// <summary>The deployments that brought the image, in order of time: entries that share a revision are one deployment.</summary>
    public IReadOnlyList<OccurrenceDraft> Occurrences()
    {
        HashSet<OccurrenceDraft> merged = [];
        Dictionary<string, OccurrenceDraft> byRevision = new(StringComparer.Ordinal);
        foreach (var draft in _occurrences.Values)
        {
            var whole = new OccurrenceDraft();
            whole.Add(draft);
            foreach (var revision in draft.Revisions)
            {
                if (!byRevision.TryGetValue(revision, out var other) || other == whole) continue;

                // The smaller goes into the larger: a job may run a million times.
                var (larger, smaller) = other.Revisions.Count >= whole.Revisions.Count ? (other, whole) : (whole, other);
                larger.Add(smaller);
                merged.Remove(smaller);
                foreach (var moved in smaller.Revisions) byRevision[moved] = larger;
                whole = larger;
            }

            merged.Add(whole);
            foreach (var revision in draft.Revisions) byRevision[revision] = whole;
        }

        if (merged.Count == 0) merged.Add(_deletion);
        return [.. merged.OrderBy(each => each.First ?? Timestamp.Epoch).ThenBy(each => each.Operations.FirstOrDefault() ?? each.Revisions.FirstOrDefault(), StringComparer.Ordinal)];
    }

    /// <summary>The finding.</summary>
    /// <param name="occurrences">The deployments, each with its actor.</param>
    /// <param name="history">What ran before; null where it was not looked up.</param>
    /// <param name="deletion">What the deletions of the resource mean for it; null where none is told.</param>
    public Finding ToFinding(IReadOnlyList<Occurrence> occurrences, ResourceHistory? history, DeletionNote? deletion) => new()
    {
        Id = id,
        Category = detector.Category,
        Rule = detector.Rule,
        Tactic = detector.Tactic,
        Technique = detector.Technique,
        TechniquePage = detector.TechniquePage,
        Resource = resource,
        ProjectNumber = _projectNumber,
        Match = _match!,
        Containers = Containers(),
        Evidence = _evidence.Kept(),
        EvidenceCount = _evidence.Count,
        LastSeen = _evidence.Last,
        Representative = _evidence.Representative,
        Occurrences = [.. occurrences.Take(FindingSet.OccurrencesKept)],
        OccurrenceCount = occurrences.Count,
        ResourceDeleted = deletion is { IsDeleted: true },
        DeletedAt = deletion?.At,
        History = history,
        Location = _location ?? default,
    };

    /// <summary>One a digest: a service's entry names the tag, its revision's the digest, and both are the same container.</summary>
    List<MatchedContainer> Containers()
    {
        List<MatchedContainer> found = [];
        foreach (var image in _containers.GroupBy(container => container.ImageId, StringComparer.Ordinal))
        {
            var isDigest = image.Key.Contains("@sha256:", StringComparison.Ordinal);
            if (!isDigest && _containers.Any(other => other.Uri == image.First().Uri && other.ImageId.Contains("@sha256:", StringComparison.Ordinal))) continue;

            var uri = image.Select(container => container.Uri).OrderBy(text => text.Contains('@')).ThenBy(text => text, StringComparer.Ordinal).First();
            found.Add(new(image.Select(container => container.Name).FirstOrDefault(name => name != "", ""), uri, image.Key));
        }

        return found;
    }

    static ((string ImageId, string Uri, string Name) Container, string Digest) Describe(Verdict.Malicious verdict)
    {
        var container = verdict.Container;
        var uri = container.Image?.Text ?? "";
        foreach (var text in new[] { container.Ran?.Text, container.Image?.Text })
        {
            if (text is not null && ImageSpelling.Read(text).Reference is { Digest: { } digest } reference) return (($"{reference.Repository}@{digest}", uri, container.Name), digest.ToString());
        }

        return ((uri, uri, container.Name), "");
    }

    static Match Surer(Match? one, Match other)
    {
        if (one is null) return other;

        var order = other.Certainty.CompareTo(one.Certainty);
        if (order == 0) order = one.IsByInspection.CompareTo(other.IsByInspection);
        if (order == 0) order = (one.Kind ?? IndicatorKind.Miner).CompareTo(other.Kind ?? IndicatorKind.Miner);
        if (order == 0) order = one.Transformation.Length.CompareTo(other.Transformation.Length);
        if (order == 0) order = string.CompareOrdinal(one.Indicator, other.Indicator);
        if (order == 0) order = string.CompareOrdinal(one.Place, other.Place);
        if (order == 0) order = string.CompareOrdinal(Whole(one), Whole(other));
        return order <= 0 ? one : other;
    }

    static string Whole(Match match) => string.Join('\n', [match.Transformation, match.WhyPossible, .. match.Evidence.Select(evidence => evidence.ToString())]);

    /// <summary>The position of the earliest entry; of several at one time, of the first in the inputs.</summary>
    void See(Timestamp? time, EntryLocation location)
    {
        var order = (time, location.Input, location.Byte);
        if (_location is not null && Compare(_locationOrder, order) <= 0) return;
        (_location, _locationOrder) = (location, order);
    }

    static int Compare((Timestamp? Time, string Input, long Byte) one, (Timestamp? Time, string Input, long Byte) other)
    {
        var order = (one.Time is null).CompareTo(other.Time is null);
        if (order == 0 && one.Time is { } left && other.Time is { } right) order = left.CompareTo(right);
        if (order == 0) order = string.CompareOrdinal(one.Input, other.Input);
        return order == 0 ? one.Byte.CompareTo(other.Byte) : order;
    }
}
