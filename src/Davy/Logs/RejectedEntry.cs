namespace Davy.Logs;

/// <summary>An entry that could not be read, and why. One bad entry never costs another.</summary>
/// <param name="Location">Where it stood.</param>
/// <param name="Reason">The kind of fault, from a fixed list, so that it can be counted.</param>
/// <param name="Detail">One sentence for a person: what is wrong, with the byte within the entry where that is known. It never quotes the entry.</param>
public sealed record RejectedEntry(EntryLocation Location, RejectReason Reason, string Detail);

/// <summary>Why an entry was rejected.</summary>
public enum RejectReason
{
    /// <summary>It is not JSON, or breaks off.</summary>
    Malformed,

    /// <summary>It is JSON, but not an object.</summary>
    NotAnObject,

    /// <summary>It is nested deeper than the limit.</summary>
    TooDeep,

    /// <summary>It is larger than the limit.</summary>
    TooLarge,

    /// <summary>An object in it has more properties than the limit.</summary>
    TooManyProperties,

    /// <summary>Text in it is not valid UTF-8, or holds half of a surrogate pair.</summary>
    InvalidText,

    /// <summary>It is an envelope (Pub/Sub, CloudEvents) whose content cannot be had.</summary>
    BadEnvelope,

    /// <summary>The compressed input around it is damaged, breaks off, or expands beyond the limit.</summary>
    BadCompression,
}
