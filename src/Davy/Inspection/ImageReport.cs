using Davy.Images;
using Davy.Images.Content;
using Davy.Indicators;

namespace Davy.Inspection;

/// <summary>What the content of an image says, with proof. All texts from the image are hostile.</summary>
public sealed record ImageReport
{
    /// <summary>The image as the user named it.</summary>
    public required string Name { get; init; }

    /// <summary>The gravest verdict of its platforms.</summary>
    public ImageVerdict Verdict => Images.Count == 0 ? ImageVerdict.NotVerified : Images.Max(image => image.Verdict);

    /// <summary>What was inspected, one a platform; empty where nothing could be read.</summary>
    public IReadOnlyList<PlatformReport> Images { get; init; } = [];

    /// <summary>Why nothing could be read; null where something could.</summary>
    public Obstacle? Failure { get; init; }

    /// <summary>What the lists say of the name alone, which decides nothing here; null for nothing.</summary>
    public IndicatorMatch? NameMatch { get; init; }

    /// <summary>The indexes on the way, the outermost first.</summary>
    public IReadOnlyList<Digest> Indexes { get; init; } = [];

    /// <summary>What is there beside and was not asked for.</summary>
    public IReadOnlyList<string> Beside { get; init; } = [];

    /// <summary>The lists that were asked, with their dates.</summary>
    public required IReadOnlyList<string> Lists { get; init; }
}

/// <summary>What the content of an image of one platform says.</summary>
public sealed record PlatformReport
{
    /// <summary>The verdict.</summary>
    public required ImageVerdict Verdict { get; init; }

    /// <summary>The points that led to it.</summary>
    public required int Score { get; init; }

    /// <summary>What it runs on; null where the configuration could not be read.</summary>
    public Platform? Platform { get; init; }

    /// <summary>What an archive calls it; empty elsewhere.</summary>
    public string Name { get; init; } = "";

    /// <summary>The manifest's digest; null in an archive of <c>docker save</c>.</summary>
    public Digest? Manifest { get; init; }

    /// <summary>The configuration's digest, which is the image's id.</summary>
    public Digest? ConfigDigest { get; init; }

    /// <summary>The configuration; null where it could not be read.</summary>
    public ImageConfig? Config { get; init; }

    /// <summary>The layers, the lowest first.</summary>
    public required IReadOnlyList<LayerReport> Layers { get; init; }

    /// <summary>What speaks of mining, the gravest first.</summary>
    public required IReadOnlyList<ImageEvidence> Evidence { get; init; }

    /// <summary>What was not looked at; empty where all was, or where enough was known before.</summary>
    public required IReadOnlyList<Obstacle> Obstacles { get; init; }

    /// <summary>What a person should know and what changes no verdict.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A layer, and what became of it.</summary>
/// <param name="Place">Which it is.</param>
/// <param name="DiffId">The digest of its content once inflated; null where it is not known.</param>
/// <param name="Bytes">How many bytes it has as it is stored; -1 where that is not known.</param>
/// <param name="State">What became of it.</param>
/// <param name="Entries">How many files and folders it has; 0 where it was not read.</param>
/// <param name="InflatedBytes">How many bytes it has once inflated; 0 where it was not read.</param>
public sealed record LayerReport(LayerPlace Place, Digest? DiffId, long Bytes, LayerState State, int Entries, long InflatedBytes);

/// <summary>What became of a layer.</summary>
public enum LayerState
{
    /// <summary>It was read whole.</summary>
    Searched,

    /// <summary>It was not needed: enough was known before.</summary>
    NotNeeded,

    /// <summary>It could not be read, or not whole.</summary>
    NotSearched,
}

/// <summary>Why something was not looked at.</summary>
/// <param name="Reason">What kind of obstacle it is.</param>
/// <param name="Text">What, where and why, in one sentence; may quote the image: hostile.</param>
public sealed record Obstacle(UnreadableReason Reason, string Text);
