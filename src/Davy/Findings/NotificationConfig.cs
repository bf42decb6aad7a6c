using Davy.Logs;

namespace Davy.Findings;

/// <summary>Whom to tell of which findings (https://cloud.google.com/security-command-center/docs/reference/rest/v2/organizations.locations.notificationConfigs).</summary>
public sealed record NotificationConfig
{
    /// <summary>The canonical name: <c>organizations/1/locations/global/notificationConfigs/ID</c>, or below a folder or project.</summary>
    public required string Name { get; init; }

    /// <summary>The node that it belongs to. It tells of the findings below.</summary>
    public required string Parent { get; init; }

    /// <summary><c>streaming_config.filter</c>: which findings.</summary>
    public string Filter { get; init; } = "";

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>The topic, <c>projects/P/topics/T</c>; empty where <see cref="Target"/> says another target.</summary>
    public string PubsubTopic { get; init; } = "";

    /// <summary>Who publishes; empty where it is not known.</summary>
    public string ServiceAccount { get; init; } = "";

    /// <summary>What kind of target davyd's file of targets declares for it, as a JSON object; empty for a Pub/Sub topic, which the API sets. Where the target is, only that file says.</summary>
    public string Target { get; init; } = "";

    /// <summary>When it was changed last; the store sets it.</summary>
    public Timestamp UpdateTime { get; init; }
}
