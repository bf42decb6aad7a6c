using System.Collections.Frozen;

namespace Davy.Server.Hosting;

/// <summary>Which policy each method of the API has: what a caller must be allowed to do. A method that is not here is not served at all.</summary>
static class MethodPolicies
{
    /// <summary>May read findings, sources and rules.</summary>
    public const string View = "view";

    /// <summary>May judge findings: state, mute, marks, tickets.</summary>
    public const string Triage = "triage";

    /// <summary>May record what was done about findings.</summary>
    public const string Respond = "respond";

    /// <summary>May bring findings in.</summary>
    public const string Ingest = "ingest";

    /// <summary>May change what applies to everybody: sources, policies, mute rules, notifications.</summary>
    public const string Administer = "administer";

    /// <summary>All policies.</summary>
    public static readonly IReadOnlyList<string> All = [View, Triage, Respond, Ingest, Administer];

    static readonly FrozenDictionary<string, string> Policies = new Dictionary<string, string>
    {
        ["google.cloud.securitycenter.v2.SecurityCenter/ListFindings"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/GroupFindings"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/GetSource"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/ListSources"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/GetIamPolicy"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/TestIamPermissions"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/GetMuteConfig"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/ListMuteConfigs"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/GetNotificationConfig"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/ListNotificationConfigs"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/SetFindingState"] = Triage,
        ["google.cloud.securitycenter.v2.SecurityCenter/SetMute"] = Triage,
        ["google.cloud.securitycenter.v2.SecurityCenter/BulkMuteFindings"] = Triage,
        ["google.cloud.securitycenter.v2.SecurityCenter/UpdateSecurityMarks"] = Triage,
        ["google.cloud.securitycenter.v2.SecurityCenter/UpdateExternalSystem"] = Triage,
        ["google.cloud.securitycenter.v2.SecurityCenter/CreateFinding"] = Ingest,
        ["google.cloud.securitycenter.v2.SecurityCenter/UpdateFinding"] = Ingest,
        ["google.cloud.securitycenter.v2.SecurityCenter/CreateSource"] = Administer,
        ["google.cloud.securitycenter.v2.SecurityCenter/UpdateSource"] = Administer,
        ["google.cloud.securitycenter.v2.SecurityCenter/SetIamPolicy"] = Administer,
        ["google.cloud.securitycenter.v2.SecurityCenter/CreateMuteConfig"] = Administer,
        ["google.cloud.securitycenter.v2.SecurityCenter/UpdateMuteConfig"] = Administer,
        ["google.cloud.securitycenter.v2.SecurityCenter/DeleteMuteConfig"] = Administer,
        ["google.cloud.securitycenter.v2.SecurityCenter/CreateNotificationConfig"] = Administer,
        ["google.cloud.securitycenter.v2.SecurityCenter/UpdateNotificationConfig"] = Administer,
        ["google.cloud.securitycenter.v2.SecurityCenter/DeleteNotificationConfig"] = Administer,

        // Not served: they answer UNIMPLEMENTED, to whoever may read.
        ["google.cloud.securitycenter.v2.SecurityCenter/BatchCreateResourceValueConfigs"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/CreateBigQueryExport"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/DeleteBigQueryExport"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/DeleteResourceValueConfig"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/GetBigQueryExport"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/GetResourceValueConfig"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/GetSimulation"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/GetValuedResource"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/ListAttackPaths"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/ListBigQueryExports"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/ListResourceValueConfigs"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/ListValuedResources"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/UpdateBigQueryExport"] = View,
        ["google.cloud.securitycenter.v2.SecurityCenter/UpdateResourceValueConfig"] = View,

        ["google.longrunning.Operations/GetOperation"] = View,
        ["google.longrunning.Operations/ListOperations"] = View,
        ["google.longrunning.Operations/WaitOperation"] = View,
        ["google.longrunning.Operations/CancelOperation"] = Triage,
        ["google.longrunning.Operations/DeleteOperation"] = Triage,
    }.ToFrozenDictionary();

    /// <summary>The policy of a method.</summary>
    /// <param name="method">Its full name, as on the wire but without the first slash: <c>google.longrunning.Operations/GetOperation</c>.</param>
    /// <exception cref="InvalidOperationException">It has none: the program does not start.</exception>
    public static string Of(string method) =>
        Policies.TryGetValue(method, out var policy) ? policy : throw new InvalidOperationException($"The method {method} has no policy; give it one in MethodPolicies.");
}
