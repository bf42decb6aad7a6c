using Davy.Server.Hosting;

namespace Davy.Tests.Callers;

/// <summary>Who may do what, written down a second time: the server's own table is held against it.</summary>
static class RoleMatrix
{
    static readonly Dictionary<string, string[]> RolesOf = new()
    {
        [MethodPolicies.View] = ["viewer", "triager", "responder", "administrator"],
        [MethodPolicies.Triage] = ["triager", "responder", "administrator"],
        [MethodPolicies.Respond] = ["responder", "administrator"],
        [MethodPolicies.Ingest] = ["ingester", "administrator"],
        [MethodPolicies.Administer] = ["administrator"],
    };

    static readonly string[] Reading = ["Get", "List", "Group", "TestIamPermissions", "WaitOperation"];

    static readonly string[] Judging =
        ["SetFindingState", "SetMute", "BulkMuteFindings", "UpdateSecurityMarks", "UpdateExternalSystem", "CancelOperation", "DeleteOperation"];

    static readonly string[] BringingIn = ["CreateFinding", "UpdateFinding"];

    static readonly string[] ForAll =
    [
        "CreateSource", "UpdateSource", "SetIamPolicy", "CreateMuteConfig", "UpdateMuteConfig", "DeleteMuteConfig",
        "CreateNotificationConfig", "UpdateNotificationConfig", "DeleteNotificationConfig",
    ];

    static readonly string[] NotServed =
    [
        "BatchCreateResourceValueConfigs", "DeleteResourceValueConfig", "UpdateResourceValueConfig", "CreateBigQueryExport", "DeleteBigQueryExport", "UpdateBigQueryExport",
    ];

    /// <summary>The roles that may call a method of the API.</summary>
    /// <param name="method">Its short name.</param>
    public static string[] Of(string method) => RolesOf[
        Judging.Contains(method) ? MethodPolicies.Triage
        : BringingIn.Contains(method) ? MethodPolicies.Ingest
        : ForAll.Contains(method) ? MethodPolicies.Administer
        : NotServed.Contains(method) || Reading.Any(word => method.StartsWith(word, StringComparison.Ordinal)) ? MethodPolicies.View
        : throw new InvalidOperationException($"The matrix does not know {method}: who may call it?")];

    /// <summary>The roles that may do what a policy stands for.</summary>
    /// <param name="policy">The policy.</param>
    public static string[] OfPolicy(string policy) => RolesOf[policy];
}
