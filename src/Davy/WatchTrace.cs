using System.Diagnostics;

namespace Davy;

/// <summary>
/// The way of a delivery through the watch, as spans for whoever listens to the source <c>Davy</c>: <c>davy.receive</c> around <c>davy.examine</c> and <c>davy.commit</c>. They hold the
/// name of the source and numbers, never anything of an entry. Where nobody listens there are none, and they cost nothing. <c>docs/operations.md</c> describes them.
/// </summary>
public static class WatchTrace
{
    /// <summary>The name of the source of spans.</summary>
    public const string SourceName = "Davy";

    static readonly ActivitySource Spans = new(SourceName);

    /// <summary>A delivery came in.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="entries">How many entries it has.</param>
    /// <param name="parent">The span of whoever brought it; none where it told none.</param>
    internal static Activity? Receive(string source, int entries, ActivityContext parent)
    {
        if (!Spans.HasListeners()) return null;

        // The web server has a span of its own for each request, which nobody takes down; below it nobody would take down this one.
        var around = Activity.Current;
        Activity.Current = null;
        var span = Spans.StartActivity("davy.receive", ActivityKind.Consumer, parent);
        if (span is null) Activity.Current = around;
        return span?.SetTag("davy.source", source).SetTag("davy.entries", entries);
    }

    /// <summary>Its entries are examined.</summary>
    /// <param name="delivery">The delivery's span.</param>
    internal static Activity? Examine(Activity? delivery) => Within("davy.examine", delivery);

    /// <summary>What follows from it is kept; over when that is durable.</summary>
    /// <param name="delivery">The delivery's span.</param>
    internal static Activity? Commit(Activity? delivery) => Within("davy.commit", delivery);

    /// <summary>It is kept.</summary>
    /// <param name="delivery">The delivery's span.</param>
    /// <param name="came">What it came to.</param>
    internal static void Kept(Activity? delivery, Observation came) => delivery?
        .SetTag("davy.accepted", came.Accepted).SetTag("davy.ignored", came.Ignored).SetTag("davy.duplicate", came.Duplicates).SetTag("davy.rejected", came.Rejected)
        .SetTag("davy.dead_lettered", came.DeadLettered).SetTag("davy.findings", came.Findings);

    /// <summary>It could not be kept. The fault's message may quote an entry, so its kind alone is told.</summary>
    /// <param name="delivery">The delivery's span.</param>
    /// <param name="fault">What went wrong.</param>
    internal static void Failed(Activity? delivery, Exception fault) => delivery?.SetStatus(ActivityStatusCode.Error, fault.GetType().Name);

    static Activity? Within(string name, Activity? delivery) => delivery is null ? null : Spans.StartActivity(name, ActivityKind.Internal, delivery.Context);
}
