using System.Security.Claims;
using Davy.Findings;
using Davy.Server.Api.Requests;
using Davy.Server.Hosting;
using Google.Cloud.Iam.V1;
using Google.Protobuf;
using Microsoft.AspNetCore.Authorization;

namespace Davy.Server.Api;

/// <summary>The IAM policies of sources: kept and given back. What a caller may do here follows from their role alone; a policy adds nothing to it.</summary>
/// <param name="sources">The sources.</param>
/// <param name="methods">Finds sources by name.</param>
/// <param name="authorization">Who may do what.</param>
sealed class SourcePolicies(SourceStore sources, SourceMethods methods, IAuthorizationService authorization)
{
    /// <summary>Google's permissions for what is served here, and the policy of the method. https://cloud.google.com/security-command-center/docs/access-control</summary>
    static readonly Dictionary<string, string> Permissions = new()
    {
        ["securitycenter.findings.list"] = MethodPolicies.View,
        ["securitycenter.findings.group"] = MethodPolicies.View,
        ["securitycenter.findings.listFindingPropertyNames"] = MethodPolicies.View,
        ["securitycenter.findings.update"] = MethodPolicies.Ingest,
        ["securitycenter.findings.setState"] = MethodPolicies.Triage,
        ["securitycenter.findings.setMute"] = MethodPolicies.Triage,
        ["securitycenter.findings.bulkMuteUpdate"] = MethodPolicies.Triage,
        ["securitycenter.findingsecuritymarks.update"] = MethodPolicies.Triage,
        ["securitycenter.findingexternalsystems.update"] = MethodPolicies.Triage,
        ["securitycenter.sources.get"] = MethodPolicies.View,
        ["securitycenter.sources.list"] = MethodPolicies.View,
        ["securitycenter.sources.getIamPolicy"] = MethodPolicies.View,
        ["securitycenter.sources.update"] = MethodPolicies.Administer,
        ["securitycenter.sources.setIamPolicy"] = MethodPolicies.Administer,
    };

    /// <summary><c>GetIamPolicy</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Policy> GetAsync(GetIamPolicyRequest request, CancellationToken cancel)
    {
        var source = await methods.FindAsync(Names.Source("resource", request.Resource), cancel);
        return Written(await sources.PolicyAsync(source.SourceId, cancel));
    }

    /// <summary><c>SetIamPolicy</c>; where it gives an etag, that must be the newest.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Policy> SetAsync(SetIamPolicyRequest request, CancellationToken cancel)
    {
        var source = await methods.FindAsync(Names.Source("resource", request.Resource), cancel);
        var sent = request.Policy ?? throw Faults.Missing("policy");
        var mask = UpdateMask.Read(request.UpdateMask, Policy.Descriptor);
        if (sent.Bindings.Any(binding => binding.Role.Length == 0)) throw Faults.Invalid("policy.bindings", "REQUIRED", "each binding must name its role.");

        var policy = sent.Clone();
        if (!mask.IsEmpty)
        {
            policy = Written(await sources.PolicyAsync(source.SourceId, cancel));
            mask.Copy(sent, policy);
        }

        policy.Etag = ByteString.Empty;
        return Written(await sources.SetPolicyAsync(source.SourceId, FindingDocuments.Write(policy), sent.Etag.ToBase64(), cancel));
    }

    /// <summary><c>TestIamPermissions</c>: those of the permissions that the caller has.</summary>
    /// <param name="request">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<TestIamPermissionsResponse> TestAsync(TestIamPermissionsRequest request, ClaimsPrincipal caller, CancellationToken cancel)
    {
        await methods.FindAsync(Names.Source("resource", request.Resource), cancel);
        if (request.Permissions.Count == 0) throw Faults.Missing("permissions");

        TestIamPermissionsResponse response = new();
        foreach (var permission in request.Permissions)
        {
            if (permission.Contains('*', StringComparison.Ordinal)) throw Faults.Invalid("permissions", "INVALID_PERMISSION", "a permission is named whole, without '*'.");
            if (Permissions.TryGetValue(permission, out var policy) && (await authorization.AuthorizeAsync(caller, policy)).Succeeded) response.Permissions.Add(permission);
        }

        return response;
    }

    static Policy Written(SourcePolicy kept)
    {
        var policy = kept.Document.Length == 0 ? new() : FindingDocuments.Read<Policy>(kept.Document);
        policy.Etag = ByteString.FromBase64(kept.Etag);
        return policy;
    }
}
