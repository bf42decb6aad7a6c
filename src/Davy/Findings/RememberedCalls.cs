using Davy.CloudRun;

namespace Davy.Findings;

/// <summary>
/// The calls of a log, as long as they are few: the log need not be read again then to learn who deployed and what ran before. Where they become too many, all are forgotten.
/// </summary>
sealed class RememberedCalls
{
    /// <summary>How much memory they may take, in bytes, by a rough count.</summary>
    const int MostBytes = 6 << 20;

    const int BytesACall = 200;

    readonly List<ObservedCall> _calls = [];
    readonly Dictionary<CloudRunResource, CloudRunResource> _resources = [];
    readonly Dictionary<Actor, Actor> _actors = [];
    int _bytes;

    /// <summary>Whether all calls are remembered.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Remembers a call.</summary>
    public void Add(ObservedCall call)
    {
        if (!IsWhole || !call.IsOfThePast) return;

        if (!_resources.TryGetValue(call.Resource, out var resource))
        {
            _resources[call.Resource] = resource = call.Resource;
            Count(resource.Project.Length + resource.Name.Length + resource.Location.Length);
        }

        var actor = call.Actor;
        if (actor is not null && !_actors.TryGetValue(actor, out actor))
        {
            _actors[call.Actor!] = actor = call.Actor!;
            Count(actor.Principal.Length + actor.Subject.Length + actor.CallerIp.Length + actor.UserAgent.Length + actor.ServiceAccountKey.Length);
        }

        _calls.Add(call with { Resource = resource, Actor = actor });
        Count(call.Operation.Length + call.Revision.Length + call.Image.Length);
        if (_bytes <= MostBytes) return;

        IsWhole = false;
        _calls.Clear();
        _calls.TrimExcess();
        _resources.Clear();
        _actors.Clear();
    }

    /// <summary>Tells all of them.</summary>
    public void Tell(SecondLook look)
    {
        foreach (var call in _calls) look.Observe(call);
    }

    void Count(int characters) => _bytes += BytesACall + characters * sizeof(char);
}
