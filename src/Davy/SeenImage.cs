using Davy.CloudRun;
using Davy.Detection;
using Davy.Findings;
using Davy.Images;
using Davy.Logs;

namespace Davy;

/// <summary>An image of the deployments that a scan saw: where it can be had, and who was given it.</summary>
/// <param name="key">The digest that ran, else the reference.</param>
/// <param name="isByDigest">Whether the key is a digest.</param>
sealed class SeenImage(string key, bool isByDigest)
{
    const int ReferencesKept = 8;

    readonly SortedDictionary<string, SeenReference> _references = new(StringComparer.Ordinal);
    readonly Dictionary<UInt128, Sighting> _sightings = [];

    /// <summary>The digest that ran, else the reference.</summary>
    public string Key => key;

    /// <summary>Whether it is known by the digest that ran.</summary>
    public bool IsByDigest => isByDigest;

    /// <summary>Whether a finding is about a container of it.</summary>
    public bool HasFinding { get; private set; }

    /// <summary>Whether more deployments of it were seen than are kept.</summary>
    public bool IsCut { get; set; }

    /// <summary>The log time of its last deployment; null where none tells one.</summary>
    public Timestamp? Last { get; private set; }

    /// <summary>Where it can be had, in order of the names.</summary>
    public IReadOnlyCollection<SeenReference> References => _references.Values;

    /// <summary>Who was given it.</summary>
    public IReadOnlyCollection<Sighting> Sightings => _sightings.Values;

    /// <summary>Adds what an entry tells of the image itself.</summary>
    /// <param name="reference">Where it is said to be.</param>
    /// <param name="isListed">Whether a list has it.</param>
    /// <param name="hasFinding">Whether a finding is about the container.</param>
    /// <param name="time">The entry's time.</param>
    public void See(ImageReference reference, bool isListed, bool hasFinding, Timestamp? time)
    {
        HasFinding |= hasFinding;
        if (time is { } moment && (Last is null || moment > Last)) Last = moment;

        var name = reference.ToString();
        _references[name] = new(reference, isListed || (_references.TryGetValue(name, out var known) && known.IsListed));
        if (_references.Count > ReferencesKept) _references.Remove(_references.Keys.Last());
    }

    /// <summary>Adds a deployment; the same entry again changes nothing but where it stands first.</summary>
    /// <param name="sighting">The deployment.</param>
    /// <param name="isFull">Whether no more may be kept.</param>
    /// <returns>Whether one more is kept.</returns>
    public bool Add(Sighting sighting, bool isFull)
    {
        var id = EvidenceKey.Of(EvidenceKey.Of(sighting.Deployment.Entry).ToString("x"), sighting.Deployment.Resource.AdminName, sighting.Container.Name, sighting.Container.Image?.Text);
        if (_sightings.TryGetValue(id, out var known))
        {
            if (Sighting.IsEarlier(sighting.Location, known.Location)) _sightings[id] = sighting;
            return false;
        }

        IsCut |= isFull;
        return !isFull && _sightings.TryAdd(id, sighting);
    }

    /// <summary>Takes away the deployments of which another image tells more.</summary>
    public void Drop(Func<Sighting, bool> isTold)
    {
        foreach (var (id, sighting) in _sightings)
        {
            if (isTold(sighting)) _sightings.Remove(id);
        }
    }
}

/// <summary>Where an image can be had.</summary>
/// <param name="Reference">Repository and digest, else repository and tag.</param>
/// <param name="IsListed">Whether a list has it.</param>
readonly record struct SeenReference(ImageReference Reference, bool IsListed);

/// <summary>A deployment that brought an image.</summary>
/// <param name="Deployment">The deployment, without its containers.</param>
/// <param name="Container">The container, without command, arguments and environment.</param>
/// <param name="Listed">What a list says of the image; null where none has it.</param>
/// <param name="Location">Where the entry stood.</param>
sealed record Sighting(Deployment Deployment, Container Container, Match? Listed, EntryLocation Location)
{
    /// <summary>Whether a place comes before another, by the names of inputs and not by the order of reading.</summary>
    public static bool IsEarlier(EntryLocation one, EntryLocation other) =>
        string.CompareOrdinal(one.Input, other.Input) is var order && (order < 0 || (order == 0 && one.Byte < other.Byte));
}
