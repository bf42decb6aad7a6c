using Davy.CloudRun;
using Davy.Findings;
using Davy.Indicators;

namespace Davy.Reports;

/// <summary>How kinds are written: as values for programs, and for people.</summary>
static class Words
{
    public static string Value(Certainty certainty) => certainty is Certainty.Certain ? "certain" : "possible";

    public static string Value(IndicatorKind? kind) => kind switch
    {
        IndicatorKind.Malicious => "malicious",
        IndicatorKind.Miner => "miner",
        _ => "",
    };

    public static string Value(ActorBasis basis) => basis switch
    {
        ActorBasis.Operation => "operation",
        ActorBasis.NearInTime => "nearInTime",
        _ => "annotation",
    };

    public static string Value(DoubtKind kind) => kind switch
    {
        DoubtKind.UnreadableReference => "unreadableReference",
        DoubtKind.UnknownShape => "unknownShape",
        DoubtKind.NoSystemEvent => "noSystemEvent",
        DoubtKind.SuspectImage => "suspectImage",
        DoubtKind.ImageNotVerified => "imageNotVerified",
        _ => "detectorFault",
    };

    public static string Said(IndicatorKind? kind) => kind switch
    {
        IndicatorKind.Malicious => "reported in an incident",
        IndicatorKind.Miner => "published miner",
        _ => "",
    };

    public static string Said(ActorBasis basis) => basis switch
    {
        ActorBasis.Operation => "told by the call with the same operation id",
        ActorBasis.NearInTime => "told by a call for the same resource within 60 seconds",
        _ => "told by an annotation of the resource, which holds no address",
    };

    public static string Said(DoubtKind kind) => kind switch
    {
        DoubtKind.UnreadableReference => "a reference to an image that cannot be read",
        DoubtKind.UnknownShape => "an entry of a shape that was never seen",
        DoubtKind.NoSystemEvent => "a deployment without its system_event, hence without an image",
        DoubtKind.SuspectImage => "an image with signs of mining, and not enough to call it a miner",
        DoubtKind.ImageNotVerified => "an image that was to be inspected, and was not, or not wholly",
        _ => "a detector that failed",
    };
}
