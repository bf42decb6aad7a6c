using Davy.Storage;
using Grpc.Core;
using Grpc.Health.V1;

namespace Davy.Server.Hosting;

/// <summary>
/// Health over gRPC, for load balancers and Kubernetes: what <c>/readyz</c> says, in the words of https://github.com/grpc/grpc/blob/master/doc/health-checking.md. Who serves and something
/// is wrong with it (degraded) serves.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="life">Tells when the program ends.</param>
/// <param name="clock">The clock.</param>
sealed class GrpcHealth(Database database, IHostApplicationLifetime life, TimeProvider clock) : global::Grpc.Health.V1.Health.HealthBase
{
    // Whoever watches needs no token, and each of them asks the database.
    const int MostWatchers = 100;

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    static readonly HashSet<string> Services = new(StringComparer.Ordinal) { "", "google.cloud.securitycenter.v2.SecurityCenter", "google.longrunning.Operations" };

    static int _watchers;

    /// <inheritdoc/>
    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) => Services.Contains(request.Service)
        ? new() { Status = await StatusAsync(context.CancellationToken) }
        : throw new RpcException(new(StatusCode.NotFound, "There is no such service here."));

    /// <inheritdoc/>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        if (Interlocked.Increment(ref _watchers) > MostWatchers)
        {
            Interlocked.Decrement(ref _watchers);
            throw new RpcException(new(StatusCode.ResourceExhausted, "Too many watch already; ask with Check."));
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, life.ApplicationStopping);
        try
        {
            for (HealthCheckResponse.Types.ServingStatus? told = null; ; await Task.Delay(Interval, clock, over.Token))
            {
                var status = Services.Contains(request.Service) ? await StatusAsync(over.Token) : HealthCheckResponse.Types.ServingStatus.ServiceUnknown;
                if (status == told) continue;
                await responseStream.WriteAsync(new() { Status = status }, over.Token);
                told = status;
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // It is over: for who asked, who then hears no more, or for the program.
            if (!context.CancellationToken.IsCancellationRequested) await responseStream.WriteAsync(new() { Status = HealthCheckResponse.Types.ServingStatus.NotServing }, CancellationToken.None);
        }
        finally
        {
            Interlocked.Decrement(ref _watchers);
        }
    }

    async Task<HealthCheckResponse.Types.ServingStatus> StatusAsync(CancellationToken cancel) =>
        !life.ApplicationStopping.IsCancellationRequested && await Health.IsServingAsync(database, cancel) ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing;
}
