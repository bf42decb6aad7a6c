using Davy.CloudRun;
using Davy.Logs;

namespace Davy.Findings;

/// <summary>
/// What the rest of the log tells of the resources that have findings. The folder of a log sink holds all of <c>activity</c> before <c>system_event</c>,
/// so who deployed is known only once the findings are; to look again for these few is cheaper than to remember every caller.
/// </summary>
sealed class SecondLook
{
    const int CallsKept = 10_000;
    const int NearSeconds = 60;
    const long NanosPerSecond = 1_000_000_000;

    static readonly Actor Nobody = new();

    readonly Dictionary<CloudRunResource, ResourceCalls> _resources = [];
    readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Why an actor is not known, where one is not.</summary>
    public string WhyNoActor { get; set; } = "no activity entry of this deployment was read";

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
        if (call.IsOfThePast && _resources.TryGetValue(call.Resource, out var calls)) calls.Observe(call);
    }

    /// <summary>Who deployed: the activity entry of the same operation, else the nearest one for the resource within 60 seconds.</summary>
    public Actor? ActorOf(CloudRunResource resource, OccurrenceDraft occurrence)
    {
        if (!_resources.TryGetValue(resource, out var calls)) return null;

        Actor? best = null;
        foreach (var operation in occurrence.Operations)
        {
            best = OccurrenceDraft.Better(best, calls.ByOperation.GetValueOrDefault(operation));
            best = OccurrenceDraft.Better(best, Waiting?.Of(resource, operation));
        }

        return best ?? Nearest(calls, occurrence.First);
    }

    /// <summary>What ran on the resource before the first of these deployments, and how often the actor deployed there before.</summary>
    public ResourceHistory? HistoryOf(CloudRunResource resource, IReadOnlyList<OccurrenceDraft> occurrences, Actor? actor)
    {
        if (!HasHistory || !_resources.TryGetValue(resource, out var calls) || occurrences[0].First is not { } first) return null;

        HashSet<string> own = [.. occurrences.SelectMany(occurrence => occurrence.Operations.Concat(occurrence.Revisions))];
        var earlier = calls.Past.Where(past => past.At < first && !own.Contains(past.Operation) && !own.Contains(past.Revision)).ToList();
        var previous = earlier.Where(past => past.Image != "").OrderBy(past => past.At).ThenBy(past => past.Image, StringComparer.Ordinal).LastOrDefault();
        var byActor = actor is null ? 0 : earlier.Where(past => past.Principal == actor.Principal).Select(past => past.Operation != "" ? past.Operation : past.Revision).Distinct().Count();
        return new(previous.Image ?? "", previous.Image is null ? null : previous.At, previous.Principal ?? "", byActor);
    }

    static Actor? Nearest(ResourceCalls calls, Timestamp? moment)
    {
        if (moment is not { } first) return null;

        // The view is a second wider at both ends: it is only there so that not every caller is looked at.
        var from = first with { Seconds = first.Seconds - NearSeconds - 1 };
        var to = first with { Seconds = first.Seconds + NearSeconds + 1 };
        var near = calls.Calls.GetViewBetween((from, Nobody), (to, Nobody)).Where(call => call.At.NanosSince(first) is >= -NearSeconds * NanosPerSecond and <= NearSeconds * NanosPerSecond)
            .OrderBy(call => Math.Abs(call.At.NanosSince(first))).ThenBy(call => call.At).ThenBy(call => call.Actor.ToString(), StringComparer.Ordinal).FirstOrDefault();
        return near.Actor is null ? null : near.Actor with { Basis = ActorBasis.NearInTime };
    }

    /// <summary>What the log tells of one resource.</summary>
    sealed class ResourceCalls
    {
        public Dictionary<string, Actor> ByOperation { get; } = new(StringComparer.Ordinal);

        public SortedSet<(Timestamp At, Actor Actor)> Calls { get; } = new(Comparer<(Timestamp At, Actor Actor)>.Create((one, other) =>
            one.At.CompareTo(other.At) is var order and not 0 ? order : string.CompareOrdinal(one.Actor.ToString(), other.Actor.ToString())));

        public SortedSet<(Timestamp At, string Image, string Principal, string Operation, string Revision)> Past { get; } = [];

        public void Observe(ObservedCall call)
        {
            if (call.Actor is { Basis: ActorBasis.Operation } actor)
            {
                if (call.Operation != "") ByOperation[call.Operation] = OccurrenceDraft.Better(ByOperation.GetValueOrDefault(call.Operation), actor)!;
                if (call.At is { } called && Calls.Count < CallsKept) Calls.Add((called, actor));
            }

            if (call.At is not { } at || Past.Count >= CallsKept) return;
            Past.Add((at, call.Image, call.Actor?.Principal ?? "", call.Operation, call.Revision));
        }
    }
}
