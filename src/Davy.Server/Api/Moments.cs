using Davy.Logs;
using WireTimestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Davy.Server.Api;

/// <summary>Moments between the wire and the stores; nine digits both.</summary>
static class Moments
{
    /// <summary>For the wire; null where the moment is not told.</summary>
    /// <param name="moment">The moment.</param>
    public static WireTimestamp? Write(Timestamp? moment) => moment is { } told && told != Timestamp.Epoch ? new() { Seconds = told.Seconds, Nanos = told.Nanos } : null;

    /// <summary>For the stores.</summary>
    /// <param name="moment">The moment; null for none.</param>
    public static Timestamp? Read(WireTimestamp? moment) => moment is null ? null : new(moment.Seconds, moment.Nanos);
}
