using Davy.CloudRun;
using Davy.Indicators;

namespace Davy.Detection;

/// <summary>
/// Finds containers that are told to mine, whatever their image is called: by the options, addresses, pools and programs of miners in command, arguments
/// and environment. A strong signal is enough. Else two are needed, of different groups and not seen in the same piece of text:
/// two that only those who speak of mining use (medium); one such and one that has other uses but fits (weak); or the two things that no miner can do
/// without, a pool to work for and a wallet to be paid to. No number of other weak ones is enough.
/// </summary>
/// <param name="known">What is known of miners' command lines.</param>
public sealed class CryptominingCommands(MiningCommands known) : IDetector
{
    /// <summary>The group that says nothing beside another signal: half of all installers are a download that a shell runs.</summary>
    const string Dropper = "dropper";

    /// <summary>How many pieces of evidence a match holds.</summary>
    public const int EvidenceKept = 20;

    /// <summary>The detector with the list that Davy ships.</summary>
    public CryptominingCommands()
        : this(MiningCommands.Default)
    {
    }

    /// <inheritdoc/>
    public string Category => "Impact: Cryptomining Commands";

    /// <inheritdoc/>
    public string Rule => "cloud_run_jobs_cryptomining_commands";

    /// <inheritdoc/>
    public string Tactic => "IMPACT";

    /// <inheritdoc/>
    public string Technique => "RESOURCE_HIJACKING";

    /// <inheritdoc/>
    public string TechniquePage => "https://attack.mitre.org/techniques/T1496/";

    /// <inheritdoc/>
    public IEnumerable<Verdict> Judge(Deployment deployment, IndicatorSet indicators)
    {
        foreach (var container in deployment.Containers)
        {
            if (container.Origin is not ContainerOrigin.Annotation) yield return Judge(container);
        }
    }

    /// <summary>Judges one container.</summary>
    internal Verdict Judge(Container container)
    {
        if (PlainCommands.AreAllOf(container, known)) return new Verdict.Clean(container);

        var search = new MiningSearch(known);
        var sightings = search.Look(container);

        if (IsEnough(sightings)) return new Verdict.Malicious(container, MatchOf(sightings));
        if (search.Doubt is { } doubt) return new Verdict.Undecided(container, doubt.Reason, doubt.Place);
        return new Verdict.Clean(container);
    }

    static bool IsCertain(IReadOnlyList<MiningSighting> sightings) => sightings is [{ Weight: SignalWeight.Strong }, ..];

    static bool IsEnough(IReadOnlyList<MiningSighting> sightings)
    {
        if (IsCertain(sightings)) return true;

        List<MiningSighting> counted = [];
        foreach (var sighting in sightings)
        {
            // Heaviest first, so that of one group or one piece of text the heaviest is the one that counts.
            if (!counted.Exists(other => other.Group == sighting.Group || other.Overlaps(sighting))) counted.Add(sighting);
        }

        return counted.Count(sighting => sighting.Weight is SignalWeight.Medium) switch
        {
            0 => counted.Exists(sighting => sighting.Group == "pool") && counted.Exists(sighting => sighting.Group == "wallet"),
            1 => counted.Exists(sighting => sighting.Weight is SignalWeight.Weak && sighting.Group != Dropper),
            _ => true,
        };
    }

    Match MatchOf(IReadOnlyList<MiningSighting> sightings)
    {
        var isCertain = IsCertain(sightings);
        return new()
        {
            Certainty = isCertain ? Certainty.Certain : Certainty.Possible,
            WhyPossible = isCertain ? "" : "each of these signs has honest uses; only together do they speak of mining",
            Indicator = string.Join(", ", sightings.Select(sighting => sighting.Signal).Distinct()),
            List = known.List,
            Sources = [.. sightings.SelectMany(sighting => sighting.Sources).Distinct()],
            Transformation = sightings[0].Text.IsDecoded ? "decoded from base64" : "",
            Place = sightings[0].Place,
            Evidence = [.. sightings.Take(EvidenceKept).Select(sighting => new MaskedEvidence(sighting.Signal, sighting.Shown, sighting.Place))],
        };
    }
}
