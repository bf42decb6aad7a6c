using Davy.CloudRun;
using Davy.Detection;
using Davy.Logs;

namespace Davy.Findings;

/// <summary>
/// All findings of a scan, merged by id. Any order and any repetition of the same entries gives the same findings; memory grows with findings and their
/// evidence, never with the log.
/// </summary>
public sealed class FindingSet
{
    /// <summary>How many entries a finding keeps as evidence; all are counted.</summary>
    public const int EvidenceKept = 20;

    /// <summary>How many deployments a finding keeps; all are counted.</summary>
    public const int OccurrencesKept = 20;

    /// <summary>Of how many images a finding tells what is in them.</summary>
    public const int InspectionsKept = 10;

    const int DeletionsRemembered = 65_536;

    readonly Dictionary<string, FindingDraft> _drafts = new(StringComparer.Ordinal);
    readonly Dictionary<CloudRunResource, ResourceDeletions> _deletions = [];

    /// <summary>How many findings there are.</summary>
    public int Count => _drafts.Count;

    /// <summary>Adds a malicious verdict.</summary>
    /// <param name="detector">Whose verdict it is.</param>
    /// <param name="deployment">What it judged.</param>
    /// <param name="verdict">The verdict.</param>
    /// <param name="location">Where the entry stood.</param>
    public void Add(IDetector detector, Deployment deployment, Verdict.Malicious verdict, EntryLocation location)
    {
        var id = FindingId.Of(detector.Rule, deployment.Resource, verdict.Match.Repository);
        if (!_drafts.TryGetValue(id, out var draft)) _drafts.Add(id, draft = new(id, detector, deployment.Resource));
        draft.Add(deployment, verdict, location);
    }

    /// <summary>Records that a resource was deleted: its findings say so, whenever they open, and stay as they are.</summary>
    /// <param name="deployment">The deletion, with or without containers.</param>
    public void AddDeletion(Deployment deployment)
    {
        if (!_deletions.TryGetValue(deployment.Resource, out var deletions))
        {
            if (_deletions.Count >= DeletionsRemembered) return;
            _deletions.Add(deployment.Resource, deletions = new());
        }

        deletions.Add(deployment.Entry, deployment.DeletedAt);
    }

    /// <summary>What a second look at the log has to find out: who deployed, and what ran before.</summary>
    /// <returns>The questions; none where there is no finding.</returns>
    internal SecondLook Questions()
    {
        var look = new SecondLook();
        foreach (var draft in _drafts.Values) look.Ask(draft);
        return look;
    }

    /// <summary>The findings, in order of resource and category.</summary>
    /// <param name="look">What the second look found.</param>
    /// <returns>The findings.</returns>
    internal IReadOnlyList<Finding> ToFindings(SecondLook look)
    {
        List<Finding> findings = [];
        foreach (var draft in _drafts.Values)
        {
            var drafts = draft.Occurrences();
            var deletion = _deletions.GetValueOrDefault(draft.Resource)?.Of([.. drafts.Take(OccurrencesKept).Where(occurrence => !occurrence.IsDeletion).Select(occurrence => occurrence.First)]);
            foreach (var entry in deletion?.Entries ?? []) draft.AddDeletion(entry);

            List<Occurrence> occurrences = [.. drafts.Select(occurrence => occurrence.ToOccurrence(look.ActorOf(draft.Resource, occurrence), look.WhyNoActor))];
            var actor = occurrences.Select(occurrence => occurrence.Actor).FirstOrDefault(known => known is not null);
            findings.Add(draft.ToFinding(occurrences, look.HistoryOf(draft.Resource, drafts, actor), deletion));
        }

        return [.. findings
            .OrderBy(finding => finding.Resource.Project, StringComparer.Ordinal)
            .ThenBy(finding => finding.Resource.Location, StringComparer.Ordinal)
            .ThenBy(finding => finding.Resource.Kind)
            .ThenBy(finding => finding.Resource.Name, StringComparer.Ordinal)
            .ThenBy(finding => finding.Category, StringComparer.Ordinal)
            .ThenBy(finding => finding.Id, StringComparer.Ordinal)];
    }
}
