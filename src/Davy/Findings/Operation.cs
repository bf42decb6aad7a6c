using Davy.Logs;

namespace Davy.Findings;

/// <summary>Work that goes on after its request was answered (https://cloud.google.com/resource-manager/reference/rest/Shared.Types/Operation); kept, so that it goes on after a restart.</summary>
public sealed record Operation
{
    /// <summary>The <see cref="Error"/> of one that was cancelled.</summary>
    public const string Cancelled = "The operation was cancelled.";

    /// <summary>The name: <c>organizations/1/operations/ID</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What is done.</summary>
    public required OperationKind Kind { get; init; }

    /// <summary>The request's parent.</summary>
    public required string Parent { get; init; }

    /// <summary>The request, one JSON object.</summary>
    public required string Request { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool Done { get; init; }

    /// <summary>Why it failed, for people; empty where it did not.</summary>
    public string Error { get; init; } = "";

    /// <summary>How many findings it changed so far.</summary>
    public long Affected { get; init; }

    /// <summary>When it was asked for.</summary>
    public Timestamp CreateTime { get; init; }

    /// <summary>When it last went on.</summary>
    public Timestamp UpdateTime { get; init; }
}

/// <summary>The kinds of operation.</summary>
public enum OperationKind
{
    /// <summary>BulkMuteFindings.</summary>
    BulkMute,
}
