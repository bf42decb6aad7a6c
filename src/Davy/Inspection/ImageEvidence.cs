using Davy.Images;
using Davy.Indicators;

namespace Davy.Inspection;

/// <summary>One thing in an image that speaks of mining: where, what, and why it matters.</summary>
public sealed record ImageEvidence
{
    /// <summary>What it is.</summary>
    public required EvidenceKind Kind { get; init; }

    /// <summary>What the image does with it.</summary>
    public required EvidenceRole Role { get; init; }

    /// <summary>How much it says: 4 and more is a miner, 2 and 3 are suspicious, less is a mention. <c>docs/image-inspection.md</c> tells how it is reckoned.</summary>
    public required int Points { get; init; }

    /// <summary>Where: a path in the image, or a field of the configuration such as <c>config.Entrypoint</c>; hostile.</summary>
    public required string Place { get; init; }

    /// <summary>The layer; null for the configuration.</summary>
    public LayerPlace? Layer { get; init; }

    /// <summary>The SHA-256 of the file; null where it is none, or where holes make it another than that of the file as it is unpacked.</summary>
    public Digest? File { get; init; }

    /// <summary>What was seen.</summary>
    public required IReadOnlyList<EvidenceSign> Signs { get; init; }

    /// <summary>Why it matters, in one sentence; may quote the image: hostile.</summary>
    public required string Why { get; init; }

    /// <summary>A member of an archive in the image; empty where the file itself holds it; hostile.</summary>
    public string Member { get; init; } = "";
}

/// <summary>A layer.</summary>
/// <param name="Index">Its place in the image, 0 for the lowest.</param>
/// <param name="Digest">The digest of its bytes as they are stored.</param>
public sealed record LayerPlace(int Index, Digest? Digest);

/// <summary>A sign, and where it was seen.</summary>
/// <param name="Id">The sign's id in the list of signs.</param>
/// <param name="Strength">How much it says.</param>
/// <param name="Text">What was seen, all that is not part of the sign masked; hostile.</param>
/// <param name="Offset">The byte of the file at which it begins; -1 where it is not in a file.</param>
/// <param name="Line">The line of the file, counted from 1; 0 where the file has none.</param>
/// <param name="Sources">Who reported the sign.</param>
public sealed record EvidenceSign(string Id, SignalWeight Strength, string Text, long Offset, int Line, IReadOnlyList<IndicatorSource> Sources);

/// <summary>What a piece of evidence is.</summary>
public enum EvidenceKind
{
    /// <summary>A digest on a list.</summary>
    Listed,

    /// <summary>The command that the image runs, with its environment.</summary>
    Command,

    /// <summary>A step of how it was made.</summary>
    History,

    /// <summary>A label.</summary>
    Label,

    /// <summary>A program with the texts of a miner.</summary>
    Program,

    /// <summary>A miner's configuration.</summary>
    Configuration,

    /// <summary>A script that mines, or fetches what does.</summary>
    Script,

    /// <summary>Any other file that names miners.</summary>
    Text,

    /// <summary>A packed or encrypted program.</summary>
    Packed,
}

/// <summary>What an image does with a piece of evidence.</summary>
public enum EvidenceRole
{
    /// <summary>It is only spoken of.</summary>
    Mentioned,

    /// <summary>It was used when the image was made.</summary>
    BuiltWith,

    /// <summary>A later layer deletes or replaces it; it can still be taken out of its own.</summary>
    Deleted,

    /// <summary>It is there, and nothing was seen to start it.</summary>
    Contained,

    /// <summary>The image runs it when it starts.</summary>
    Runs,
}
