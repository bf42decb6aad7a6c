using System.Net;
using Davy.Tests.Fakes.Grpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Davy.Tests.Fakes;

/// <summary>A way to publish to a <see cref="FakePubsub"/> over gRPC, as Google's own clients do. Without TLS it takes a port of its own.</summary>
sealed class FakePubsubGrpc : IAsyncDisposable
{
    readonly WebApplication _app;

    FakePubsubGrpc(WebApplication app) => _app = app;

    /// <summary>Its host and port.</summary>
    public string Authority => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Authority;

    /// <summary>Starts it.</summary>
    /// <param name="pubsub">Where it publishes to.</param>
    public static async Task<FakePubsubGrpc> StartAsync(FakePubsub pubsub)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, port => port.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(pubsub).AddGrpc();
        FakePubsubGrpc fake = new(builder.Build());
        fake._app.MapGrpcService<Topics>();
        fake._app.MapGrpcService<Subscriptions>();
        await fake._app.StartAsync(TestContext.Current.CancellationToken);
        return fake;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    static RpcException Fault(StatusCode code) => new(new Status(code, $"{code}"));

    sealed class Topics(FakePubsub pubsub) : Publisher.PublisherBase
    {
        public override Task<Topic> CreateTopic(Topic request, ServerCallContext context) => pubsub.CreateTopic(request.Name) ? Task.FromResult(request) : throw Fault(StatusCode.AlreadyExists);

        public override Task<Topic> GetTopic(GetTopicRequest request, ServerCallContext context) => pubsub.HasTopic(request.Topic) ? Task.FromResult(new Topic { Name = request.Topic }) : throw Fault(StatusCode.NotFound);

        public override Task<PublishResponse> Publish(PublishRequest request, ServerCallContext context)
        {
            if (!pubsub.HasTopic(request.Topic)) throw Fault(StatusCode.NotFound);
            if (request.Messages.Count == 0) throw Fault(StatusCode.InvalidArgument);
            var ids = request.Messages.Select(message => pubsub.Publish(request.Topic, message.Data.ToByteArray(), message.OrderingKey, context.RequestHeaders.GetValue("authorization") ?? "", message.Attributes.ToDictionary()));
            return Task.FromResult(new PublishResponse { MessageIds = { ids } });
        }
    }

    sealed class Subscriptions(FakePubsub pubsub) : Subscriber.SubscriberBase
    {
        public override Task<Subscription> CreateSubscription(Subscription request, ServerCallContext context)
        {
            if (!pubsub.HasTopic(request.Topic)) throw Fault(StatusCode.NotFound);
            if (pubsub.Subscription(request.Name) is not null) throw Fault(StatusCode.AlreadyExists);
            return Task.FromResult(Shown(pubsub.Subscribe(request.Name, request.Topic, request.AckDeadlineSeconds is > 0 and var seconds ? seconds : 10)));
        }

        public override Task<Subscription> GetSubscription(GetSubscriptionRequest request, ServerCallContext context) =>
            pubsub.Subscription(request.Subscription) is { } known ? Task.FromResult(Shown(known)) : throw Fault(StatusCode.NotFound);

        static Subscription Shown(FakeSubscription subscription) => new() { Name = subscription.Name, Topic = subscription.Topic, AckDeadlineSeconds = subscription.Seconds };
    }
}
