using System.Globalization;
using System.Text.Json.Nodes;
using Davy.Findings;

namespace Davy.Notifications;

/// <summary>One notification, ready to be sent.</summary>
/// <param name="Sequence">Its place in the outbox: the same at each attempt, and another one for each notification.</param>
/// <param name="CreatedAt">When there was reason to tell.</param>
/// <param name="Message">SCC v2's <c>NotificationMessage</c> (https://cloud.google.com/security-command-center/docs/reference/rest/v2/NotificationMessage), as JSON.</param>
public sealed record Notification(long Sequence, DateTimeOffset CreatedAt, JsonObject Message)
{
    /// <summary>The finding.</summary>
    public JsonObject Finding => Message["finding"] as JsonObject ?? [];

    /// <summary>What tells this notification from all others of the server; the same at each attempt.</summary>
    public string Id => $"{FindingId}-{Sequence.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The finding's id.</summary>
    public string FindingId => Finding.Text("name") is var name && name.LastIndexOf('/') is var slash ? name[(slash + 1)..] : "";

    /// <summary>The message as it is sent.</summary>
    public byte[] Bytes() => System.Text.Encoding.UTF8.GetBytes(FindingJsonText.Write(Message));
}
