using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Davy.Server.Api.Requests;

/// <summary>Where exceptions of gRPC methods become status.</summary>
/// <param name="faults">What becomes of them.</param>
sealed class FaultInterceptor(FaultTranslation faults) : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
#pragma warning disable CA1031 // The edge of the API: nothing may leave but a status.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            throw faults.Of(context.Method, fault, context.CancellationToken);
        }
    }
}
