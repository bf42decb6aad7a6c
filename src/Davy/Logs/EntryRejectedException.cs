namespace Davy.Logs;

/// <summary>Thrown where an entry cannot be read; caught at one place, by the examiner, and kept as a <see cref="RejectedEntry"/>.</summary>
/// <param name="reason">The kind of fault.</param>
/// <param name="detail">One sentence for a person; it never quotes the entry.</param>
public sealed class EntryRejectedException(RejectReason reason, string detail) : Exception(detail)
{
    /// <summary>The kind of fault.</summary>
    public RejectReason Reason { get; } = reason;
}
