using System.Text.Json.Nodes;
using Davy.Notifications;

namespace Davy.Tests.Notifications;

/// <summary>Notifications of no importance.</summary>
static class SomeNotification
{
    /// <summary>A notification.</summary>
    /// <param name="state">The finding's state.</param>
    /// <param name="category">The finding's category.</param>
    /// <param name="actor">Who deployed.</param>
    /// <param name="image">The image.</param>
    public static Notification Of(string state = "ACTIVE", string category = "Execution: Cryptomining Docker Image", string actor = "mallory@example.com", string image = "docker.io/example/miner:1") =>
        new(7, new(2026, 1, 10, 10, 0, 0, TimeSpan.Zero), new JsonObject
        {
            ["notificationConfigName"] = "organizations/1/locations/global/notificationConfigs/n",
            ["finding"] = new JsonObject
            {
                ["name"] = "organizations/1/sources/2/locations/global/findings/0123456789abcdef0123456789abcdef",
                ["parent"] = "organizations/1/sources/2/locations/global",
                ["state"] = state,
                ["category"] = category,
                ["severity"] = "HIGH",
                ["resourceName"] = "//cloudresourcemanager.googleapis.com/projects/1",
                ["access"] = new JsonObject { ["principalEmail"] = actor },
                ["containers"] = new JsonArray(new JsonObject { ["uri"] = image }),
                ["sourceProperties"] = new JsonObject { ["affectedResources"] = new JsonArray(new JsonObject { ["gcpResourceName"] = "//run.googleapis.com/namespaces/p/services/svc" }) },
            },
            ["resource"] = new JsonObject { ["name"] = "//cloudresourcemanager.googleapis.com/projects/1", ["gcpMetadata"] = new JsonObject { ["projectDisplayName"] = "Project <one>" } },
        });
}
