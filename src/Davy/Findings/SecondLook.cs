using Davy.CloudRun;

namespace Davy.Findings;

/// <summary>
/// What the rest of the log tells of the resources that have findings. The folder of a log sink holds all of <c>activity</c> before <c>system_event</c>,
/// so who deployed is known only once the findings are; to look again for these few is cheaper than to remember every caller.
/// </summary>
sealed class SecondLook
{
    readonly Dictionary<CloudRunResource, ResourceCalls> _resources = [];
    readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Why an actor is not known, where one is not.</summary>
    public string WhyNoActor { get; set; } = "no activity entry of this deployment was read";

    /// <summary>Why the watch does not know an actor yet.</summary>
    public const string NotYet = "its activity entry has not come yet";

    /// <summary>Whether what ran before can be told: not from an input that cannot be read twice.</summary>
    public bool HasHistory { get; set; } = true;

    /// <summary>The callers remembered from an input that cannot be read twice; null where all can.</summary>
    public WaitingOperations? Waiting { get; set; }

    /// <summary>Whether there is anything to find out.</summary>
    public bool IsNeeded => _resources.Count > 0;

    /// <summary>Asks for a finding's resource.</summary>
    public void Ask(FindingDraft draft)
    {
        _resources.TryAdd(draft.Resource, new());
        _names.Add(draft.Resource.Name);
    }

    /// <summary>Whether a resource is asked for; may be called on any thread once all are.</summary>
    public bool Asks(CloudRunResource resource) => _resources.ContainsKey(resource);

    /// <summary>Whether a resource of such a name is asked for, wherever it is; may be called on any thread once all are.</summary>
    public bool AsksName(string name) => _names.Contains(name);

    /// <summary>Takes what an entry tells.</summary>
    public void Observe(ObservedCall call)
    {
        if (_resources.TryGetValue(call.Resource, out var calls)) calls.Observe(call);
    }

    /// <summary>Who deployed: the activity entry of the same operation, else the nearest one for the resource within 60 seconds.</summary>
    public Actor? ActorOf(CloudRunResource resource, OccurrenceDraft occurrence)
    {
        if (!_resources.TryGetValue(resource, out var calls)) return null;

        Actor? best = null;
        foreach (var operation in occurrence.Operations)
        {
            best = OccurrenceDraft.Better(best, calls.ByOperation(operation));
            best = OccurrenceDraft.Better(best, Waiting?.Of(resource, operation));
        }

        return best ?? calls.Nearest(occurrence.First);
    }

    /// <summary>What ran on the resource before the first of these deployments, and how often the actor deployed there before.</summary>
    public ResourceHistory? HistoryOf(CloudRunResource resource, IReadOnlyList<OccurrenceDraft> occurrences, Actor? actor)
    {
        if (!HasHistory || !_resources.TryGetValue(resource, out var calls) || occurrences[0].First is not { } first) return null;

        HashSet<string> own = [.. occurrences.SelectMany(occurrence => occurrence.Operations.Concat(occurrence.Revisions))];
        return calls.History(first, own, actor?.Principal ?? "");
    }
}
