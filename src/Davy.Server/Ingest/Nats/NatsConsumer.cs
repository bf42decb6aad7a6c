using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Davy.Server.Ingest.Nats;

/// <summary>The durable consumer (https://docs.nats.io/nats-concepts/jetstream/consumers): found, or made.</summary>
static class NatsConsumer
{
    const int NotFound = 404;
    const int ConsumerNotFound = 10014;
    static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(30);

    /// <summary>Sees to it that the consumer is there and loses nothing.</summary>
    /// <param name="context">JetStream.</param>
    /// <param name="declared">The source.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>How long the server waits for an acknowledgement before it delivers a message again.</returns>
    /// <exception cref="NatsFault">It would lose messages.</exception>
    public static async Task<TimeSpan> EnsureAsync(NatsJSContext context, NatsDeclaration declared, CancellationToken cancel)
    {
        var config = (await FindAsync(context, declared, cancel) ?? await context.CreateConsumerAsync(declared.Stream, New(declared), cancel)).Info.Config;
        if (Fault(config) is { } fault) throw new NatsFault($"The consumer {declared.Consumer} of the stream {declared.Stream} {fault}.");
        return config.AckWait > TimeSpan.Zero ? config.AckWait : UsualWait;
    }

    /// <summary>What is made where there is none.</summary>
    static ConsumerConfig New(NatsDeclaration declared) => new(declared.Consumer)
    {
        Description = "Davy reads log entries",
        AckPolicy = ConsumerConfigAckPolicy.Explicit,
        AckWait = UsualWait,

        // Several davyd have some hundred each in work; those that wait for another attempt count as well.
        MaxAckPending = 5_000,

        // A consumer that gives up after some deliveries leaves a message behind unread, and tells nobody who asks for messages: a database that is down for an hour would lose what came meanwhile.
        MaxDeliver = -1,
    };

    static async Task<INatsJSConsumer?> FindAsync(NatsJSContext context, NatsDeclaration declared, CancellationToken cancel)
    {
        try
        {
            return await context.GetConsumerAsync(declared.Stream, declared.Consumer, cancel);
        }
        catch (NatsJSApiException fault) when (fault.Error is { Code: NotFound, ErrCode: ConsumerNotFound })
        {
            return null;
        }
    }

    static string? Fault(ConsumerConfig config) => config switch
    {
        { DeliverSubject: { Length: > 0 } } => "is a push consumer; it must be a pull consumer",
        { DurableName: null or "" } => "is not durable",
        { AckPolicy: not ConsumerConfigAckPolicy.Explicit } => "does not wait for each acknowledgement; its ack policy must be explicit",
        { MaxDeliver: > 0 } => $"gives up after {config.MaxDeliver} deliveries, which would lose messages; its max deliver must be -1",
        { HeadersOnly: true } => "delivers headers only",
        _ => null,
    };
}
