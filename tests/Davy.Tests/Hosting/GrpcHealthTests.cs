using Davy.Storage;
using Davy.Tests.Api;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Status = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Davy.Tests.Hosting;

/// <summary>Health over gRPC says what /readyz says, to everybody.</summary>
public sealed class GrpcHealthTests
{
    const string Service = "grpc.health.v1.Health";

    static readonly Marshaller<HealthCheckRequest> Asked = Marshallers.Create(message => message.ToByteArray(), HealthCheckRequest.Parser.ParseFrom);
    static readonly Marshaller<HealthCheckResponse> Answered = Marshallers.Create(message => message.ToByteArray(), HealthCheckResponse.Parser.ParseFrom);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhoeverAsksIsToldWithoutAToken()
    {
        await using var server = await RunningServer.StartAsync(insecure: false);
        using var channel = GrpcChannel.ForAddress(server.Grpc);

        Assert.Equal(Status.Serving, await CheckAsync(channel, ""));
        Assert.Equal(Status.Serving, await CheckAsync(channel, "google.cloud.securitycenter.v2.SecurityCenter"));
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => CheckAsync(channel, "acme.Anvils"))).StatusCode);

        await SqlAsync(server, "ALTER TABLE migrations RENAME TO gone");
        using (var ready = await server.AnswerAsync("GET", "/readyz")) Assert.Equal(503, (int)ready.StatusCode);
        Assert.Equal(Status.NotServing, await CheckAsync(channel, ""));

        await SqlAsync(server, "ALTER TABLE gone RENAME TO migrations");
        Assert.Equal(Status.Serving, await CheckAsync(channel, ""));
    }

    [Fact]
    public async Task WhoeverWatchesIsToldOfEachChangeAndOfTheEnd()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using var server = await RunningServer.StartAsync(clock, insecure: false);
        using var channel = GrpcChannel.ForAddress(server.Grpc);
        using var watch = Watch(channel, "");
        using var unknown = Watch(channel, "acme.Anvils");

        Assert.Equal(Status.Serving, await NextAsync(watch, clock));
        Assert.Equal(Status.ServiceUnknown, await NextAsync(unknown, clock));

        await SqlAsync(server, "ALTER TABLE migrations RENAME TO gone");
        Assert.Equal(Status.NotServing, await NextAsync(watch, clock));
        await SqlAsync(server, "ALTER TABLE gone RENAME TO migrations");
        Assert.Equal(Status.Serving, await NextAsync(watch, clock));

        var stop = server.StopAsync();
        Assert.Equal(Status.NotServing, await NextAsync(watch, clock));
        Assert.False(await watch.ResponseStream.MoveNext(Cancel));
        await stop;
    }

    static async Task<Status> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch, FakeTimeProvider clock)
    {
        var next = watch.ResponseStream.MoveNext(Cancel);
        while (await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel)) != next) clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await next);
        return watch.ResponseStream.Current.Status;
    }

    static async Task<Status> CheckAsync(GrpcChannel channel, string service) =>
        (await channel.CreateCallInvoker().AsyncUnaryCall(new Method<HealthCheckRequest, HealthCheckResponse>(MethodType.Unary, Service, "Check", Asked, Answered), null, new(cancellationToken: Cancel), new() { Service = service })).Status;

    static AsyncServerStreamingCall<HealthCheckResponse> Watch(GrpcChannel channel, string service) =>
        channel.CreateCallInvoker().AsyncServerStreamingCall(new Method<HealthCheckRequest, HealthCheckResponse>(MethodType.ServerStreaming, Service, "Watch", Asked, Answered), null, new(cancellationToken: Cancel), new() { Service = service });

    static Task<int> SqlAsync(RunningServer server, string sql) =>
        server.Services.GetRequiredService<Database>().WriteAsync(transaction => transaction.ExecuteAsync(sql, Cancel), Cancel);
}
