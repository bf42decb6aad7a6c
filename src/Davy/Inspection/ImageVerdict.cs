namespace Davy.Inspection;

/// <summary>What the content of an image says; the gravest last.</summary>
public enum ImageVerdict
{
    /// <summary>All was looked at, and nothing speaks of mining.</summary>
    Clean,

    /// <summary>It speaks of miners as scanners, rules and documents do.</summary>
    MentionsMiners,

    /// <summary>Something was not looked at, and what was looked at says nothing.</summary>
    NotVerified,

    /// <summary>There are signs, and not enough of them.</summary>
    Suspicious,

    /// <summary>A miner is in it, and nothing was seen to start it.</summary>
    ContainsMiner,

    /// <summary>It runs a miner.</summary>
    Miner,
}

/// <summary>How evidence becomes a verdict.</summary>
static class Judgement
{
    /// <summary>The points of a miner.</summary>
    public const int Enough = 4;

    /// <summary>The points of a suspicion.</summary>
    public const int Suspect = 2;

    /// <summary>The points of an image: those of all that it runs, or of the gravest thing in it.</summary>
    public static int Score(IReadOnlyList<ImageEvidence> evidence) =>
        evidence.Count == 0 ? 0 : Math.Max(Running(evidence), evidence.Max(each => each.Points));

    /// <summary>The verdict.</summary>
    /// <param name="evidence">All that was found.</param>
    /// <param name="isComplete">Whether all was looked at.</param>
    public static ImageVerdict Of(IReadOnlyList<ImageEvidence> evidence, bool isComplete)
    {
        if (Running(evidence) >= Enough) return ImageVerdict.Miner;

        var gravest = evidence.Where(each => each.Role is not EvidenceRole.Mentioned).Select(each => each.Points).DefaultIfEmpty().Max();
        if (gravest >= Enough) return ImageVerdict.ContainsMiner;
        if (gravest >= Suspect) return ImageVerdict.Suspicious;
        if (!isComplete) return ImageVerdict.NotVerified;
        return evidence.Count > 0 ? ImageVerdict.MentionsMiners : ImageVerdict.Clean;
    }

    /// <summary>What the image runs adds up; of one kind only the gravest counts, for a command and its copy are one.</summary>
    static int Running(IReadOnlyList<ImageEvidence> evidence) =>
        evidence.Where(each => each.Role is EvidenceRole.Runs).GroupBy(each => each.Kind).Sum(kind => kind.Max(each => each.Points));
}
