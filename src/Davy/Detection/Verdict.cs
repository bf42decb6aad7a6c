using Davy.CloudRun;

namespace Davy.Detection;

/// <summary>What a detector says of one container or matter.</summary>
public abstract record Verdict
{
    Verdict() { }

    /// <summary>Judged, and nothing bad was seen.</summary>
    /// <param name="Container">The container.</param>
    public sealed record Clean(Container Container) : Verdict;

    /// <summary>Known to be bad.</summary>
    /// <param name="Container">The container.</param>
    /// <param name="Match">What matched, where and why it counts.</param>
    public sealed record Malicious(Container Container, Match Match) : Verdict;

    /// <summary>The detector could not judge, and says why; never to be read as clean.</summary>
    /// <param name="Container">The container.</param>
    /// <param name="Reason">One sentence; it may quote the log, and is made safe where it is shown.</param>
    /// <param name="Place">The path in the entry of what could not be judged.</param>
    public sealed record Undecided(Container Container, string Reason, string Place) : Verdict;
}
