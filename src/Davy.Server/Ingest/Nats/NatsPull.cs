using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Davy.Reports;
using NATS.Client.Core;

namespace Davy.Server.Ingest.Nats;

/// <summary>
/// Asks the consumer for messages, one request at a time and never for more than there is room for, in number and in bytes; the client library's own loops bound one of the two and ask
/// for more by themselves after an interruption. The words are those of JetStream (https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-13.md).
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="declared">The source.</param>
/// <param name="room">How much may be in our hands.</param>
/// <param name="health">How it stands.</param>
/// <param name="clock">The clock.</param>
sealed class NatsPull(INatsConnection connection, NatsDeclaration declared, NatsRoom room, NatsHealth health, TimeProvider clock)
{
    // Within that time the server ends each request; then we ask again, so that one that got lost holds up little.
    static readonly TimeSpan Expires = TimeSpan.FromSeconds(2);
    static readonly TimeSpan Patience = Expires + TimeSpan.FromSeconds(5);
    static readonly TimeSpan LastMessages = Expires + TimeSpan.FromSeconds(1);
    static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    const int MostSilent = 4;

    readonly string _subject = $"$JS.API.CONSUMER.MSG.NEXT.{declared.Stream}.{declared.Consumer}";

    // Not one below the connection's own, whose messages the client library hands out by itself.
    readonly string _inbox = $"{connection.Opts.InboxPrefix}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
    long _number;
    int _left;
    bool _isAnswered;
    bool _isTooLarge;

    /// <summary>Asks until it is told to stop.</summary>
    /// <param name="output">Where messages go.</param>
    /// <param name="cancel">Tells it to stop.</param>
    /// <exception cref="NatsFault">The consumer is gone, or the server is silent for long.</exception>
    public async Task RunAsync(ChannelWriter<NatsDelivery> output, CancellationToken cancel)
    {
        // It waits rather than drops; there is room for all that is asked for, so it never does. It must outlive the request that is under way when it is told to stop.
        var inbox = await connection.SubscribeCoreAsync($"{_inbox}.*", serializer: NatsRawSerializer<byte[]>.Default,
            opts: new() { ChannelOpts = new() { Capacity = NatsRoom.Capacity, FullMode = BoundedChannelFullMode.Wait } }, cancellationToken: CancellationToken.None).AsTask().WaitAsync(cancel);
        try
        {
            var silent = 0;
            while (true)
            {
                silent = await AskAsync(inbox.Msgs, output, cancel) ? 0 : silent + 1;
                if (silent > 0) health.Failed(new NatsFault($"{declared.Servers[0].Authority}: the server does not answer."));
                if (silent == MostSilent) throw new NatsFault($"{declared.Servers[0].Authority}: the server does not answer; it is connected anew.");
            }
        }
        finally
        {
            await EndAsync(inbox, output);
        }
    }

    /// <summary>Asks once, and takes what comes.</summary>
    /// <returns>Whether anything came, be it that there is nothing.</returns>
    async Task<bool> AskAsync(ChannelReader<NatsMsg<byte[]>> input, ChannelWriter<NatsDelivery> output, CancellationToken cancel)
    {
        var (messages, bytes) = await room.WaitAsync(cancel);
        using CancellationTokenSource patience = new(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        _isAnswered = false;
        try
        {
            // A message from when the server took larger ones is fetched by itself.
            var request = _isTooLarge ? $$"""{"batch":1,"expires":{{Nanoseconds(Expires)}}}""" : $$"""{"batch":{{messages}},"max_bytes":{{bytes}},"expires":{{Nanoseconds(Expires)}}}""";
            (_number, _left, _isTooLarge) = (_number + 1, _isTooLarge ? 1 : messages, false);
            await connection.PublishAsync(_subject, Encoding.ASCII.GetBytes(request), replyTo: $"{_inbox}.{_number}", serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: either.Token);
            await ReceiveAsync(input, output, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            // The request or its end got lost.
        }

        return _isAnswered;
    }

    /// <summary>Takes what comes until the request is answered.</summary>
    async Task ReceiveAsync(ChannelReader<NatsMsg<byte[]>> input, ChannelWriter<NatsDelivery> output, CancellationToken cancel)
    {
        while (_left > 0 && await input.WaitToReadAsync(cancel))
        {
            while (_left > 0 && input.TryRead(out var message))
            {
                if (!message.Subject.StartsWith(_inbox, StringComparison.Ordinal))
                {
                    if (!await TakeAsync(message, output)) continue;
                    _left--;
                }
                else if (message.Subject != $"{_inbox}.{_number}")
                {
                    // The end of a request that was given up.
                    continue;
                }
                else if (IsOver(message.Headers))
                {
                    _left = 0;
                }

                if (!_isAnswered) health.Well();
                _isAnswered = true;
            }
        }
    }

    async Task<bool> TakeAsync(NatsMsg<byte[]> message, ChannelWriter<NatsDelivery> output)
    {
        if (NatsDelivery.Read(message, connection, declared) is not { } delivery) return false;
        room.Take(delivery);
        await output.WriteAsync(delivery, CancellationToken.None);
        return true;
    }

    /// <summary>Whether a status ends the request.</summary>
    /// <exception cref="NatsFault">The consumer or its server is gone, or it takes no such request.</exception>
    bool IsOver(NatsHeaders? headers)
    {
        switch (headers)
        {
            case { Code: 100 }:
                return false;
            case { Code: 404 or 408 }:
                return true;
            case { Code: 409, Message: NatsHeaders.Messages.MessageSizeExceedsMaxBytes }:
                // With nothing in our hands there is no more room to wait for.
                _isTooLarge = room.Held.Count == 0;
                return true;
            case { Code: 503 } or { Code: 409, Message: NatsHeaders.Messages.ConsumerDeleted }:
                throw new NatsFault($"The consumer {declared.Consumer} of the stream {declared.Stream} is not there any more, or JetStream is not.");
            default:
                throw new NatsFault($"The consumer {declared.Consumer} of the stream {declared.Stream} answers {headers?.Code ?? 0}: {TextSanitizer.Clean(headers?.MessageText ?? "")}.");
        }
    }

    /// <summary>Has the server forget the request, and passes on what it had sent already, so that it is given back at once.</summary>
    async Task EndAsync(INatsSub<byte[]> inbox, ChannelWriter<NatsDelivery> output)
    {
        try
        {
            // Until the server has ended the last request: what it delivers, or is given back, while one waits of whom nobody listens any more would come again only after the consumer's wait.
            using CancellationTokenSource little = new(LastMessages, clock);
            await ReceiveAsync(inbox.Msgs, output, little.Token);
        }
        catch (Exception fault) when (fault is NatsFault or OperationCanceledException)
        {
            // The consumer is gone, or the server: messages come again later on.
        }

        try
        {
            using CancellationTokenSource patience = new(Farewell, clock);
            await inbox.DrainAsync(patience.Token);
        }
        catch (Exception fault) when (fault is NatsException or OperationCanceledException or TimeoutException or ObjectDisposedException or IOException)
        {
            // The connection is gone, and with it what was under way: it comes again.
        }

        while (inbox.Msgs.TryRead(out var message)) await TakeAsync(message, output);
    }

    static long Nanoseconds(TimeSpan time) => (long)time.TotalMilliseconds * 1_000_000;
}
