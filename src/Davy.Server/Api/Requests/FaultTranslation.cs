using System.Data.Common;
using Davy.Findings;
using Davy.Findings.Filtering;
using Davy.Storage;
using Grpc.Core;

namespace Davy.Server.Api.Requests;

/// <summary>The one place where the API's exceptions become status. What the caller did wrong is told; what went wrong here is logged, and told as no more than that.</summary>
/// <param name="log">The log.</param>
sealed partial class FaultTranslation(ILogger<FaultTranslation> log)
{
    /// <summary>What a caller is told.</summary>
    /// <param name="method">What was called.</param>
    /// <param name="fault">What it threw.</param>
    /// <param name="cancel">The call's own token.</param>
    public RpcException Of(string method, Exception fault, CancellationToken cancel)
    {
        switch (fault)
        {
            case RpcException told:
                return told;
            case RefusedException refused:
                return Faults.Refused(refused);
            case FilterException filter:
                return Faults.Invalid("filter", "INVALID_FILTER", filter.Message);
            case OperationCanceledException when cancel.IsCancellationRequested:
                return new RpcException(new(StatusCode.Cancelled, "The caller went away, or its deadline passed."));
            case SlowReadException slow:
                return new RpcException(new(StatusCode.DeadlineExceeded, $"{slow.Message} Narrow the filter: fewer conditions, a source, a folder or project, or fields that have an index (docs/api.md)."));
            case DbException { IsTransient: true }:
                DatabaseAway(method, fault);
                return new RpcException(new(StatusCode.Unavailable, "The database does not answer; try again."));
            default:
                Failed(method, fault);
                return new RpcException(new(StatusCode.Internal, "The server failed; its log says why."));
        }
    }

    [LoggerMessage(1001, LogLevel.Error, "{Method} failed.")]
    partial void Failed(string method, Exception fault);

    [LoggerMessage(1002, LogLevel.Warning, "{Method}: the database does not answer.")]
    partial void DatabaseAway(string method, Exception fault);
}
