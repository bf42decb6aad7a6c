using System.Data.Common;
using Davy.Findings;
using Davy.Findings.Filtering;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Davy.Server.Api.Requests;

/// <summary>The one place where the API's exceptions become gRPC status. What the caller did wrong is told; what went wrong here is logged, and told as no more than that.</summary>
sealed partial class FaultInterceptor(ILogger<FaultInterceptor> log) : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (RpcException)
        {
            throw;
        }
        catch (RefusedException fault)
        {
            throw Faults.Refused(fault);
        }
        catch (FilterException fault)
        {
            throw Faults.Invalid("filter", "INVALID_FILTER", fault.Message);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new(StatusCode.Cancelled, "The caller went away, or its deadline passed."));
        }
        catch (DbException fault) when (fault.IsTransient)
        {
            DatabaseAway(context.Method, fault);
            throw new RpcException(new(StatusCode.Unavailable, "The database does not answer; try again."));
        }
#pragma warning disable CA1031 // The edge of the API: nothing may leave but a status.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Failed(context.Method, fault);
            throw new RpcException(new(StatusCode.Internal, "The server failed; its log says why."));
        }
    }

    [LoggerMessage(1001, LogLevel.Error, "{Method} failed.")]
    partial void Failed(string method, Exception fault);

    [LoggerMessage(1002, LogLevel.Warning, "{Method}: the database does not answer.")]
    partial void DatabaseAway(string method, Exception fault);
}
