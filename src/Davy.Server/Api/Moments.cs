using Davy.Logs;
using Davy.Server.Api.Requests;
using WireTimestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Davy.Server.Api;

/// <summary>Moments between the wire and the stores; nine digits both.</summary>
static class Moments
{
    // https://protobuf.dev/reference/protobuf/google.protobuf/#timestamp
    const long Earliest = -62_135_596_800;
    const long Latest = 253_402_300_799;

    /// <summary>For the wire; null where the moment is not told.</summary>
    /// <param name="moment">The moment.</param>
    public static WireTimestamp? Write(Timestamp? moment) => moment is { } told && told != Timestamp.Epoch ? new() { Seconds = told.Seconds, Nanos = told.Nanos } : null;

    /// <summary>For the stores.</summary>
    /// <param name="field">The field that holds it.</param>
    /// <param name="moment">The moment; null for none.</param>
    /// <exception cref="Grpc.Core.RpcException">It is none.</exception>
    public static Timestamp? Read(string field, WireTimestamp? moment) => moment switch
    {
        null => null,
        { Seconds: >= Earliest and <= Latest, Nanos: >= 0 and < 1_000_000_000 } => new(moment.Seconds, moment.Nanos),
        _ => throw Faults.Invalid(field, "OUT_OF_RANGE", "a moment lies in the years 1 to 9999 and has 0 to 999,999,999 nanoseconds."),
    };
}
