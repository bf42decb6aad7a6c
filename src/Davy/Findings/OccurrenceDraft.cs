using Davy.CloudRun;
using Davy.Logs;

namespace Davy.Findings;

/// <summary>One deployment as its entries tell it, in whatever order they come.</summary>
sealed class OccurrenceDraft
{
    readonly SortedSet<string> _operations = new(StringComparer.Ordinal);
    readonly SortedSet<string> _revisions = new(StringComparer.Ordinal);
    readonly SortedSet<string> _digests = new(StringComparer.Ordinal);
    Actor? _told;
    Timestamp? _created;
    string _client = "";
    string _serviceAccount = "";
    bool _failedToStart;

    /// <summary>Whether it is no deployment at all: all that the log tells is that what had the image was deleted.</summary>
    public bool IsDeletion { get; init; }

    /// <summary>The log time of the first entry.</summary>
    public Timestamp? First { get; private set; }

    /// <summary>The log time of the last entry.</summary>
    public Timestamp? Last { get; private set; }

    /// <summary>The operations; more than one only where entries that share a revision name different ones.</summary>
    public IReadOnlyCollection<string> Operations => _operations;

    /// <summary>The revisions or executions.</summary>
    public IReadOnlyCollection<string> Revisions => _revisions;

    /// <summary>Adds what an entry tells.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="digest">The digest that ran; empty where it is not told.</param>
    public void Add(Deployment deployment, string digest)
    {
        if (deployment.OperationId != "") _operations.Add(deployment.OperationId);
        if (deployment.Revision != "") _revisions.Add(deployment.Revision);
        if (digest != "") _digests.Add(digest);

        See(deployment.Entry.Timestamp);
        _created = Later(_created, deployment.MadeAt);
        _told = Better(_told, deployment.Actor);
        _client = Larger(_client, deployment.Client);
        _serviceAccount = Larger(_serviceAccount, deployment.ServiceAccount);
        _failedToStart |= deployment.FailedToStart;
    }

    /// <summary>Takes in another part of the same deployment.</summary>
    public void Add(OccurrenceDraft other)
    {
        _operations.UnionWith(other._operations);
        _revisions.UnionWith(other._revisions);
        _digests.UnionWith(other._digests);
        See(other.First);
        See(other.Last);
        _created = Later(_created, other._created);
        _told = Better(_told, other._told);
        _client = Larger(_client, other._client);
        _serviceAccount = Larger(_serviceAccount, other._serviceAccount);
        _failedToStart |= other._failedToStart;
    }

    /// <summary>The occurrence, with the actor that the rest of the log knows.</summary>
    /// <param name="joined">The actor of the activity log; null where it has none.</param>
    /// <param name="whyNone">Why it has none.</param>
    public Occurrence ToOccurrence(Actor? joined, string whyNone)
    {
        var actor = Better(joined, _told);
        return new()
        {
            Id = _operations.Min ?? _revisions.Min ?? "",
            Revision = _revisions.Min ?? "",
            Digest = _digests.Min ?? "",
            First = First,
            Last = Last,
            CreatedAt = _created,
            Actor = actor,
            WhyNoActor = actor is null ? whyNone : "",
            Client = _client,
            ServiceAccount = _serviceAccount,
            FailedToStart = _failedToStart,
            IsDeletion = IsDeletion,
        };
    }

    /// <summary>The surer of two actors; of two equally sure ones always the same.</summary>
    public static Actor? Better(Actor? one, Actor? other)
    {
        if (one is null || other is null) return one ?? other;

        var order = one.Basis.CompareTo(other.Basis);
        if (order == 0) order = (one.CallerIp == "").CompareTo(other.CallerIp == "");
        if (order == 0) order = string.CompareOrdinal(one.ToString(), other.ToString());
        return order <= 0 ? one : other;
    }

    static Timestamp? Later(Timestamp? one, Timestamp? other) => one is null || other > one ? other : one;

    static string Larger(string one, string other) => string.CompareOrdinal(one, other) >= 0 ? one : other;

    void See(Timestamp? time)
    {
        if (time is not { } moment) return;
        if (First is null || moment < First) First = moment;
        if (Last is null || moment > Last) Last = moment;
    }
}
