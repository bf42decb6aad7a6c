using Davy.Images.Content;
using Davy.Inspection;

namespace Davy.Reports;

/// <summary>How what is said of an image is written: as values for programs, and for people.</summary>
public static class ImageWords
{
    /// <summary>A verdict as a value for programs.</summary>
    /// <param name="verdict">The verdict.</param>
    public static string Value(ImageVerdict verdict) => verdict switch
    {
        ImageVerdict.Miner => "miner",
        ImageVerdict.ContainsMiner => "containsMiner",
        ImageVerdict.Suspicious => "suspicious",
        ImageVerdict.MentionsMiners => "mentionsMiners",
        ImageVerdict.Clean => "clean",
        _ => "notVerified",
    };

    /// <summary>A verdict for people.</summary>
    /// <param name="verdict">The verdict.</param>
    public static string Said(ImageVerdict verdict) => verdict switch
    {
        ImageVerdict.Miner => "miner",
        ImageVerdict.ContainsMiner => "contains a miner",
        ImageVerdict.Suspicious => "suspicious",
        ImageVerdict.MentionsMiners => "mentions miners",
        ImageVerdict.Clean => "clean",
        _ => "not verified",
    };

    internal static string Value(EvidenceKind kind) => Camel(kind.ToString());

    internal static string Value(EvidenceRole role) => Camel(role.ToString());

    internal static string Said(EvidenceRole role) => role switch
    {
        EvidenceRole.Runs => "started by the image",
        EvidenceRole.Contained => "only contained",
        EvidenceRole.Deleted => "deleted or replaced in a later layer",
        EvidenceRole.BuiltWith => "when the image was made",
        _ => "only mentioned",
    };

    internal static string Value(LayerState state) => Camel(state.ToString());

    internal static string Value(UnreadableReason reason) => Camel(reason.ToString());

    static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
