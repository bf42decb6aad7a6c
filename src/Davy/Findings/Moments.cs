using Davy.Logs;

namespace Davy.Findings;

/// <summary>Moments as they are kept in columns: nanoseconds since 1970, clamped to what 64 bits hold (years 1677 to 2262).</summary>
static class Moments
{
    const long NanosPerSecond = 1_000_000_000;

    public static long ToNanos(Timestamp moment) => moment.NanosSince(Timestamp.Epoch);

    public static Timestamp FromNanos(long nanos) => new(Math.DivRem(nanos, NanosPerSecond, out var rest) - (rest < 0 ? 1 : 0), (int)(rest < 0 ? rest + NanosPerSecond : rest));
}
