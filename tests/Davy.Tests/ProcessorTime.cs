using System.Globalization;

namespace Davy.Tests;

/// <summary>What the processor spent on this thread: it tells a quadratic reader from a busy machine, as a clock on the wall cannot.</summary>
static class ProcessorTime
{
    /// <summary>Runs work that stays on its thread. It fails where the work took more than the given seconds of the processor: orders of magnitude more than a sound one takes, and less than a quadratic one.</summary>
    /// <remarks>Linux tells the nanoseconds first (https://docs.kernel.org/scheduler/sched-stats.html, "/proc/pid/schedstat"). Elsewhere nothing is measured.</remarks>
    public static void IsAtMost(int seconds, Action work)
    {
        var before = OfThread();
        work();
        Assert.InRange((OfThread() - before).TotalSeconds, 0, seconds);
    }

    static TimeSpan OfThread() => OperatingSystem.IsLinux()
        ? TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1_000)
        : TimeSpan.Zero;
}
