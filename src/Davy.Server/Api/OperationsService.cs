using Google.LongRunning;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Davy.Server.Api;

/// <summary><c>google.longrunning.Operations</c>: how bulk work goes on. https://google.aip.dev/151</summary>
/// <param name="operations">The operations.</param>
/// <param name="clock">The clock.</param>
sealed class OperationsService(BulkMuteMethods operations, TimeProvider clock) : Operations.OperationsBase
{
    static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public override Task<Operation> GetOperation(GetOperationRequest request, ServerCallContext context) => operations.GetAsync(request.Name, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ListOperationsResponse> ListOperations(ListOperationsRequest request, ServerCallContext context) => operations.ListAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override async Task<Empty> DeleteOperation(DeleteOperationRequest request, ServerCallContext context)
    {
        await operations.DeleteAsync(request.Name, context.CancellationToken);
        return new();
    }

    /// <inheritdoc/>
    public override async Task<Empty> CancelOperation(CancelOperationRequest request, ServerCallContext context)
    {
        await operations.CancelAsync(request.Name, context.CancellationToken);
        return new();
    }

    /// <inheritdoc/>
    public override async Task<Operation> WaitOperation(WaitOperationRequest request, ServerCallContext context)
    {
        var asked = request.Timeout?.ToTimeSpan() ?? LongestWait;
        var end = clock.GetTimestamp();
        while (true)
        {
            var operation = await operations.GetAsync(request.Name, context.CancellationToken);
            if (operation.Done || clock.GetElapsedTime(end) >= (asked < LongestWait ? asked : LongestWait)) return operation;
            await Task.Delay(Glance, clock, context.CancellationToken);
        }
    }
}
