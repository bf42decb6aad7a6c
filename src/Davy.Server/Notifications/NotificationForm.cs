using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Notifications;
using Davy.Server.Api;
using Google.Cloud.SecurityCenter.V2;
using Resource = Google.Cloud.SecurityCenter.V2.Resource;

namespace Davy.Server.Notifications;

/// <summary>What the outbox holds, in the form in which it is sent.</summary>
static class NotificationForm
{
    /// <summary>Makes a notification of an entry.</summary>
    /// <param name="entry">The entry.</param>
    public static Notification Of(OutboxEntry entry)
    {
        NotificationMessage message = new()
        {
            NotificationConfigName = entry.Config,
            Finding = FindingDocuments.Read(entry.Finding),
            Resource = FindingDocuments.Read<Resource>(entry.Finding.Resource),
        };
        if (message.Resource.Name.Length == 0) message.Resource.Name = message.Finding.ResourceName;
        return new(entry.Sequence, entry.CreatedAt, JsonNode.Parse(FindingDocuments.Write(message))!.AsObject());
    }
}
