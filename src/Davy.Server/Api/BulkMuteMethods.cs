using Davy.Findings;
using Davy.Server.Api.Requests;
using Davy.Server.Hosting;
using Google.Cloud.SecurityCenter.V2;
using Google.LongRunning;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Kept = Davy.Findings.Operation;
using Operation = Google.LongRunning.Operation;
using Timestamp = Davy.Logs.Timestamp;

namespace Davy.Server.Api;

/// <summary>Bulk mutes, and the operations by which they are followed.</summary>
/// <param name="mutes">The bulk mutes.</param>
/// <param name="operations">The operations.</param>
/// <param name="worker">What carries them out.</param>
/// <param name="paging">The pages.</param>
/// <param name="options">The options: the organisation.</param>
/// <param name="clock">The clock.</param>
sealed class BulkMuteMethods(BulkMute mutes, OperationStore operations, BulkMuteWorker worker, Paging paging, ServerOptions options, TimeProvider clock)
{
    /// <summary>The type of an operation, in errors.</summary>
    public const string Type = "longrunning.googleapis.com/Operation";

    /// <summary><c>BulkMuteFindings</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Operation> StartAsync(BulkMuteFindingsRequest request, string caller, CancellationToken cancel)
    {
        var node = Names.Node("parent", request.Parent);
        Filters.Of("filter", request.Filter);
        var mute = request.MuteState switch
        {
            BulkMuteFindingsRequest.Types.MuteState.Unspecified or BulkMuteFindingsRequest.Types.MuteState.Muted => "MUTED",
            BulkMuteFindingsRequest.Types.MuteState.Undefined => "UNDEFINED",
            _ => throw Faults.Invalid("mute_state", "INVALID_MUTE", "it must be MUTED or UNDEFINED."),
        };

        var operation = await mutes.StartAsync(node, request.Filter, mute, caller, cancel);
        worker.Wake();
        return Written(operation);
    }

    /// <summary><c>GetOperation</c>.</summary>
    /// <param name="name">The operation's name.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Operation> GetAsync(string name, CancellationToken cancel) =>
        Written(await operations.FindAsync(OperationNames.Read(Names.Given("name", name)), cancel) ?? throw Faults.NotFound(Type, name));

    /// <summary><c>ListOperations</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<ListOperationsResponse> ListAsync(ListOperationsRequest request, CancellationToken cancel)
    {
        const string Collection = "/operations";
        var parent = request.Name.EndsWith(Collection, StringComparison.Ordinal) ? request.Name[..^Collection.Length] : request.Name;
        var node = Names.Node("name", parent);
        if (request.Filter.Length > 0) throw Faults.Invalid("filter", "NOT_SUPPORTED", "operations are listed without a filter.");

        string[] signed = ["ListOperations", node];
        var place = await paging.ReadAsync(request.PageToken, signed, cancel);
        var page = await operations.ListAsync(node, place?.After ?? "", Paging.Size(request.PageSize), cancel);
        ListOperationsResponse response = new() { NextPageToken = page.Next.Length == 0 ? "" : await paging.WriteAsync(new(page.Next, 0), signed, cancel) };
        response.Operations.AddRange(page.Items.Select(Written));
        return response;
    }

    /// <summary><c>DeleteOperation</c>: forgets one that has ended.</summary>
    /// <param name="name">The operation's name.</param>
    /// <param name="cancel">Stops it.</param>
    public Task DeleteAsync(string name, CancellationToken cancel) => operations.DeleteAsync(OperationNames.Read(Names.Given("name", name)), cancel);

    /// <summary><c>CancelOperation</c>: what is muted stays muted, the rest is left.</summary>
    /// <param name="name">The operation's name.</param>
    /// <param name="cancel">Stops it.</param>
    public Task CancelAsync(string name, CancellationToken cancel) => operations.CancelAsync(OperationNames.Read(Names.Given("name", name)), Timestamp.From(clock.GetUtcNow()), cancel);

    Operation Written(Kept kept)
    {
        Operation operation = new() { Name = OperationNames.Write(kept.Name, options.Organization), Done = kept.Done, Metadata = Any.Pack(new Empty()) };
        if (kept.Done && kept.Error.Length > 0) operation.Error = new() { Code = (int)(kept.Error == Kept.Cancelled ? Code.Cancelled : Code.Internal), Message = kept.Error };
        else if (kept.Done) operation.Response = Any.Pack(new BulkMuteFindingsResponse());
        return operation;
    }
}
