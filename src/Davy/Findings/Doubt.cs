using Davy.Logs;

namespace Davy.Findings;

/// <summary>Something that could not be judged: kept, counted and shown for, since clean is not the same as not looked at.</summary>
/// <param name="Kind">What kind of doubt.</param>
/// <param name="Key">What it is about, so that the same doubt is kept once: a resource, a fingerprint of a shape, a reference.</param>
/// <param name="Detail">One sentence for a person; it may quote the log, and is made safe where it is shown.</param>
/// <param name="Location">Where it was seen first.</param>
/// <param name="Example">A redacted example: the paths of the shape and their types, never a value; empty where none helps.</param>
public sealed record Doubt(DoubtKind Kind, string Key, string Detail, EntryLocation Location, string Example = "")
{
    /// <summary>The project it concerns; empty where it is not known.</summary>
    public string Project { get; init; } = "";
}

/// <summary>The kinds of doubt.</summary>
public enum DoubtKind
{
    /// <summary>A reference to an image cannot be parsed.</summary>
    UnreadableReference,

    /// <summary>An entry of Cloud Run has a shape that was never seen.</summary>
    UnknownShape,

    /// <summary>A deployment was seen only in the activity log, without an image.</summary>
    NoSystemEvent,

    /// <summary>A detector failed.</summary>
    DetectorFault,

    /// <summary>An image holds signs of mining, and not enough to say that it runs a miner.</summary>
    SuspectImage,

    /// <summary>An image was to be inspected, and was not, or not wholly.</summary>
    ImageNotVerified,
}
