using Davy.CloudRun;

namespace Davy.Findings;

/// <summary>
/// Who called, by operation, for an input that cannot be read twice: the activity entry comes before the system event, by seconds. The table is bounded, and says when it
/// had to push one out. Callers are few and are kept once.
/// </summary>
sealed class WaitingOperations
{
    /// <summary>How many operations wait at most.</summary>
    public const int Most = 65_536;

    readonly Dictionary<UInt128, Actor> _actors = [];
    readonly Queue<UInt128> _inOrder = new();
    readonly Dictionary<Actor, Actor> _callers = [];

    /// <summary>How many were pushed out.</summary>
    public long PushedOut { get; private set; }

    /// <summary>Remembers the caller of an operation.</summary>
    public void Add(ObservedCall call)
    {
        if (call is not { Operation: not "", Actor: { Basis: ActorBasis.Operation } actor }) return;

        if (!_callers.TryGetValue(actor, out var caller))
        {
            if (_callers.Count >= Most) _callers.Clear();
            _callers.Add(actor, caller = actor);
        }

        var key = Key(call.Resource, call.Operation);
        if (!_actors.TryAdd(key, caller)) return;

        _inOrder.Enqueue(key);
        if (_inOrder.Count <= Most) return;

        _actors.Remove(_inOrder.Dequeue());
        PushedOut++;
    }

    /// <summary>The caller of an operation; null where it is not remembered.</summary>
    public Actor? Of(CloudRunResource resource, string operation) => _actors.GetValueOrDefault(Key(resource, operation));

    static UInt128 Key(CloudRunResource resource, string operation) => EvidenceKey.Of(resource.Project, operation);
}
