namespace Davy.Google;

/// <summary>Where Google's services are; each ends with a slash.</summary>
public sealed record GoogleEndpoints
{
    /// <summary>Pub/Sub.</summary>
    public Uri Pubsub { get; init; } = new("https://pubsub.googleapis.com/");

    /// <summary>Security Command Center.</summary>
    public Uri SecurityCenter { get; init; } = new("https://securitycenter.googleapis.com/");

    /// <summary>Resource Manager.</summary>
    public Uri ResourceManager { get; init; } = new("https://cloudresourcemanager.googleapis.com/");

    /// <summary>Cloud Asset Inventory.</summary>
    public Uri CloudAsset { get; init; } = new("https://cloudasset.googleapis.com/");

    /// <summary>Cloud Logging.</summary>
    public Uri Logging { get; init; } = new("https://logging.googleapis.com/");

    /// <summary>Essential Contacts.</summary>
    public Uri EssentialContacts { get; init; } = new("https://essentialcontacts.googleapis.com/");

    /// <summary>The Cloud Run Admin API.</summary>
    public Uri CloudRun { get; init; } = new("https://run.googleapis.com/");

    /// <summary>Cloud Scheduler.</summary>
    public Uri CloudScheduler { get; init; } = new("https://cloudscheduler.googleapis.com/");
}
