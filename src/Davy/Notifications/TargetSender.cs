namespace Davy.Notifications;

/// <summary>A way to send notifications to one target.</summary>
public abstract class TargetSender
{
    /// <summary>Sends a notification. When it returns, the target has it.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    /// <exception cref="SendException">It was not sent, or not certainly.</exception>
    public abstract Task SendAsync(Notification notification, CancellationToken cancel);
}
