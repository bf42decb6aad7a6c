using Davy.Server.Api.Requests;
using Davy.Server.Api.Rest;
using Davy.Server.Hosting;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace Davy.Server.Api;

/// <summary>The API as <c>Program</c> sees it: what it needs, where it stands in the pipeline, its end points.</summary>
static class SecurityCenterApi
{
    /// <summary>The messages that may stand in an <c>Any</c>: details of errors, results of operations.</summary>
    internal static readonly TypeRegistry Types = TypeRegistry.FromFiles(
        ErrorDetailsReflection.Descriptor, global::Google.Cloud.SecurityCenter.V2.SecuritycenterServiceReflection.Descriptor,
        global::Google.Cloud.SecurityCenter.V2.FindingRequestsReflection.Descriptor, global::Google.Protobuf.WellKnownTypes.EmptyReflection.Descriptor);

    /// <summary>Adds what the API needs.</summary>
    /// <param name="services">The program's services.</param>
    public static void AddSecurityCenter(this IServiceCollection services)
    {
        services.AddSingleton<Paging>().AddSingleton<FaultTranslation>();
        services.AddSingleton<FindingReads>().AddSingleton<FindingWrites>().AddSingleton<BulkMuteMethods>();
        services.AddSingleton<SourceMethods>().AddSingleton<SourcePolicies>();
        services.AddSingleton<MuteConfigMethods>().AddSingleton<NotificationConfigMethods>();
        services.AddSingleton<SecurityCenterMethods>();

        services
            .AddGrpc(grpc =>
            {
                grpc.Interceptors.Add<FaultInterceptor>();
                grpc.MaxReceiveMessageSize = 16 * 1024 * 1024;
            })
            .AddJsonTranscoding(transcoding =>
            {
                transcoding.TypeRegistry = Types;
                transcoding.JsonSettings.WriteInt64sAsStrings = true;
                transcoding.JsonSettings.IgnoreDefaultValues = true;
            });
    }

    /// <summary>Gives every error Google's form, over HTTP and over gRPC; stands first in the pipeline.</summary>
    /// <param name="app">The program.</param>
    public static void UseApiErrors(this WebApplication app) => app.UseMiddleware<RefusalStatus>().UseMiddleware<ErrorEnvelope>();

    /// <summary>Refuses what Google refuses and transcoding would let pass; stands after routing and authorisation.</summary>
    /// <param name="app">The program.</param>
    public static void UseStrictRequests(this WebApplication app) => app.UseMiddleware<StrictRequests>();

    /// <summary>Adds the end points, each with the policy of its method.</summary>
    /// <param name="app">The program.</param>
    public static void MapSecurityCenter(this WebApplication app)
    {
        app.MapGrpcService<SecurityCenterService>().RequirePolicyOfMethod();
        app.MapGrpcService<OperationsService>().RequirePolicyOfMethod();
    }
}
