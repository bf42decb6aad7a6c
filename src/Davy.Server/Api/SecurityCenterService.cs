using Google.Cloud.Iam.V1;
using Google.Cloud.SecurityCenter.V2;
using Google.LongRunning;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Davy.Server.Api;

/// <summary>
/// <c>google.cloud.securitycenter.v2.SecurityCenter</c>, over gRPC and, by transcoding, over REST. A method that is not overridden answers <c>UNIMPLEMENTED</c>.
/// https://cloud.google.com/security-command-center/docs/reference/rpc
/// </summary>
/// <param name="methods">The methods.</param>
sealed class SecurityCenterService(SecurityCenterMethods methods) : SecurityCenter.SecurityCenterBase
{
    /// <inheritdoc/>
    public override Task<ListFindingsResponse> ListFindings(ListFindingsRequest request, ServerCallContext context) => methods.Reads.ListAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GroupFindingsResponse> GroupFindings(GroupFindingsRequest request, ServerCallContext context) => methods.Reads.GroupAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<Finding> CreateFinding(CreateFindingRequest request, ServerCallContext context) => methods.Writes.CreateAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<Finding> UpdateFinding(UpdateFindingRequest request, ServerCallContext context) => methods.Writes.UpdateAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<Finding> SetFindingState(SetFindingStateRequest request, ServerCallContext context) => methods.Writes.SetStateAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<Finding> SetMute(SetMuteRequest request, ServerCallContext context) => methods.Writes.SetMuteAsync(request, Caller.Of(context), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<SecurityMarks> UpdateSecurityMarks(UpdateSecurityMarksRequest request, ServerCallContext context) => methods.Writes.UpdateMarksAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ExternalSystem> UpdateExternalSystem(UpdateExternalSystemRequest request, ServerCallContext context) =>
        methods.Writes.UpdateExternalSystemAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<Operation> BulkMuteFindings(BulkMuteFindingsRequest request, ServerCallContext context) => methods.BulkMutes.StartAsync(request, Caller.Of(context), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<Source> CreateSource(CreateSourceRequest request, ServerCallContext context) => methods.Sources.CreateAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<Source> GetSource(GetSourceRequest request, ServerCallContext context) => methods.Sources.GetAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ListSourcesResponse> ListSources(ListSourcesRequest request, ServerCallContext context) => methods.Sources.ListAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<Source> UpdateSource(UpdateSourceRequest request, ServerCallContext context) => methods.Sources.UpdateAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<Policy> GetIamPolicy(GetIamPolicyRequest request, ServerCallContext context) => methods.Policies.GetAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<Policy> SetIamPolicy(SetIamPolicyRequest request, ServerCallContext context) => methods.Policies.SetAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<TestIamPermissionsResponse> TestIamPermissions(TestIamPermissionsRequest request, ServerCallContext context) =>
        methods.Policies.TestAsync(request, Caller.Principal(context), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<MuteConfig> CreateMuteConfig(CreateMuteConfigRequest request, ServerCallContext context) => methods.MuteConfigs.CreateAsync(request, Caller.Of(context), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<MuteConfig> GetMuteConfig(GetMuteConfigRequest request, ServerCallContext context) => methods.MuteConfigs.GetAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ListMuteConfigsResponse> ListMuteConfigs(ListMuteConfigsRequest request, ServerCallContext context) => methods.MuteConfigs.ListAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<MuteConfig> UpdateMuteConfig(UpdateMuteConfigRequest request, ServerCallContext context) => methods.MuteConfigs.UpdateAsync(request, Caller.Of(context), context.CancellationToken);

    /// <inheritdoc/>
    public override async Task<Empty> DeleteMuteConfig(DeleteMuteConfigRequest request, ServerCallContext context)
    {
        await methods.MuteConfigs.DeleteAsync(request, context.CancellationToken);
        return new();
    }

    /// <inheritdoc/>
    public override Task<NotificationConfig> CreateNotificationConfig(CreateNotificationConfigRequest request, ServerCallContext context) =>
        methods.NotificationConfigs.CreateAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<NotificationConfig> GetNotificationConfig(GetNotificationConfigRequest request, ServerCallContext context) =>
        methods.NotificationConfigs.GetAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ListNotificationConfigsResponse> ListNotificationConfigs(ListNotificationConfigsRequest request, ServerCallContext context) =>
        methods.NotificationConfigs.ListAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<NotificationConfig> UpdateNotificationConfig(UpdateNotificationConfigRequest request, ServerCallContext context) =>
        methods.NotificationConfigs.UpdateAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override async Task<Empty> DeleteNotificationConfig(DeleteNotificationConfigRequest request, ServerCallContext context)
    {
        await methods.NotificationConfigs.DeleteAsync(request, context.CancellationToken);
        return new();
    }
}
