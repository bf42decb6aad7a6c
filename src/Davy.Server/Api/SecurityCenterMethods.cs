namespace Davy.Server.Api;

/// <summary>The methods of the service, by their noun.</summary>
/// <param name="Reads">Lists and groups of findings.</param>
/// <param name="Writes">What changes a finding.</param>
/// <param name="BulkMutes">Bulk mutes.</param>
/// <param name="Sources">Sources.</param>
/// <param name="Policies">Their policies.</param>
/// <param name="MuteConfigs">Mute rules.</param>
/// <param name="NotificationConfigs">Notification configs.</param>
sealed record SecurityCenterMethods(
    FindingReads Reads,
    FindingWrites Writes,
    BulkMuteMethods BulkMutes,
    SourceMethods Sources,
    SourcePolicies Policies,
    MuteConfigMethods MuteConfigs,
    NotificationConfigMethods NotificationConfigs);
