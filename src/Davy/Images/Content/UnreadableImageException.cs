namespace Davy.Images.Content;

/// <summary>Thrown where an image, or a part of it, cannot be read or must not be trusted; its message is one sentence for people, and may quote the image: hostile.</summary>
/// <param name="reason">What kind of obstacle it is.</param>
/// <param name="message">What is wrong, where, and what to do.</param>
/// <param name="inner">What was thrown below; null for nothing.</param>
public sealed class UnreadableImageException(UnreadableReason reason, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of obstacle it is.</summary>
    public UnreadableReason Reason { get; } = reason;
}

/// <summary>Why an image, or a part of it, was not looked at.</summary>
public enum UnreadableReason
{
    /// <summary>It is damaged, contradicts itself, or has a form that is not known.</summary>
    Format,

    /// <summary>Its bytes are not those that its digest or size promises.</summary>
    Mismatch,

    /// <summary>It is larger, deeper or slower than the limits let through.</summary>
    Limit,

    /// <summary>The registry wants a login, or another one.</summary>
    Login,

    /// <summary>There is no such image, or no longer.</summary>
    Missing,

    /// <summary>The registry does not answer, or with an error.</summary>
    Unreachable,

    /// <summary>It lies where Davy does not go: a private address, a foreign layer.</summary>
    Refused,
}
