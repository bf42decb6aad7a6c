using Davy.CloudRun;
using Davy.Logs;

namespace Davy.Findings;

/// <summary>All doubts of a scan, each kept once and counted; and the deployments whose system event has yet to come.</summary>
public sealed class DoubtSet
{
    /// <summary>How many doubts are kept; all are counted.</summary>
    public const int Kept = 1_000;

    const int AwaitedKept = 65_536;

    readonly Dictionary<UInt128, Doubt> _doubts = [];
    readonly Dictionary<UInt128, Doubt> _awaited = [];

    /// <summary>Half of each key, for there are as many as the log has resources: nobody knows the keys, and for two to meet by chance it takes billions.</summary>
    readonly HashSet<ulong> _shown = [];

    readonly HashSet<string> _shownProjects = new(StringComparer.Ordinal);
    long _unkept;

    /// <summary>How many doubts there are, kept or not.</summary>
    public long Count => _doubts.Count + _unkept;

    /// <summary>Adds a doubt; the same one again changes nothing.</summary>
    /// <param name="doubt">The doubt.</param>
    public void Add(Doubt doubt)
    {
        var key = EvidenceKey.Of(doubt.Kind.ToString(), doubt.Key);
        if (_doubts.TryGetValue(key, out var known))
        {
            if (IsEarlier(doubt.Location, known.Location)) _doubts[key] = doubt;
        }
        else if (_doubts.Count < Kept)
        {
            _doubts.Add(key, doubt);
        }
        else
        {
            // Past the cap a repeated doubt cannot be told from a new one; counting too many is the safe side.
            _unkept++;
        }
    }

    /// <summary>A system event of a resource was seen: its activity entries are no doubt.</summary>
    /// <param name="resource">The resource.</param>
    public void SystemEventOf(CloudRunResource resource) => SystemEventOf(resource, KeyedHash.Of(resource));

    /// <summary>The same, where the resource's key is known.</summary>
    internal void SystemEventOf(CloudRunResource resource, UInt128 key)
    {
        _shown.Add((ulong)key);
        _shownProjects.Add(resource.Project);
        _awaited.Remove(key);
    }

    /// <summary>An activity entry deployed without naming an image: its resource's system event must come.</summary>
    /// <param name="call">The call.</param>
    /// <param name="location">Where the entry stood.</param>
    public void Await(Deployment call, EntryLocation location)
    {
        var key = KeyedHash.Of(call.Resource);
        if (_shown.Contains((ulong)key)) return;

        if (!_awaited.TryGetValue(key, out var known))
        {
            if (_awaited.Count >= AwaitedKept)
            {
                _unkept++;
                return;
            }
        }
        else if (!IsEarlier(location, known.Location))
        {
            return;
        }

        _awaited[key] = new(DoubtKind.NoSystemEvent, call.Resource.AdminName,
            $"{call.Resource.AdminName} was deployed, but no system_event of it was seen, and only that names the image; check the sink's filter.", location)
        {
            Project = call.Resource.Project,
        };
    }

    /// <summary>Ends the scan: what is still awaited becomes a doubt.</summary>
    /// <returns>The doubts by kind and key, and a notice for each project none of whose resources has a system event.</returns>
    public (IReadOnlyList<Doubt> Doubts, IReadOnlyList<string> Notices) Close()
    {
        foreach (var doubt in _awaited.Values.OrderBy(each => each.Key, StringComparer.Ordinal)) Add(doubt);

        var notices = _awaited.Values.Where(doubt => !_shownProjects.Contains(doubt.Project)).GroupBy(doubt => doubt.Project, StringComparer.Ordinal)
            .OrderBy(project => project.Key, StringComparer.Ordinal)
            .Select(project => $"Project {project.Key}: no system_event of Cloud Run was read at all, so the images of {project.Count()} deployed resource(s) are not known; "
                + "check that the sink's filter takes cloudaudit.googleapis.com/system_event.");
        List<string> all = [.. notices];
        _awaited.Clear();

        return ([.. _doubts.Values.OrderBy(doubt => doubt.Kind).ThenBy(doubt => doubt.Key, StringComparer.Ordinal)], all);
    }

    static bool IsEarlier(EntryLocation one, EntryLocation other) =>
        string.CompareOrdinal(one.Input, other.Input) is var order && (order < 0 || (order == 0 && one.Byte < other.Byte));
}
