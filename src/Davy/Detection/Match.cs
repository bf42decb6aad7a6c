using Davy.Indicators;

namespace Davy.Detection;

/// <summary>Why a container is called bad.</summary>
public sealed record Match
{
    /// <summary>What stands for the list where the image's own content was judged.</summary>
    public const string Inspection = "image inspection";

    /// <summary>How sure it is.</summary>
    public required Certainty Certainty { get; init; }

    /// <summary>Whether no list has the image, and looking into it showed that it runs a miner.</summary>
    public bool IsByInspection { get; init; }

    /// <summary>What of the list matched: a reference (<c>docker.io/metal3d/xmrig</c>), a digest, or the ids of the signals.</summary>
    public required string Indicator { get; init; }

    /// <summary>Reported in an incident, or published as a miner (dual use); null for rules that do not judge the image, and where no list has it.</summary>
    public IndicatorKind? Kind { get; init; }

    /// <summary>The list that holds it, and its version: <c>known-miners 2026-11-24</c>.</summary>
    public required string List { get; init; }

    /// <summary>The miner's family; empty where it is not known.</summary>
    public string Family { get; init; } = "";

    /// <summary>When it was first reported, as exactly as the source says: <c>2021</c>, <c>2021-11</c> or <c>2021-11-04</c>; empty where it is not known.</summary>
    public string FirstReported { get; init; } = "";

    /// <summary>Who reported it.</summary>
    public IReadOnlyList<IndicatorSource> Sources { get; init; } = [];

    /// <summary>How the reference as deployed became what is listed, in words: <c>mirror.gcr.io is a mirror of docker.io</c>; empty where it was written as listed.</summary>
    public string Transformation { get; init; } = "";

    /// <summary>Why the match is only possible; empty where it is certain.</summary>
    public string WhyPossible { get; init; } = "";

    /// <summary>The path in the entry of what matched.</summary>
    public required string Place { get; init; }

    /// <summary>The repository as deployed, normalised by spelling alone; empty for rules that do not judge the image. Part of a finding's identity.</summary>
    public string Repository { get; init; } = "";

    /// <summary>The matching parts of arguments and values with all else masked, each with its place; empty for matches of an image.</summary>
    public IReadOnlyList<MaskedEvidence> Evidence { get; init; } = [];
}

/// <summary>A part of a command line or value that is itself the evidence.</summary>
/// <param name="Signal">The id of the signal that saw it.</param>
/// <param name="Text">The pool, the wallet or the flag; all else is masked.</param>
/// <param name="Place">Its path in the entry.</param>
public sealed record MaskedEvidence(string Signal, string Text, string Place);
