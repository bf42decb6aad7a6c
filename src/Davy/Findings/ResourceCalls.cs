using Davy.CloudRun;
using Davy.Logs;

namespace Davy.Findings;

/// <summary>What the log tells of one resource: who called, and what ran on it. What it answers depends on the entries alone, never on their order.</summary>
sealed class ResourceCalls
{
    /// <summary>How far from a deployment, in seconds, a call is taken for the one that made it, where no operation joins them.</summary>
    public const int NearSeconds = 60;

    const int CallsKept = 10_000;
    const long NanosPerSecond = 1_000_000_000;

    static readonly Actor Nobody = new();

    readonly Dictionary<string, Actor> _byOperation = new(StringComparer.Ordinal);

    readonly SortedSet<(Timestamp At, Actor Actor)> _calls = new(Comparer<(Timestamp At, Actor Actor)>.Create((one, other) =>
        one.At.CompareTo(other.At) is var order and not 0 ? order : string.CompareOrdinal(one.Actor.ToString(), other.Actor.ToString())));

    readonly SortedSet<PastCall> _past = [];

    /// <summary>Takes what an entry tells.</summary>
    public void Observe(ObservedCall call)
    {
        if (!call.IsOfThePast) return;

        if (call.Actor is { Basis: ActorBasis.Operation } actor)
        {
            if (call.Operation != "") _byOperation[call.Operation] = OccurrenceDraft.Better(_byOperation.GetValueOrDefault(call.Operation), actor)!;
            if (call.At is { } called && _calls.Count < CallsKept) _calls.Add((called, actor));
        }

        if (call.At is { } at && _past.Count < CallsKept) _past.Add(new(at, call.Image, call.Actor?.Principal ?? "", call.Operation, call.Revision));
    }

    /// <summary>Who called for an operation; null where that is not known.</summary>
    public Actor? ByOperation(string operation) => _byOperation.GetValueOrDefault(operation);

    /// <summary>Who called nearest to a moment, within 60 seconds; of two as near the earlier.</summary>
    public Actor? Nearest(Timestamp? moment)
    {
        if (moment is not { } first) return null;

        // The view is a second wider at both ends: it is only there so that not every caller is looked at.
        var from = first with { Seconds = first.Seconds - NearSeconds - 1 };
        var to = first with { Seconds = first.Seconds + NearSeconds + 1 };
        var near = _calls.GetViewBetween((from, Nobody), (to, Nobody)).Where(call => call.At.NanosSince(first) is >= -NearSeconds * NanosPerSecond and <= NearSeconds * NanosPerSecond)
            .OrderBy(call => Math.Abs(call.At.NanosSince(first))).ThenBy(call => call.At).ThenBy(call => call.Actor.ToString(), StringComparer.Ordinal).FirstOrDefault();
        return near.Actor is null ? null : near.Actor with { Basis = ActorBasis.NearInTime };
    }

    /// <summary>The operation of what ran before a moment; empty where nothing did, or it is not told.</summary>
    /// <param name="first">The moment.</param>
    /// <param name="own">Operations and revisions that do not count.</param>
    public string PreviousOperation(Timestamp first, IReadOnlySet<string> own) => Previous(first, own)?.Operation ?? "";

    /// <summary>What ran before a moment, and how often somebody deployed before it.</summary>
    /// <param name="first">The moment.</param>
    /// <param name="own">Operations and revisions that do not count: those that began then.</param>
    /// <param name="principal">Whose deployments are counted; empty for nobody's.</param>
    public ResourceHistory History(Timestamp first, IReadOnlySet<string> own, string principal)
    {
        var byActor = principal == "" ? 0 : Earlier(first, own).Where(past => past.Principal == principal).Select(past => past.Operation != "" ? past.Operation : past.Revision).Distinct().Count();
        return Previous(first, own) is { } previous
            ? new(previous.Image, previous.At, ByOperation(previous.Operation)?.Principal is { Length: > 0 } caller ? caller : previous.Principal, byActor)
            : new("", null, "", byActor);
    }

    PastCall? Previous(Timestamp first, IReadOnlySet<string> own) =>
        Earlier(first, own).Where(past => past.Image != "").OrderBy(past => past.At).ThenBy(past => past.Image, StringComparer.Ordinal).LastOrDefault();

    IEnumerable<PastCall> Earlier(Timestamp first, IReadOnlySet<string> own) =>
        _past.TakeWhile(past => past.At < first).Where(past => !own.Contains(past.Operation) && !own.Contains(past.Revision));

    sealed record PastCall(Timestamp At, string Image, string Principal, string Operation, string Revision) : IComparable<PastCall>
    {
        public int CompareTo(PastCall? other)
        {
            if (other is null) return 1;
            var order = At.CompareTo(other.At);
            if (order == 0) order = string.CompareOrdinal(Image, other.Image);
            if (order == 0) order = string.CompareOrdinal(Principal, other.Principal);
            if (order == 0) order = string.CompareOrdinal(Operation, other.Operation);
            return order == 0 ? string.CompareOrdinal(Revision, other.Revision) : order;
        }
    }
}
