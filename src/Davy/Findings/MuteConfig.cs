using Davy.Logs;

namespace Davy.Findings;

/// <summary>A rule that mutes findings (https://cloud.google.com/security-command-center/docs/reference/rest/v2/organizations.muteConfigs).</summary>
public sealed record MuteConfig
{
    /// <summary>The canonical name: <c>organizations/1/locations/global/muteConfigs/ID</c>, or below a folder or project.</summary>
    public required string Name { get; init; }

    /// <summary>The node that it belongs to: <c>organizations/1</c>. It acts on the findings below.</summary>
    public required string Parent { get; init; }

    /// <summary>Static configs mute once, when a finding is new; dynamic ones while they match.</summary>
    public required MuteConfigType Type { get; init; }

    /// <summary>Which findings.</summary>
    public required string Filter { get; init; }

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>Who changed it last.</summary>
    public string MostRecentEditor { get; init; } = "";

    /// <summary>When it was made; the store sets it.</summary>
    public Timestamp CreateTime { get; init; }

    /// <summary>When it was changed last; the store sets it.</summary>
    public Timestamp UpdateTime { get; init; }

    /// <summary>When a dynamic config ends; null for never.</summary>
    public Timestamp? ExpiryTime { get; init; }
}

/// <summary>The types of mute config.</summary>
public enum MuteConfigType
{
    /// <summary>STATIC.</summary>
    Static,

    /// <summary>DYNAMIC.</summary>
    Dynamic,
}
