namespace Davy.Notifications;

/// <summary>A notification could not be sent. It will be tried again.</summary>
/// <param name="message">One sentence for people, without secrets.</param>
/// <param name="inner">What led to it.</param>
public sealed class SendException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How long the target asks to wait; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
