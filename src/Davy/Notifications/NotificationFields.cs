using System.Text.Json.Nodes;
using Davy.Findings;

namespace Davy.Notifications;

/// <summary>What a template can name: the message's own parts, and below <c>event</c> what follows from them.</summary>
static class NotificationFields
{
    /// <summary>The roots of the paths.</summary>
    public static readonly IReadOnlyList<string> Roots = ["finding", "resource", "message", "event", "secret"];

    /// <summary>The fields of a notification.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="secrets">The secrets by name.</param>
    public static JsonObject Of(Notification notification, IReadOnlyDictionary<string, string> secrets)
    {
        var finding = notification.Finding;
        var properties = finding.At("sourceProperties", "properties");
        var isOpen = finding.Text("state") != "INACTIVE" && finding.Text("mute") != "MUTED";
        var affected = finding.At("sourceProperties", "affectedResources").Objects().FirstOrDefault().Text("gcpResourceName");
        var container = finding["containers"].Objects().FirstOrDefault();
        JsonObject hidden = [];
        foreach (var (name, value) in secrets) hidden[name] = value;

        return new()
        {
            ["finding"] = finding.DeepClone(),
            ["resource"] = notification.Message["resource"]?.DeepClone() ?? new JsonObject(),
            ["message"] = notification.Message.DeepClone(),
            ["secret"] = hidden,
            ["event"] = new JsonObject
            {
                ["id"] = notification.Id,
                ["findingId"] = notification.FindingId,
                ["time"] = notification.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
                ["source"] = $"//securitycenter.googleapis.com/{finding.Text("parent")}",
                ["status"] = finding.Text("state") == "INACTIVE" ? "closed" : finding.Text("mute") == "MUTED" ? "muted" : "open",
                ["action"] = isOpen ? "trigger" : "resolve",
                ["severity"] = finding.Text("severity") switch { "CRITICAL" => "critical", "HIGH" => "error", "MEDIUM" => "warning", _ => "info" },
                ["resource"] = affected.Length > 0 ? affected : finding.Text("resourceName"),
                ["image"] = container.Text("uri") is { Length: > 0 } uri ? uri : container.Text("imageId"),
                ["actor"] = properties.Text("actor", "principal") is { Length: > 0 } actor ? actor : finding.Text("access", "principalEmail"),
            },
        };
    }
}
