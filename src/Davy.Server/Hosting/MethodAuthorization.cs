using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Authorization;

namespace Davy.Server.Hosting;

/// <summary>Gives each method of a gRPC service its policy, over gRPC and REST alike.</summary>
static class MethodAuthorization
{
    /// <summary>Adds the policies: what <see cref="MethodPolicies"/> says, for every end point of the service.</summary>
    /// <param name="service">The service, as mapped.</param>
    public static void RequirePolicyOfMethod(this GrpcServiceEndpointConventionBuilder service) =>
        service.Add(endpoint =>
        {
            // The two end points that answer "unimplemented" for unknown methods and services have no method: nobody may learn more there than anywhere.
            if (endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault() is { } method)
            {
                endpoint.Metadata.Add(new AuthorizeAttribute(MethodPolicies.Of(method.Method.FullName.TrimStart('/'))));
            }
            else
            {
                endpoint.Metadata.Add(new AuthorizeAttribute(MethodPolicies.View));
            }
        });
}
